"""Files that are whole or not there, results kept on disk, and the one date that outputs carry."""
