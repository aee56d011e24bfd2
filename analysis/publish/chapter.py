"""What chapters import: showing, guarding, picking rows and writing numbers."""

from IPython import get_ipython

from analysis.publish import numbers
from analysis.publish.holds import holds
from analysis.publish.markdown import escape_markdown
from analysis.publish.rows import one, where
from analysis.publish.show import show
from analysis.publish.style import tokens, use_template

use_template()
if shell := get_ipython():
    # Quarto's own kernel would obey markup in the text that inline code gives, such as a name.
    shell.display_formatter.formatters["text/markdown"].for_type(str, escape_markdown)

__all__ = ["holds", "numbers", "one", "show", "tokens", "where"]
