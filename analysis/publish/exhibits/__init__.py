"""One module a chapter: functions that turn results into figures and tables."""
