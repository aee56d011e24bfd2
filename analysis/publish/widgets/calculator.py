"""The calculator of a scorecard: a form on the site.

The questions are plain HTML with native radio buttons; a small script adds up the points
and looks the score up. Nothing is sent or kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape

from analysis.paths import THEME
from analysis.publish import site_root
from analysis.publish.chapter.show import Shown, on_site
from analysis.publish.site_files import write_text
from analysis.publish.text.script import one_scope
from analysis.publish.widgets.card_files import FOLDER
from analysis.scorecard.card.card import Card
from analysis.scorecard.wording import NOT_OFFICIAL

SOURCES = THEME / "calculator"
PARTS = ("arithmetic", "form")
"""The calculator's script, in pieces that share one scope."""

COUNTRY = "The country as a whole"

NO_SCRIPT = (
    "The sums need JavaScript, which is switched off here. "
    "<a href='{folder}/scorecard.pdf'>The card (PDF)</a> needs a pencil only."
)


def calculator(card: Card) -> Shown:
    """The calculator of a card, for the site alone."""
    write_calculator(card)
    return Shown(on_site(widget(card, site_root.site_root())))


def write_calculator(card: Card) -> None:
    """Write all that the widget loads to ``results/calculator/``."""
    write_text("calculator/card.js", f"window.povertyCard = {_data(card)};\n")
    write_text("calculator/calculator.js", one_scope(SOURCES, PARTS))
    write_text("calculator/calculator.css", (SOURCES / "calculator.css").read_text("utf-8"))


def widget(card: Card, root: str) -> str:
    """The widget's markup for a page from which ``root`` leads to the site's root."""
    folder = f"{root}results/calculator"
    notice = f" {escape(card.notice)}" if card.notice else ""
    questions = "\n".join(_question(card, q) for q in range(len(card.questions)))
    sheet = f"{root}results/{FOLDER}/{card.name}"
    return f"""<link rel="stylesheet" href="{folder}/calculator.css">
<div class="poverty-calculator" id="poverty-calculator">
<p><strong>{escape(NOT_OFFICIAL)}.</strong>{notice}</p>
<noscript><p>{NO_SCRIPT.format(folder=sheet)}</p></noscript>
<form autocomplete="off" aria-label="Scorecard calculator">
{questions}
{_places(card)}
<button type="reset">Start again</button>
</form>
{_result(card)}
</div>
<script defer src="{folder}/card.js"></script>
<script defer src="{folder}/calculator.js"></script>"""


def _question(card: Card, q: int) -> str:
    question = card.questions[q]
    answers = "\n".join(
        f'<label><input type="radio" name="question-{q}" value="{k}"> {escape(answer)}</label>'
        for k, answer in enumerate(question.answers)
    )
    return (
        f"<fieldset><legend>{q + 1}. {escape(question.text)}</legend>\n"
        f'<div class="pc-answers">\n{answers}\n</div><p class="pc-points"></p></fieldset>'
    )


def _places(card: Card) -> str:
    options = "".join(
        f'<option value="{code}">{escape(name)}</option>' for code, name in _regions(card)
    )
    return (
        '<p class="pc-place"><label for="pc-region">Where does the household live?</label>'
        f'<select id="pc-region">{options}</select></p>'
    )


def _result(card: Card) -> str:
    line = escape(card.lines[0].label)
    heads = "".join(f'<th scope="col">{escape(one.label)}</th>' for one in card.lines)
    rows = "\n".join(_row(card, code, name) for code, name in _regions(card))
    return f"""<div class="pc-live" hidden>
<div role="status"><p class="pc-state"></p>
<div class="pc-result" hidden>
<p><span class="pc-probability"></span><br>probability that the household is among {line}</p>
<p class="pc-meaning"></p>
<p class="pc-persons"></p>
</div></div>
<p class="pc-error"></p>
<div class="table-scroll" tabindex="0" role="group" aria-label="Every region and line">
<table data-quarto-disable-processing="true">
<thead><tr><th scope="col">Probability of being among</th>{heads}</tr></thead>
<tbody>
{rows}
</tbody></table></div></div>"""


def _row(card: Card, code: int, name: str) -> str:
    cells = "".join(
        f'<td data-line="{line}" data-region="{code}">–</td>' for line in range(len(card.lines))
    )
    return f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'


def _regions(card: Card) -> list[tuple[int, str]]:
    return [(-1, COUNTRY), *enumerate(card.regions)]


def _data(card: Card) -> str:
    """What the script needs of the card, as in its JSON file; ASCII only."""
    whole = asdict(card)
    return json.dumps({key: whole[key] for key in ("questions", "lines")})
