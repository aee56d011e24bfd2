"""What chapters import: showing, guarding, picking rows and writing numbers."""

from analysis.publish import numbers
from analysis.publish.holds import holds
from analysis.publish.rows import one, where
from analysis.publish.show import show
from analysis.publish.style import tokens, use_template

use_template()

__all__ = ["holds", "numbers", "one", "show", "tokens", "where"]
