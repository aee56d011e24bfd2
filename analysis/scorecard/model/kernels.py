"""Compiled inner loops of the solver: they work on answer codes, never on a dense matrix.

A household's answers are the columns in which its dummies are 1 (compressed rows:
``index[indptr[i]:indptr[i + 1]]``). Several fits ("replicates": all households, and
all but each fold) go through the rows together, so that a row is read once for all.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from analysis.store.compiled import keep_by_source

keep_by_source()
_COMPILED = {"cache": True, "nogil": True, "fastmath": {"contract", "reassoc", "nsz", "arcp"}}


@njit(**_COMPILED)
def predict(first, last, indptr, index, region, beta, gamma, eta):
    """Fill ``eta[i - first, k]``: linear predictors of rows ``first`` to ``last``, replicate k."""
    replicates = beta.shape[1]
    for i in range(first, last):
        row = i - first
        r = region[i]
        for k in range(replicates):
            eta[row, k] = gamma[r, k]
        for entry in range(indptr[i], indptr[i + 1]):
            c = index[entry]
            for k in range(replicates):
                eta[row, k] += beta[c, k]


@njit(**_COMPILED)
def add_gradient(first, last, indptr, index, region, residual, g_beta, g_gamma):
    """Add the rows' residuals to the gradients of answers and of regions."""
    replicates = g_beta.shape[1]
    for i in range(first, last):
        row = i - first
        r = region[i]
        for k in range(replicates):
            g_gamma[r, k] += residual[row, k]
        for entry in range(indptr[i], indptr[i + 1]):
            c = index[entry]
            for k in range(replicates):
                g_beta[c, k] += residual[row, k]


@njit(**_COMPILED)
def weigh_residuals(first, last, probability, poor, weight, replicate_of_row, eta, held_eta):
    """Turn probabilities into weighted residuals; a replicate ignores the rows that it holds out.

    ``replicate_of_row[i]`` is the replicate that leaves row i out (-1: none); its linear predictor
    there is kept in ``held_eta``.
    """
    replicates = probability.shape[1]
    for i in range(first, last):
        row = i - first
        for k in range(replicates):
            probability[row, k] = weight[i] * (probability[row, k] - poor[i])
        out = replicate_of_row[i]
        if out >= 0:
            probability[row, out] = 0.0
            held_eta[i] = eta[row, out]


@njit(**_COMPILED)
def cross_tabulate(indptr, index, region, block, curvature, xx, rx, rr):
    """Weighted cross-tabulations of all answers, of answers by region, and of regions.

    They are the blocks of X'WX for one-hot answers, one set for each ``block`` of rows;
    of ``xx`` only the triangle on and below the diagonal is filled.
    """
    for i in range(len(region)):
        b = block[i]
        r = region[i]
        w = curvature[i]
        rr[b, r] += w
        for entry in range(indptr[i], indptr[i + 1]):
            c = index[entry]
            rx[b, r, c] += w
            row = xx[b, c]
            for other in range(indptr[i], entry + 1):
                row[index[other]] += w


@njit(**_COMPILED)
def solve_for_regions(xx, rx, rr, schur):
    """Curvature in the answers once the best region intercepts are put in for any answers.

    The Schur complement ``xx − rx' diag(1/rr) rx`` of each replicate; ``xx`` is read on and
    below its diagonal, ``schur`` is filled whole.
    """
    replicates, regions, p = rx.shape
    for k in range(replicates):
        for c in range(p):
            row = schur[k, c]
            for other in range(c + 1):
                row[other] = xx[k, c, other]
            for r in range(regions):
                factor = rx[k, r, c] / rr[k, r]
                if factor != 0.0:
                    for other in range(c + 1):
                        row[other] -= factor * rx[k, r, other]
            row[c] += 1e-9  # a column that regions explain wholly must not divide by zero
            for other in range(c):
                schur[k, other, c] = row[other]


@njit(**_COMPILED)
def descend(replicates, schur, rx, rr, g_beta, g_gamma, beta, gamma, l1, l2, slack, sweeps):
    """Take one proximal Newton step in each of ``replicates``.

    The quadratic model with the regions solved for has curvature ``schur``; cyclic
    coordinate descent minimizes it plus the penalty, first over every answer, then
    over the non-zero ones until no change moves its gradient by more than ``slack``,
    and again.
    """
    p = beta.shape[0]
    regions = gamma.shape[0]
    q = np.empty(p)
    start = np.empty(p)
    for k in replicates:
        for c in range(p):
            start[c] = beta[c, k]
            total = g_beta[c, k]
            for r in range(regions):
                total -= rx[k, r, c] * g_gamma[r, k] / rr[k, r]
            q[c] = total
        everything = True
        for _ in range(sweeps):
            largest = 0.0
            for c in range(p):
                old = beta[c, k]
                if old == 0.0 and not everything:
                    continue
                curvature = schur[k, c, c]
                z = curvature * old - q[c]
                if z > l1:
                    new = (z - l1) / (curvature + l2)
                elif z < -l1:
                    new = (z + l1) / (curvature + l2)
                else:
                    new = 0.0
                if new != old:
                    beta[c, k] = new
                    step = new - old
                    for other in range(p):
                        q[other] += schur[k, c, other] * step
                    largest = max(largest, abs(step) * (curvature + l2))
            if largest <= slack:
                if everything:
                    break
                everything = True
            else:
                everything = False
        for r in range(regions):
            total = g_gamma[r, k]
            for c in range(p):
                total += rx[k, r, c] * (beta[c, k] - start[c])
            gamma[r, k] -= total / rr[k, r]


@njit(**_COMPILED)
def violation(beta, g_beta, g_gamma, l1, l2):
    """Largest violation of the optimality conditions, for each replicate."""
    p, replicates = beta.shape
    worst = np.zeros(replicates)
    for c in range(p):
        for k in range(replicates):
            b = beta[c, k]
            if b > 0.0:
                v = abs(g_beta[c, k] + l2 * b + l1)
            elif b < 0.0:
                v = abs(g_beta[c, k] + l2 * b - l1)
            else:
                v = abs(g_beta[c, k]) - l1
            worst[k] = max(worst[k], v)
    for r in range(g_gamma.shape[0]):
        for k in range(replicates):
            worst[k] = max(worst[k], abs(g_gamma[r, k]))
    return worst


@njit(**_COMPILED)
def small_pass(columns, region, poor, weight, fold, skip, theta, gradient, hessian):
    """Mean loss, gradient and Hessian of a small model, in one block for each fold.

    ``columns[i, q]`` is the position in ``theta`` of household i's answer to the question
    q, rising with q, or -1 for the base answer. Rows of the fold ``skip`` are left out, and
    then all is put into the first block; of ``hessian`` only the triangle on and below the
    diagonal is filled.
    """
    n, questions = columns.shape
    here = np.empty(questions + 1, np.int64)
    loss = 0.0
    for i in range(n):
        if fold[i] == skip:
            continue
        here[0] = region[i]
        count = 1
        eta = theta[region[i]]
        for q in range(questions):
            c = columns[i, q]
            if c >= 0:
                here[count] = c
                count += 1
                eta += theta[c]
        if eta > 0.0:
            e = np.exp(-eta)
            p = 1.0 / (1.0 + e)
            loss += weight[i] * (np.log1p(e) + eta - poor[i] * eta)
        else:
            e = np.exp(eta)
            p = e / (1.0 + e)
            loss += weight[i] * (np.log1p(e) - poor[i] * eta)
        f = fold[i] if skip < 0 else 0
        residual = weight[i] * (p - poor[i])
        curvature = weight[i] * p * (1.0 - p)
        for a in range(count):
            gradient[f, here[a]] += residual
            for b in range(a + 1):
                hessian[f, here[a], here[b]] += curvature
    return loss


@njit(**_COMPILED)
def held_out_loss(columns, region, poor, weight, fold, thetas):
    """Summed weighted loss of all rows, each under the coefficients ``thetas`` of its fold."""
    n, questions = columns.shape
    loss = 0.0
    for i in range(n):
        f = fold[i]
        eta = thetas[f, region[i]]
        for q in range(questions):
            c = columns[i, q]
            if c >= 0:
                eta += thetas[f, c]
        loss += weight[i] * (max(eta, 0.0) + np.log1p(np.exp(-abs(eta))) - poor[i] * eta)
    return loss


@njit(**_COMPILED)
def lasso_step(hessian, gradient, theta, l1, sweeps, slack):
    """Minimize a quadratic around ``theta`` plus l1'|theta| by coordinate descent.

    ``hessian`` is symmetric, and ``gradient`` is that at ``theta``; ``l1`` has a penalty for
    each coordinate.
    """
    solution, q = theta.copy(), gradient.copy()
    for _ in range(sweeps):
        largest = 0.0
        for c in range(len(solution)):
            curvature = hessian[c, c]
            z = curvature * solution[c] - q[c]
            if z > l1[c]:
                new = (z - l1[c]) / curvature
            elif z < -l1[c]:
                new = (z + l1[c]) / curvature
            else:
                new = 0.0
            step = new - solution[c]
            if step != 0.0:
                solution[c] = new
                for other in range(len(solution)):
                    q[other] += hessian[other, c] * step
                largest = max(largest, abs(step) * curvature)
        if largest <= slack:
            break
    return solution
