"""Make pages, a book and a site out of executed chapters."""
