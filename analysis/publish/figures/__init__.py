"""Figures that take more than a few lines to draw, from data, without words of their own."""
