"""``python -m tests.benchmarks.scorecard``: how fast cards are built, with glmnet beside it.

glmnet is run where R and its package glmnet are on this machine, for comparison only.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from analysis.scorecard.build import run_study
from analysis.scorecard.model.design_matrix import Design, encode
from analysis.scorecard.model.elastic_net import Paths, fit_paths
from analysis.scorecard.sampling.bootstrap import folds_of
from analysis.scorecard.selection.nested import select
from analysis.scorecard.selection.runner import Runner
from analysis.scorecard.settings import PROFILES, RULES, rng_of
from analysis.scorecard.spec.spec_file import find_spec, load_spec
from analysis.scorecard.survey.load import Issues, assemble, load_survey
from analysis.scorecard.survey.shipped import default_spec
from analysis.scorecard.survey.simulate import simulate_tables
from analysis.scorecard.survey.survey import Survey

SIZES = (5_000, 50_000, 500_000)
FOLDS, PENALTIES = 10, 100
REPEATS = 3

_R = """
suppressMessages(library(glmnet))
folder <- commandArgs(TRUE)[1]; n <- {n}; p <- {p}; regions <- {regions}
read <- function(name, size) readBin(file.path(folder, name), "double", size)
x <- matrix(read("x", n * p), n, p); y <- read("y", n); w <- read("w", n); f <- read("f", n)
free <- c(rep(0, regions), rep(1, p - regions))
for (store in c("dense", "sparse")) {{
  if (store == "sparse") x <- Matrix::Matrix(x, sparse = TRUE)
  best <- Inf
  for (i in 1:{repeats}) {{
    spent <- system.time(cv <- cv.glmnet(x, y, family = "binomial", weights = w, alpha = {alpha},
      nlambda = {penalties}, foldid = f, penalty.factor = free, standardize = FALSE))
    best <- min(best, spent[["elapsed"]])
  }}
  g <- cv$glmnet.fit
  writeBin(as.numeric(c(best, g$lambda, as.matrix(coef(g)))), file.path(folder, store))
}}
"""


def main(arguments: list[str] | None = None) -> None:
    """Print the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scorecard")
    parser.add_argument("--full", action="store_true", help="time the full profile too")
    parser.add_argument("--jobs", type=int, default=-1, help="processes of the builds")
    parser.add_argument("--rules", action="store_true", help="time the rules alone, as JSON")
    parser.add_argument("--scale", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.rules:
        print(json.dumps(rule_seconds(given.jobs)))
        return
    if given.scale:
        print(json.dumps(_one_size(given.scale)))
        return
    survey = load_survey(default_spec())
    print(f"{survey.title}: {len(survey):,} households, {len(survey.items)} questions")
    compare_with_glmnet(survey)
    time_builds(survey, ("quick", "full") if given.full else ("quick",), given.jobs)
    time_sizes()


def compare_with_glmnet(survey: Survey) -> None:
    """The path of penalties in all folds, one core, with the accuracy that each reaches."""
    design, poor = encode(survey), survey.lines[0].poor
    fold = folds_of(survey.cluster, survey.stratum, FOLDS, rng_of(0))
    print(f"\n{FOLDS}-fold path of {PENALTIES} penalties, {len(survey):,} x {design.columns}, "
          "one core, best of three; violation: of the optimality conditions, as a share of "
          "the largest penalty")  # fmt: skip
    fit_paths(design, poor, survey.weight, l1_ratio=1.0, lambdas=2, fold=fold)  # compiles
    for alpha in (1.0, 0.5):
        with threadpool_limits(1):
            spent, paths = _best_time(design, poor, survey.weight, alpha, fold)
        wrong = paths.violation[:, 0].max() / paths.lambdas[0]
        print(f"  mix {alpha}: {spent:.2f} s, {len(paths.lambdas)} penalties, "
              f"violation {wrong:.0e}")  # fmt: skip
        for store, other, count, violation in _glmnet(survey, design, poor, fold, alpha):
            print(f"    glmnet {store}: {other:.2f} s ({other / spent:.1f} times as long), "
                  f"{count} penalties, violation {violation:.0e}")  # fmt: skip


def _best_time(design, poor, weight, alpha, fold) -> tuple[float, Paths]:
    best = np.inf
    for _ in range(REPEATS):
        start = time.perf_counter()
        paths = fit_paths(design, poor, weight, l1_ratio=alpha, lambdas=PENALTIES, fold=fold)
        best = min(best, time.perf_counter() - start)
    return best, paths


def _glmnet(survey: Survey, design: Design, poor, fold, alpha):
    """Time, number of penalties and accuracy of glmnet; nothing where it is not."""
    if shutil.which("Rscript") is None:
        print("    (no R on this machine, so no glmnet beside it)")
        return
    dummies = (survey.region[:, None] == np.arange(1, design.regions)).astype(float)
    x = np.hstack([dummies, design.dense()])
    n, p = x.shape
    with tempfile.TemporaryDirectory() as folder:
        for name, values in (("x", x.T), ("y", poor), ("w", survey.weight), ("f", fold + 1)):
            np.ascontiguousarray(values, dtype="<f8").tofile(Path(folder, name))
        script = Path(folder, "run.R")
        script.write_text(
            _R.format(n=n, p=p, regions=design.regions - 1, repeats=REPEATS, l1_ratio=alpha,
                      lambdas=PENALTIES)
        )  # fmt: skip
        ran = subprocess.run(["Rscript", str(script), folder], capture_output=True, text=True)
        if ran.returncode:
            print(f"    (R is here but glmnet did not run: {ran.stderr.strip()[-120:]})")
            return
        for store in ("dense", "sparse"):
            out = np.fromfile(Path(folder, store))
            count = (len(out) - 1) // (p + 2)
            penalties = out[1 : 1 + count] * p / (p - design.regions + 1)  # its rescaled factors
            coefficients = out[1 + count :].reshape(count, p + 1)
            wrong = _violation(x, poor, survey.weight, coefficients, penalties, alpha,
                               design.regions - 1)  # fmt: skip
            yield store, out[0], count, wrong


def _violation(x, poor, weight, coefficients, penalties, alpha, regions) -> float:
    """Largest violation of the optimality conditions over a path, of the penalized columns."""
    share = weight / weight.sum()
    eta = coefficients[:, :1] + coefficients[:, 1:] @ x.T
    slope = (((expit(eta) - poor) * share) @ x)[:, regions:]
    b, penalty = coefficients[:, 1 + regions :], penalties[:, None]
    away = np.abs(slope + penalty * ((1 - alpha) * b + alpha * np.sign(b)))
    at_zero = np.maximum(np.abs(slope) - penalty * alpha, 0)
    return float(np.where(b != 0, away, at_zero).max() / penalties[0])


def time_builds(survey: Survey, profiles: tuple[str, ...], jobs: int) -> None:
    """Whole builds, with nothing kept from earlier runs."""
    print("\nWhole builds with all comparisons")
    for name in profiles:
        start = time.perf_counter()
        study = run_study(survey, PROFILES[name], runner=Runner(jobs=jobs, folder=None))
        spent = time.perf_counter() - start
        print(f"  {name}: {spent:.0f} s, AUC {study.card.build_info['auc']:.3f}")


def rule_seconds(jobs: int) -> dict[str, float]:
    """Seconds that each rule takes on the simulated survey, quick profile, nothing kept.

    Choosing with its nested cross-validation and resamples, and the fit of the card.
    """
    survey = load_survey("simulated")
    poor, settings = survey.lines[0].poor, PROFILES["quick"]
    few = np.arange(0, len(survey), len(survey) // 400)
    small = replace(settings, resamples=2, outer_folds=2, l1_ratios=(1.0,), n_lambdas=10)
    found = {}
    for rule in RULES:
        runner = Runner(jobs=jobs, folder=None, progress=False)
        with threadpool_limits(1):
            select(survey.take(few), poor[few], replace(small, rule=rule), runner)  # compiles
            start = time.perf_counter()
            select(survey, poor, replace(settings, rule=rule), runner)
        found[rule] = time.perf_counter() - start
    return found


def time_sizes() -> None:
    """One path in five folds at growing sizes, each in a process of its own."""
    print("\nSimulated surveys: one 5-fold path of 50 penalties; peak memory with the data")
    for size in SIZES:
        command = [sys.executable, "-m", "tests.benchmarks.scorecard", "--scale", str(size)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(ran.stdout)
        print(
            f"  {size:>9,} households: read {found['read']:.1f} s, fit {found['fit']:.1f} s "
            f"({1e6 * found['fit'] / size:.0f} s a million), peak {found['peak']:.0f} MB"
        )


def _one_size(size: int) -> dict[str, float]:
    start = time.perf_counter()
    survey = assemble(load_spec(find_spec("simulated")), simulate_tables(size, 1), Issues())
    read = time.perf_counter() - start
    settings = PROFILES["quick"]
    design, poor = encode(survey), survey.lines[0].poor
    fold = folds_of(survey.cluster, survey.stratum, settings.folds, rng_of(0))
    few = np.arange(0, len(survey), max(1, len(survey) // 500))
    fit_paths(design.take(few), poor[few], survey.weight[few], l1_ratio=1.0, lambdas=2,
              fold=fold[few])  # fmt: skip
    start = time.perf_counter()
    with threadpool_limits(1):
        fit_paths(design, poor, survey.weight, l1_ratio=1.0, lambdas=settings.n_lambdas, fold=fold)
    spent = time.perf_counter() - start
    return {"read": read, "fit": spent, "peak": _peak()}


def _peak() -> float:
    """Largest memory of this process so far, in MB (Linux counts kB, macOS bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
