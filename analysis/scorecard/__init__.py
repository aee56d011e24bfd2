"""Study 2: find poor households with ten questions and pencil-and-paper arithmetic.

The way from a survey to a card: :mod:`spec` (what a survey file says) →
:mod:`survey` (households as answer codes) → :mod:`selection` (which ten
questions) → :mod:`points` (integer points and lookup) → :mod:`evaluate` (how
well the card does on households it has not seen).

The cards are PPI-style scorecards, not official PPIs.
"""

NOT_OFFICIAL = "PPI-style scorecard, not an official PPI"
