"""What the explanations and the audit say."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.explain.models import ELASTIC_NET
from analysis.mobility.explain.results import Explanations
from analysis.mobility.wording import listed
from analysis.publish import numbers
from analysis.publish.rows import where


def domains_that_matter(explained: Explanations) -> str:
    """Domains whose loss hurts the forecast clearly, strongest first."""
    table = explained.importance
    table = where(table[table["kind"] != "feature"], model=ELASTIC_NET)
    clear = table[table["auc_low"] > 0].sort_values("auc_drop", ascending=False)
    names = [name.lower() for name in clear["name"]]
    if not names:
        return "No single domain of traits can be shown to carry the forecast."
    return f"In unseen states the forecast leans on {listed(names)}, in this order."


def models_agree(explained: Explanations) -> str:
    """How often the models agree in sign on their strongest traits."""
    table = explained.agreement
    same = table[table["measure"].str.contains("sign")]
    low, high = same["estimate"].min(), same["estimate"].max()
    return (
        "Different models give their strongest traits the same direction in "
        f"{numbers.percent(low)} to {numbers.percent(high)} of cases, but weigh them differently."
    )


def pair_sentence(explained: Explanations) -> str:
    """The two zones of the worked example."""
    found = explained.pair
    low, high = found.lower, found.higher
    return (
        f"In {low['zone']}, {low['state']}, children of poor families reach rank "
        f"{numbers.rank(low['am'])}; in {high['zone']} in the same state, rank "
        f"{numbers.rank(high['am'])}. The model, which had seen neither, gives them "
        f"{numbers.percent(low['probability'])} and {numbers.percent(high['probability'])} chance "
        "of being above the mean."
    )


def served_badly(explained: Explanations) -> str:
    """Groups whose error rates differ clearly from those elsewhere."""
    table = explained.audit
    table = table[table["metric"].isin(["false_low_rate", "false_high_rate"])]
    clear = table[table["difference_low"] > 0].sort_values("difference", ascending=False)
    words = {"false_low_rate": "falsely called low", "false_high_rate": "falsely called high"}
    if clear.empty:
        return "No kind of place examined here is misjudged clearly more often than the others."
    said = [
        f"{row.characteristic.lower()}, {row.group} ({words[row.metric]})"
        for row in clear.itertuples()
    ]
    return f"These places are misjudged more often than the rest: {listed(said)}."


def cost_of_errors(explained: Explanations) -> str:
    """Children in zones that were falsely called low."""
    table = explained.consequences.set_index("outcome")
    low, high = table.loc["falsely low"], table.loc["falsely high"]
    return (
        f"{numbers.plain(low['zones'])} zones with {numbers.plain(low['children'])} children of "
        f"the cohorts are falsely called low, and {numbers.plain(high['zones'])} zones with "
        f"{numbers.plain(high['children'])} children falsely high."
    )


def clear_levers(explained: Explanations) -> str:
    """Leading traits that stay clear beside the other domains."""
    table = explained.levers
    leading = table[table["leads"]]
    clear = leading[(leading["joint_low"] > 0) | (leading["joint_high"] < 0)]
    lost = leading.drop(clear.index)
    lost = lost[(lost["alone_low"] > 0) | (lost["alone_high"] < 0)]
    return (
        f"Of the leading traits of {numbers.count(len(leading))} domains, "
        f"{numbers.count(len(clear))} keep a clear association beside the others: "
        f"{_titles(explained, clear)}. {numbers.count(len(lost)).capitalize()} more are clear "
        f"alone and not beside the others: {_titles(explained, lost)}."
    )


def all_domains(explained: Explanations) -> str:
    """Share of the differences that all traits tell together."""
    whole = explained.domains.attrs.get("all")
    if whole is None:
        return ""
    value = whole if isinstance(whole, float) else next(iter(pd.Series(whole)))
    return (
        f"All traits together tell {numbers.percent(float(value))} of the differences between "
        "zones."
    )


def _titles(explained: Explanations, rows: pd.DataFrame) -> str:
    names = [f"“{explained.codebook.loc[name, 'title']}”" for name in rows["feature"]]
    return listed(names) or "none"
