"""Figures as pictures: drawn by the browser, for the site, for phones and for paper."""
