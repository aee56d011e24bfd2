"""Made-up zones with a relation that is known."""

import numpy as np
import pandas as pd


def toy_zones(
    effects: dict[str, float], *, count=400, states=20, seed=0, gaps=(), noise=0.5
) -> pd.DataFrame:
    """Independent standard normal traits; the target is their weighted sum plus noise.

    Traits named in ``gaps`` miss a tenth of their values.
    """
    rng = np.random.default_rng(seed)
    zones = pd.DataFrame({name: rng.normal(size=count) for name in effects})
    signal = sum(size * zones[name] for name, size in effects.items())
    target = 40 + signal + rng.normal(scale=noise, size=count)
    for name in gaps:
        zones.loc[rng.random(count) < 0.1, name] = np.nan
    zones.insert(0, "cz", np.arange(100, 100 + count))
    return zones.assign(
        zone=[f"Place {number}" for number in range(count)],
        state=[f"S{number}" for number in rng.integers(states, size=count)],
        children=rng.integers(100, 10_000, size=count).astype(float),
        am=target,
        label_binary=(target > target.mean()).astype(int),
    )
