"""Choose questions by what they do for prediction: forward steps, then exchanges.

Candidates are ranked by the score test; the best few are fitted, and the set with the
least held-out loss wins. The search starts from nothing and from the elastic net's
strongest questions, and keeps the better end.
"""

from __future__ import annotations

import numpy as np

from analysis.scorecard.model.small_logit import Fitter, SmallFit
from analysis.scorecard.selection.constraints import Limits

N_TRIED = 5  # questions fitted at each forward step
N_TRIED_IN_EXCHANGE = 3
PASSES = 4
MIN_GAIN = 1e-6  # of mean log-loss: less is no gain


def search(fitter: Fitter, limits: Limits, starts: list[list[int]]) -> SmallFit:
    """The best set of questions that forward steps and exchanges reach from some starts.

    Parameters
    ----------
    fitter : Fitter
        Its folds judge.
    limits : Limits
    starts : list of list of int
        Sets to start from besides the locked questions alone.
    """
    ends = [_improve(fitter, limits, limits.within([], start)) for start in ([], *starts)]
    if limits.costly:
        bare = limits.within([])
        ends.append(_improve(fitter, limits, bare, cost_weighted=True))
    return min(ends, key=lambda fit: fit.held_out)


def _improve(fitter, limits, start, cost_weighted=False) -> SmallFit:
    fit = forward(fitter, limits, fitter.fit(start), cost_weighted=cost_weighted)
    for _ in range(PASSES):
        exchanged = exchange(fitter, limits, fit)
        again = forward(fitter, limits, exchanged)
        if again.questions == fit.questions:
            break
        fit = again
    return fit


def forward(
    fitter: Fitter, limits: Limits, fit: SmallFit, *, cost_weighted: bool = False
) -> SmallFit:
    """Add the question that lowers the held-out loss most, until none does or none may.

    Parameters
    ----------
    cost_weighted : bool
        Go by what is gained for each unit of cost.
    """
    while True:
        tried = _likely(fitter, limits, fit.questions, fit, N_TRIED, cost_weighted)
        if not tried:
            return fit
        gains = [(fit.held_out - new.held_out, new) for new in tried]
        if cost_weighted:
            gains = [(gain / _cost(limits, fit, new), new) for gain, new in gains]
        gain, best = max(gains, key=lambda scored: scored[0])
        if gain < MIN_GAIN:
            return fit
        fit = best


def _cost(limits: Limits, fit: SmallFit, new: SmallFit) -> float:
    (added,) = set(new.questions) - set(fit.questions)
    return limits.cost[added]


def exchange(fitter: Fitter, limits: Limits, fit: SmallFit) -> SmallFit:
    """Once for each question: drop it where it gains nothing, or put a better one in its place."""
    without = {j: fitter.fit(set(fit.questions) - {j}, near=fit) for j in fit.questions}
    for j in sorted(set(fit.questions) - limits.locked, key=lambda j: without[j].held_out):
        if j not in fit.questions:
            continue
        rest = set(fit.questions) - {j}
        less = fitter.fit(rest, near=fit)
        tried = _likely(fitter, limits, rest, less, N_TRIED_IN_EXCHANGE, False, never=j)
        best = min([less, *tried], key=lambda new: new.held_out)
        if best.held_out < fit.held_out - MIN_GAIN:
            fit = best
    return fit


def _likely(fitter, limits, chosen, fit, count, cost_weighted, never=-1) -> list[SmallFit]:
    """Fits with each of the questions of the largest score statistics."""
    score_statistics = fitter.score_statistics(fit)
    if cost_weighted:
        score_statistics = score_statistics / np.array(limits.cost)
    fits = []
    for j in np.argsort(-score_statistics, kind="stable"):
        if len(fits) == count or score_statistics[j] <= 0:
            break
        if j in chosen or j == never or not limits.allow([*chosen, int(j)]):
            continue
        fits.append(fitter.fit({*chosen, int(j)}, near=fit))
    return fits


def stepwise(fitter: Fitter, questions: int) -> list[SmallFit]:
    """Plain forward selection by likelihood, for comparison: the fit after each question."""
    fit, fits = fitter.fit([]), []
    for _ in range(questions):
        score_statistics = fitter.score_statistics(fit)
        likely = [int(j) for j in np.argsort(-score_statistics, kind="stable")[: N_TRIED + 1]]
        tried = [
            fitter.fit({*fit.questions, j}, near=fit) for j in likely if score_statistics[j] > 0
        ]
        if not tried:
            break
        fit = min(tried, key=lambda new: new.loss)
        fits.append(fit)
    return fits


def eliminate_backward(
    fitters: list[Fitter], limits: Limits, chosen
) -> tuple[list[int], dict[int, float]]:
    """Backward elimination of questions whose removal loses nothing, by exact fits.

    Returns
    -------
    kept : list of int
    loss : dict
        Held-out loss that the removal of each kept question would add; then that of each
        dropped one when it was dropped.
    """
    kept, eliminated = sorted(chosen), {}
    while True:
        losses = removal_losses(fitters, kept)
        free = [j for j in kept if j not in limits.locked]
        weakest = min(free, key=losses.get, default=None)
        if weakest is None or losses[weakest] > MIN_GAIN or len(kept) == 1:
            return kept, losses | eliminated
        eliminated[weakest] = losses[weakest]
        kept.remove(weakest)


def removal_losses(fitters: list[Fitter], chosen) -> dict[int, float]:
    """Mean held-out loss that the removal of each question adds, by exact fits."""
    whole = np.mean([f.fit(chosen, exact=True).held_out for f in fitters])
    return {
        j: float(np.mean([f.fit(set(chosen) - {j}, exact=True).held_out for f in fitters]) - whole)
        for j in chosen
    }
