"""Find, verify and read the raw files; `analysis.data.fetching` downloads them."""

from analysis.data.locate import FileState
from analysis.data.names import FEATURES, TARGET
from analysis.data.samples import Sample
from analysis.data.study import Study, exposure_effects, load

__all__ = ["FEATURES", "TARGET", "FileState", "Sample", "Study", "exposure_effects", "load"]
