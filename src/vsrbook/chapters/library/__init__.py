"""What is shown of all associations together: one module a page."""
