"""Folds, resamples and intervals that respect how a survey was drawn."""
