"""The original study redone with its faults, beside what it printed."""
