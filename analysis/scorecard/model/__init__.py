"""Weighted elastic-net logistic regression on answers, and whole points from it."""
