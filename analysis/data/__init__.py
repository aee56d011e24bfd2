"""Find, verify and read the raw files; `analysis.data.fetching` downloads them."""

from analysis.data.codebook import marked_titles
from analysis.data.locate import FileState
from analysis.data.names import FEATURES, TARGET
from analysis.data.registry import SAMPLE_FILES
from analysis.data.samples import Sample
from analysis.data.states import NAME_BY_POSTAL
from analysis.data.study import Study, exposure_effects, load

__all__ = [
    "FEATURES",
    "NAME_BY_POSTAL",
    "SAMPLE_FILES",
    "TARGET",
    "FileState",
    "Sample",
    "Study",
    "exposure_effects",
    "load",
    "marked_titles",
]
