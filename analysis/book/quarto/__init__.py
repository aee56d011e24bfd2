"""Have Quarto render the book, and finish its pages."""
