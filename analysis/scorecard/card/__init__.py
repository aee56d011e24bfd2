"""The card: its points and lookups, and scoring households with it."""
