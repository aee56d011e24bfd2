"""How well a card does on households that had no part in making it."""
