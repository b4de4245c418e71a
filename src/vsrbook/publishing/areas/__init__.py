"""Pages and data packages of areas: their list, their pages in the frame of the book, what has not changed."""
