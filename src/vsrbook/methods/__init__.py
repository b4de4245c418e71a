"""Pure functions, DataFrame in and DataFrame out: what the figures say."""
