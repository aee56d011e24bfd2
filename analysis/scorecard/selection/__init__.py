"""Which questions go on the card."""
