"""The papermill engine `vsrbook`: a notebook runs in a fork of a process that has everything imported."""
