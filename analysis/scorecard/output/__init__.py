"""The files of a card: tables, the printed sheet and the phone form."""
