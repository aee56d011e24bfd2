"""Fit what chapters read, and write the results files."""
