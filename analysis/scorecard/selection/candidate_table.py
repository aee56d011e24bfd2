"""Why each candidate question is on the card or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scorecard.model.fit import Fit
from analysis.scorecard.model.small_logit import Fitter, SmallFit
from analysis.scorecard.selection.constraints import Limits
from analysis.scorecard.selection.exchange import MIN_GAIN, removal_losses
from analysis.scorecard.survey.survey import Survey

REPEATS = 0.1  # of the substitute's worth that a candidate makes good, to count as a repeat


def candidate_table(
    survey: Survey,
    fitters: list[Fitter],
    limits: Limits,
    fit: Fit,
    samples: np.ndarray,
    strengths: np.ndarray | None,
    by_outer_fold: list[set[int]],
    eliminated: dict[int, float],
) -> pd.DataFrame:
    """One row a candidate, the chosen first, by what they are worth.

    Parameters
    ----------
    fitters : list of Fitter
        With folds that the choice did not see.
    samples : ndarray of bool, shape (resamples, questions)
    by_outer_fold : list of set
        What each outer fold chose.
    eliminated : dict
        Questions that were chosen first and then found to gain nothing.

    Returns
    -------
    DataFrame
        question; chosen; in_samples and outer_share (shares of resamples and of outer folds
        that chose it); removal_loss (held-out log-loss that the card without it would add);
        substitute (the chosen question that says most of what it would add), explained (how
        much of that, by the score test), exchange_loss (held-out loss that would be added if
        it stood in the substitute's place), addition_loss (the same if it came on top;
        below 0 is a gain), why; selected and strength (by the paper's rule alone).
    """
    chosen = list(fit.questions)
    losses = removal_losses(fitters, chosen)
    whole = float(np.mean([f.fit(chosen, exact=True).held_out for f in fitters]))
    with_card, without = _score_statistics(fitters[0], chosen)
    rows = []
    for j, item in enumerate(survey.items):
        row = {"question": item.name, "chosen": j in chosen,
               "in_samples": float(samples[:, j].mean()),
               "outer_share": float(np.mean([j in fold for fold in by_outer_fold]))}  # fmt: skip
        if j in chosen:
            row |= {"removal_loss": losses[j], "why": "locked" if j in limits.locked else "chosen"}
        else:
            substitute, explained = _substitute(j, chosen, with_card, without)
            swapped = _held_out(fitters, {*chosen, j} - {substitute}) - whole
            added = _held_out(fitters, {*chosen, j}) - whole
            row |= {
                "substitute": survey.items[substitute].name,
                "explained": explained,
                "exchange_loss": swapped,
                "addition_loss": added,
                "why": _why(j, chosen, limits, eliminated, 1 - swapped / losses[substitute], added),
            }
        if strengths is not None:
            row |= {"selected": float((strengths[:, j] > 0).mean()),
                    "strength": float(strengths[:, j].mean())}  # fmt: skip
        rows.append(row)
    frame = pd.DataFrame(rows).reindex(columns=CANDIDATES)
    keys = {"removal_loss": -frame["removal_loss"], "other": frame["addition_loss"]}
    order = np.lexsort((keys["other"].fillna(0), keys["removal_loss"].fillna(0), ~frame["chosen"]))
    return frame.iloc[order].reset_index(drop=True)


CANDIDATES = (
    "question", "chosen", "in_samples", "outer_share", "removal_loss", "substitute", "explained",
    "exchange_loss", "addition_loss", "why", "selected", "strength",
)  # fmt: skip


def _score_statistics(
    fitter: Fitter, chosen: list[int]
) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Score statistics of all candidates beside the card, and beside it without each question."""
    whole: SmallFit = fitter.fit(chosen, exact=True)
    without = {
        j: fitter.score_statistics(fitter.fit(set(chosen) - {j}, exact=True, near=whole))
        for j in chosen
    }
    return fitter.score_statistics(whole), without


def _substitute(j, chosen, with_card, without) -> tuple[int, float]:
    """The chosen question that takes most off what a candidate would add, and the share."""
    alone = np.array([without[q][j] for q in chosen])
    best = int(alone.argmax())
    share = 1 - with_card[j] / alone[best] if alone[best] > 0 else 0.0
    return chosen[best], float(max(share, 0.0))


def _held_out(fitters: list[Fitter], questions) -> float:
    return float(np.mean([f.fit(questions).held_out for f in fitters]))


def _why(j, chosen, limits: Limits, eliminated, made_good, added) -> str:
    """In words; ``made_good`` is how much of the substitute's removal the candidate makes good."""
    against = limits.against([*chosen, j])
    if against == "excluded":
        return "excluded"
    if j in eliminated or added > -MIN_GAIN:
        return "repeats its substitute" if made_good > REPEATS else "adds nothing"
    if against == "budget":
        return "over the budget"
    if against not in (None, "full"):
        return f"no more of the group {against}"
    return "no room: adds less than those chosen"
