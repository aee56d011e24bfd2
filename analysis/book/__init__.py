"""Turn the chapters into the site and the PDF, with Quarto or without it."""
