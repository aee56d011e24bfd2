"""Fixtures of the mobility study: a cache of its own, and small samples."""

import numpy as np
import pandas as pd
import pytest

from analysis import paths
from analysis.mobility.sample import analysis_sample


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Keep what the tests compute away from the report's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "CACHE", tmp_path_factory.mktemp("cache"))
        yield


@pytest.fixture(scope="session")
def simulated_zones(simulated_study) -> pd.DataFrame:
    """The analysis sample of the simulated study."""
    return analysis_sample(simulated_study)


@pytest.fixture
def planted() -> pd.DataFrame:
    """Zones of 20 states whose label depends on the first two of six features."""
    rng = np.random.default_rng(8)
    size = 300
    values = rng.normal(size=(size, 6))
    zones = pd.DataFrame(values, columns=[f"x{k}" for k in range(6)])
    zones.insert(0, "cz", np.arange(size) + 100)
    zones.insert(1, "state", rng.choice([f"S{k:02d}" for k in range(20)], size))
    signal = 2 * values[:, 0] - 1.5 * values[:, 1] + rng.logistic(size=size)
    zones["am"] = 40 + signal
    zones["label_binary"] = (signal > 0).astype(int)
    zones["label_quartile"] = pd.qcut(signal, 4, labels=False)
    return zones


PLANTED = tuple(f"x{k}" for k in range(6))
