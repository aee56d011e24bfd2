"""Figures, tables, maps and pages, for the site and for paper."""
