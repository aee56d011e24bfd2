"""Predict mobility: folds, models, predictions for zones not seen, and their scores."""
