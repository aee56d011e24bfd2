"""What goes with mobility: correlations, regressions, and how far to trust them."""
