"""Study 2: find poor households with ten questions and pencil-and-paper arithmetic.

The way from a survey to a card: `spec` (what a survey file says) → `survey` (households as
answer codes) → `selection` (which ten questions) → `model` (coefficients and whole points) →
`card` (lookups, scoring) → `evaluation` (how well it does on households it has not seen) →
`output` (the files). Chapters take what they need from here; `__init__.pyi` lists it.

The cards are PPI-style scorecards, not official PPIs.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
