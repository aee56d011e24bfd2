"""Find, download, verify and read the raw files."""

from analysis.data.fetching import fetch, fetch_for_build
from analysis.data.locate import FileState
from analysis.data.names import FEATURES, TARGET
from analysis.data.samples import Sample
from analysis.data.study import Study, load

__all__ = ["FEATURES", "TARGET", "FileState", "Sample", "Study", "fetch", "fetch_for_build", "load"]
