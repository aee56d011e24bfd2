"""The analysis behind the report: data, two studies, and their publication."""

__version__ = "0.1.0"
