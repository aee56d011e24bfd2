"""What others can take from a page: pictures to save, and a card for those who link to it."""
