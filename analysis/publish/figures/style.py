"""The look of every figure; colors come from the site's own style sheet."""

from __future__ import annotations

import re
from functools import cache

import plotly.graph_objects as go
import plotly.io as pio

from analysis.paths import THEME

# Of one width on every machine, so that a drawn picture and the live figure set their text alike.
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
LABELS, TITLES = 12, 13  # pixels
TEMPLATE = "report"


def tokens() -> dict[str, str]:
    """Colors of the light theme: the custom properties of ``report.css``'s ``:root``."""
    return _tokens((THEME / "report.css").read_text(encoding="utf-8"))


@cache
def _tokens(css: str) -> dict[str, str]:
    root = re.search(r":root\s*\{(.*?)\}", css, re.DOTALL)
    if root is None:
        raise ValueError("report.css has no :root block to read colors from")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,8})\s*;", root.group(1)))


def mobility_steps() -> list[str]:
    """Four colors from low (burnt orange) to high mobility (deep violet)."""
    return [tokens()[f"mobility-{step}"] for step in (1, 2, 3, 4)]


def mobility_scale() -> list[tuple[float, str]]:
    """The same run of colors as a continuous Plotly color scale."""
    steps = [tokens()[f"mobility-{step}"] for step in ("1", "2", "mid", "3", "4")]
    return [(i / (len(steps) - 1), color) for i, color in enumerate(steps)]


def new_figure(height: int = 420) -> go.Figure:
    """An empty figure in the report's look; height in pixels at 16 cm of width."""
    use_template()
    return go.Figure(layout={"template": TEMPLATE, "height": height})


def use_template() -> None:
    """Give Plotly, and with it Plotly Express, the report's look."""
    if TEMPLATE not in pio.templates:
        pio.templates[TEMPLATE] = _template()
        pio.templates.default = TEMPLATE


def _template() -> go.layout.Template:
    color = tokens()
    axis = {
        "gridcolor": color["figure-grid"],
        "linecolor": color["figure-axis"],
        "tickcolor": color["figure-axis"],
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": True,
        "title": {"standoff": 10, "font": {"size": TITLES}},
        "tickfont": {"size": LABELS},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": color["figure-ink"]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [color["accent"], color["figure-grey"], *mobility_steps()],
            "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
            "xaxis": axis,
            "yaxis": axis,
            "showlegend": False,
            "hoverlabel": {
                "bgcolor": "#ffffff",
                "bordercolor": color["figure-axis"],
                "font": {"family": FONT, "size": 13, "color": "#222222"},
                "align": "left",
            },
            "bargap": 0.06,
            "dragmode": False,
        }
    )
