"""What is known of packages: which leave what they are given alone, which only show things."""

from __future__ import annotations

import sys

from modelreg.capture.modules import file_of
from modelreg.capture.slice.table import table

SHOWING = table(
    """matplotlib seaborn plotly bokeh altair IPython graphviz missingno mpl_toolkits pylab plotnine holoviews hvplot
    folium pydot dtreeviz wordcloud rich tabulate ipywidgets warnings logging sweetviz ydata_profiling
    pandas_profiling builtins.print builtins.display scikitplot mlxtend.plotting"""
)
"""Draw and print: nothing that a model needs comes from them."""

PURE = SHOWING | table(
    """sklearn numpy pandas scipy torch torchvision torchaudio torchmetrics torchinfo xgboost lightgbm catboost
    statsmodels joblib tqdm polars pyarrow imblearn category_encoders patsy skimage cv2 PIL nltk spacy gensim
    networkx sympy numba dask shap lime eli5 optuna hyperopt skopt mlxtend feature_engine xlrd openpyxl requests
    keras tensorflow jax flax transformers datasets tokenizers sentence_transformers skorch umap hdbscan prophet
    pmdarima lifelines yellowbrick pytz dateutil yaml psutil threadpoolctl modelreg"""
)
"""Their functions leave what they are given alone, except those of the tables of methods."""

TRAINERS = table("pytorch_lightning lightning ignite fastai accelerate composer transformers")
"""Their objects train what they are given."""

FRAMES = frozenset({"pandas", "polars"})
DATA = FRAMES | frozenset({"numpy", "scipy", "pyarrow", "datetime", "re", "string", "collections", "pathlib"})
"""Their objects change by few methods only."""

ESTIMATORS = table("sklearn xgboost lightgbm catboost imblearn category_encoders feature_engine skorch umap")
"""Their objects change by fitting and setting only, and leave what they are fitted to alone."""

LAYERS = frozenset({"keras", "tensorflow", "torch", "torchvision", "transformers"})
"""Their objects are networks, and what these are made of."""

GRAPHS = frozenset({"torch", "torchvision", "torchmetrics", "torchaudio"})
"""Their results remember what they were computed from."""


def pure(family: str) -> bool:
    """Whether the functions of a package leave their arguments alone."""
    return family in PURE or family == "builtins" or family in sys.stdlib_module_names


def project(family: str) -> bool:
    """Whether a package is the user's own: not of the standard library, not installed."""
    if not family or pure(family):
        return False
    module = sys.modules.get(family)
    place = file_of(module) or ""
    return "site-packages" not in place and "dist-packages" not in place
