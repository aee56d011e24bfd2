"""What the server of chapters has ready before it forks: all that chapters use.

Imports, the data, and what the code of cached results is: together they are most of a
short chapter's time. Nothing here starts a thread, which would be unsafe to fork.
"""

import importlib
import pkgutil
from contextlib import suppress

import pandas
import plotly.express
import plotly.io
import sklearn.cluster
import sklearn.ensemble
import sklearn.linear_model
import sklearn.pipeline
import statsmodels.api
import statsmodels.formula.api

import analysis.book.run.kernel
import analysis.data
import analysis.mobility
import analysis.publish
import analysis.scorecard
from analysis.errors import ReportError
from analysis.scorecard.results import book_survey
from analysis.store.cache import read_sources

__all__ = ["pandas", "plotly", "sklearn", "statsmodels"]

LEFT_OUT = {"__main__", "bench", "cli"}

for _package in (analysis.data, analysis.mobility, analysis.scorecard, analysis.publish):
    for _module in pkgutil.walk_packages(_package.__path__, f"{_package.__name__}."):
        if not LEFT_OUT & set(_module.name.split(".")):
            importlib.import_module(_module.name)

read_sources()
with suppress(ReportError):  # whoever needs them says what is wrong with them
    analysis.data.load()
    book_survey()
