"""Kinds of communities, profiles of zones, and how counties differ inside them."""
