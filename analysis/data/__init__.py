"""Find, download, verify and read the raw files."""
