"""The place finder, the calculator, and the files of a scorecard."""
