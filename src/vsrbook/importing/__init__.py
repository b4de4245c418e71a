"""From a foreign source to our tables: what readers hand over, the rules that hold for all, writing, comparing."""
