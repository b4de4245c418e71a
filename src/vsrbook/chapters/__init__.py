"""The chapters of a review: one module for what each of them says, in the order of `outline`."""
