"""Exhibits of the scorecard study."""
