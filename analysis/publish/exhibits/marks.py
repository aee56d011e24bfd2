"""Drawing shared by several exhibits, under its former name."""

from analysis.publish.figures.marks import (
    ROW,
    axis_title,
    calibration_curve,
    confusion_map,
    four_panels,
    interval_dots,
)

__all__ = [
    "ROW",
    "axis_title",
    "calibration_curve",
    "confusion_map",
    "four_panels",
    "interval_dots",
]
