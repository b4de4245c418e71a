"""How reproducible a book project is: items of a published scale, each with what shows it."""
