"""Draft candidate questions from columns: texts from labels, rare answers merged."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.scorecard.draft.column_roles import MAX_ANSWERS, WEIGHT, Roles
from analysis.scorecard.spec.spec import is_taken
from analysis.scorecard.survey.answer_order import left_over, natural
from analysis.scorecard.survey.data_files import Table, word

RARE = 0.02  # share of households below which an answer is merged
MIN_HOUSEHOLDS = 10  # and number of households
MAX_MISSING = 0.5
MAX_VALUES = 25  # of a column of words
MAX_BINS = 6
_SMALL = ("None", "One", "Two", "Three", "Four", "Five", "Six")


@dataclass
class Drafted:
    """A question of a draft, or a column that was left out (``refused`` says why)."""

    name: str
    text: str = ""
    source: list[str] = field(default_factory=list)
    answers: dict[str, list] | None = None
    bins: dict[str, dict] | None = None
    missing: str | None = None
    refused: str | None = None
    merged: bool = False

    def lines(self) -> list[str]:
        """The question as it stands in a specification."""
        out = [f"  - name: {self.name}", f"    text: {_quoted(self.text)}"]
        out += [f"    {line}" for line in self.source]
        for key, entries in (("answers", self.answers), ("bins", self.bins)):
            if entries is not None:
                remark = "  # CONFIRM: rare answers are merged" if self.merged else ""
                out.append(f"    {key}:{remark}")
                out += [f"      {_quoted(k)}: {_flow(v)}" for k, v in entries.items()]
        if self.missing:
            out.append(f"    missing: {_quoted(self.missing)}  # CONFIRM: some have no value")
        return out


def draft_questions(homes: Table, people: Table | None, roles: Roles) -> list[Drafted]:
    """Draft a question of each column that could be one."""
    drafts: list[Drafted] = []
    used: set[str] = set()
    for column in homes.frame.columns:
        if column in roles.taken or WEIGHT.search(column.casefold()):
            continue
        name = _name(column, used)
        text = _question(homes.texts.get(column) or column)
        source = [f"column: {_quoted(column)}"]
        drafts.append(_drafted(name, text, source, homes.frame[column], homes, column))
    if people is None:
        return drafts
    if roles.age is not None:
        drafts += _by_age(roles.age, used)
    if roles.head is not None:
        drafts += _of_heads(people, roles, used)
    return drafts + _of_members(people, roles, used)


def _drafted(name, text, source, values: pd.Series, table: Table, column: str) -> Drafted:
    """Answers or bins of a column, by its type and its values."""
    draft = Drafted(name, text, source)
    missing = int(values.isna().sum())
    known = values.dropna()
    if missing > MAX_MISSING * len(values):
        draft.refused = f"{missing:,} of {len(values):,} households have no value"
    elif known.nunique() < 2:
        draft.refused = "every household has the same value"
    elif column in table.labels or not pd.api.types.is_numeric_dtype(known):
        _by_words(draft, known, table.labels.get(column, {}))
    else:
        _by_size(draft, known)
    if missing and not draft.refused:
        draft.missing = "No answer" if missing >= max(MIN_HOUSEHOLDS, RARE * len(values)) else (
            "impute most common")  # fmt: skip
    return draft


def _by_words(draft: Drafted, values: pd.Series, labels: dict) -> None:
    """List the labels, the rare ones together."""
    words = values.map(lambda v: " ".join(word(labels.get(v, v)).split())[:250] or "(blank)")
    counts = words.value_counts()
    if len(counts) > MAX_VALUES:
        draft.refused = f"it has {len(counts)} different values in words"
        return
    first = values.groupby(words).first()
    # a code without a label is named by its number
    shown = {w: w if isinstance(labels.get(v, v), str) else v for w, v in first.items()}
    order = sorted(counts.index, key=lambda w: natural(first[w], w))
    least = max(MIN_HOUSEHOLDS, RARE * len(words))
    common = [w for w in order if counts[w] >= least]
    rare = [w for w in order if counts[w] < least]
    together = sum(counts[w] for w in rare)
    if len(common) < 2 and not (common and together >= least):
        draft.refused = "nearly every household has the same value"
        return
    draft.answers = {w: [shown[w]] for w in common}
    draft.merged = bool(rare)
    leftover = next((w for w in common if left_over(w)), None)
    if leftover is not None or together >= least:
        leftover = leftover or ("Other" if len(rare) > 1 else rare[0])
        if rare:
            draft.answers.setdefault(leftover, []).extend(shown[w] for w in rare)
    else:
        draft.answers = _with_neighbors(order, common, rare, shown)


def _with_neighbors(order, common, rare, shown) -> dict[str, list]:
    """Answers that are too rare even together go with the common one that is next in order."""
    joined = {w: [w] for w in common}
    for w in rare:
        near = min(common, key=lambda other: abs(order.index(other) - order.index(w)))
        joined[near].append(w)
    return {_joint(words): [shown[w] for w in words] for words in joined.values()}


def _joint(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return f"{words[0]} or {words[1] if len(words) == 2 else 'other'}"[:300]


def _by_size(draft: Drafted, numbers: pd.Series) -> None:
    """Cut numbers into bins: small counts one by one, others at their quarters."""
    whole = bool((numbers % 1 == 0).all())
    if whole and numbers.quantile(0.9) - numbers.min() <= MAX_ANSWERS:
        draft.bins = _count_bins(numbers.astype(int))
    else:
        draft.bins = _quarter_bins(numbers, whole)
    if len(draft.bins) < 2:
        draft.bins, draft.refused = None, "nearly every household has the same value"


def _count_bins(numbers: pd.Series) -> dict[str, dict]:
    least = max(MIN_HOUSEHOLDS, RARE * len(numbers))
    bins, start, low = {}, None, int(numbers.min())
    for value in range(low, int(numbers.max()) + 1):
        start = value if start is None else start
        inside = int(numbers.between(start, value).sum())
        after = int((numbers > value).sum())
        if inside < least:
            continue
        if after < least or len(bins) == MAX_BINS - 1:
            bins[_words(start, None, not bins)] = {} if not bins else {"from": start}
            return bins if len(bins) > 1 else {}
        bins[_words(start, value, not bins)] = (
            {"to": value} if not bins else {"from": start, "to": value})  # fmt: skip
        start = None
    return bins


def _quarter_bins(numbers: pd.Series, whole: bool) -> dict[str, dict]:
    edges = [float(f"{edge:.3g}") for edge in numbers.quantile([0.25, 0.5, 0.75])]
    edges = sorted({round(edge) if whole else edge for edge in edges})
    step = 1 if whole else max(1e-9, 10 ** (np.floor(np.log10(max(map(abs, edges)) or 1)) - 6))
    bins, below = {}, None
    for edge in [*edges, None]:
        if below is None:
            bins[f"Up to {edge:g}"] = {"to": edge}
        else:
            low = below + step if not whole else below + 1
            inside = {"from": float(f"{low:.12g}")} | ({} if edge is None else {"to": edge})
            bins[f"More than {below:g}" + ("" if edge is None else f", up to {edge:g}")] = inside
        below = edge
    counts = [numbers.between(b.get("from", -np.inf), b.get("to", np.inf)).sum()
              for b in bins.values()]  # fmt: skip
    return bins if min(counts) >= 2 and sum(counts) == len(numbers) else {}


def _words(low: int, high: int | None, first: bool) -> str:
    def count(n: int) -> str:
        return _SMALL[n] if 0 <= n < len(_SMALL) else str(n)

    if high is None:
        return f"{count(low)} or more"
    if low == high and not (first and low > 1):
        return count(low)
    return f"{count(high)} or fewer" if first else f"{count(low)} to {count(high).lower()}"


def _by_age(age: str, used: set[str]) -> list[Drafted]:
    bins = {"None": {"to": 0}, "One": {"from": 1, "to": 1}, "Two": {"from": 2, "to": 2},
            "Three or more": {"from": 3}}  # fmt: skip
    asked = (
        ("children_under_5", "How many children under 5 live in the household?", {"to": 4}),
        ("children_under_15", "How many children under 15 live in the household?", {"to": 14}),
        ("adults", "How many people aged 15 to 64 live in the household?", {"from": 15, "to": 64}),
    )
    drafts = [
        Drafted(_name(name, used), text, [f"derive: {{of: count, where: {_flow({age: limits})}}}"],
                bins=bins)
        for name, text, limits in asked
    ]  # fmt: skip
    old = f"derive: {{of: any, test: {_flow({age: {'from': 65}})}}}"
    text = "Does anyone aged 65 or more live in the household?"
    return [*drafts, Drafted(_name("elderly", used), text, [old])]


def _of_heads(people: Table, roles: Roles, used: set[str]) -> list[Drafted]:
    column, value = roles.head
    heads = people.frame[people.meets(column, [value])]
    drafts = []
    for name in people.frame.columns:
        labeled = name in people.labels and people.frame[name].nunique() <= MAX_VALUES
        if name == column or name in roles.key or not labeled:
            continue
        text = f"About the head of the household: {_question(people.texts.get(name) or name)}"
        source = [f"derive: {{of: head, column: {_quoted(name)}}}"]
        drafts.append(
            _drafted(_name(f"head_{name}", used), text, source, heads[name], people, name)
        )
    return drafts


def _of_members(people: Table, roles: Roles, used: set[str]) -> list[Drafted]:
    """Whether anyone says yes, for columns that persons answer with yes or no."""
    drafts = []
    for column in people.frame.columns:
        words = [str(w).casefold() for w in people.labels.get(column, {}).values()]
        if "yes" not in words or len(words) > 4 or column in roles.key:
            continue
        text = f"About any member of the household: {_question(people.texts.get(column) or column)}"
        test = _flow({column: "Yes"})
        drafts.append(Drafted(_name(f"any_{column}", used), text,
                              [f"derive: {{of: any, test: {test}}}"]))  # fmt: skip
    return drafts


def _question(text: str) -> str:
    plain = " ".join(str(text).split())[:250].rstrip(" ?:.")
    return f"{plain}?"


def _name(text: str, used: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:50] or "question"
    plain = plain if plain[0].isalpha() and not is_taken(plain) else f"q_{plain}"
    name, number = plain, 2
    while name in used:
        name, number = f"{plain}_{number}", number + 1
    used.add(name)
    return name


def _flow(value) -> str:
    """A value as YAML in one line; JSON, which YAML can't mistake."""
    return json.dumps(value, ensure_ascii=False)


_quoted = _flow
