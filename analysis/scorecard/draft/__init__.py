"""Draft a specification from the files of a survey."""
