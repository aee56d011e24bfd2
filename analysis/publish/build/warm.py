"""What the server of chapters imports before it forks: all that chapters use.

Importing is most of a short chapter's time. Nothing is computed here, and no
thread is started: both would be unsafe to fork.
"""

import importlib
import pkgutil

import pandas
import plotly.express
import plotly.io
import sklearn.cluster
import sklearn.ensemble
import sklearn.linear_model
import sklearn.pipeline
import statsmodels.formula.api

import analysis.data
import analysis.mobility
import analysis.publish
import analysis.publish.build.kernel
import analysis.scorecard

__all__ = ["pandas", "plotly", "sklearn", "statsmodels"]

LEFT_OUT = {"__main__", "bench", "cli", "build"}

for _package in (analysis.data, analysis.mobility, analysis.scorecard, analysis.publish):
    for _module in pkgutil.walk_packages(_package.__path__, f"{_package.__name__}."):
        if not LEFT_OUT & set(_module.name.split(".")):
            importlib.import_module(_module.name)
