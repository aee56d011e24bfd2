"""Shapes of commuting zones and counties, merged and simplified for the screen."""
