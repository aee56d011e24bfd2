"""How children of each group fare: by place, by trait, and what of it can be forecast."""
