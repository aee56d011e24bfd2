"""Numbers, rows and words as pages show them."""
