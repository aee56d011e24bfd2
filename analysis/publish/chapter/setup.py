"""What chapters import: showing, guarding, picking rows and writing numbers."""

from IPython import get_ipython

from analysis.publish.chapter.holds import holds
from analysis.publish.chapter.show import show
from analysis.publish.figures.style import tokens, use_template
from analysis.publish.text import numbers
from analysis.publish.text.markdown import escape_markdown
from analysis.publish.text.rows import one, where

use_template()
if shell := get_ipython():
    # Quarto's own kernel would obey markup in the text that inline code gives, such as a name.
    shell.display_formatter.formatters["text/markdown"].for_type(str, escape_markdown)

__all__ = ["holds", "numbers", "one", "show", "tokens", "where"]
