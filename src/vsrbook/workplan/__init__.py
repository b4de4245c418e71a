"""Plan the work on a review backwards from the first day of the High-Level Political Forum."""
