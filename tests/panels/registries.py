"""Registries to look at: a story of real models on real data, and a crowd of a hundred thousand versions.

Both are made from fixed seeds; only times and people are of the moment.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from benchmarks.fill import fill

import modelreg
from modelreg.catalog import create, schema

from . import tales

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from modelreg.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Tale:
    """A registered model, how its versions came about, and what happened to them."""

    name: str
    about: str
    tags: Sequence[str]
    data: Callable[[], tales.Data]
    models: Callable[[], Iterator[tales.Trained]]
    judge: Callable[[Any, tales.Data], dict[str, Any]]
    directions: Mapping[str, str]
    evidence: Callable[[Any, tales.Data], dict[str, Any]] = lambda _model, _data: {}
    """Returns what is attached."""
    then: Sequence[tuple[str, ...]] = field(default_factory=tuple)
    """Method of the registry, its arguments, and the reason last."""


def story(path: Path) -> list[str]:
    """Fill a fresh registry at ``path`` with six registered models of 2 to 12 versions; return their names."""
    maker, keeper = (modelreg.connect(path, actor=actor) for actor in ("mara", "jonas"))
    try:
        for tale in TALES:
            _make(maker, tale)
            for verb, *words, reason in tale.then:
                getattr(keeper, verb)(*words, message=reason)
    finally:
        maker.close()
        keeper.close()
    return [tale.name for tale in TALES]


def crowd(path: Path, *, models: int = 1000, versions: int = 100, tall: int = 0) -> list[str]:
    """Fill a fresh registry at ``path`` through SQL, in seconds; return the names of one wide and, if any, the tall model.

    Parameters
    ----------
    path : Path
        Where it goes.
    models, versions : int
        How many registered models, and how many versions each has.
    tall : int
        How many versions one more registered model has.
    """
    create.create(path)
    fill(path / create.DATABASE, homes=models, versions=versions)
    if tall:
        fill(path / create.DATABASE, homes=1, versions=tall)
    registry = modelreg.connect(path)
    try:
        sizes = (versions, tall) if tall else (versions,)
        return [registry.models(f"versions == {size}", order="name", limit=1)[0].name for size in sizes]
    finally:
        registry.close()


def stretch(path: Path, days: float) -> None:
    """Let what a registry at ``path`` has been through have taken ``days`` up to now, for pictures with ages in them."""
    database = sqlite3.connect(path / create.DATABASE)
    try:
        (first, now) = database.execute("SELECT min(at), max(at) FROM actions").fetchone()
        factor = days * 86_400_000_000 / (now - first)
        for table in schema.tables.sorted_tables:
            for column in table.columns:
                if column.name == "at" or column.name.endswith("_at"):
                    longer = f"{now} - CAST(({now} - {column.name}) * {factor} AS INTEGER)"
                    database.execute(
                        f"UPDATE {table.name} SET {column.name} = {longer} WHERE {column.name} IS NOT NULL"
                    )
        database.commit()
    finally:
        database.close()


def _make(registry: Registry, tale: Tale) -> None:
    registry.create(tale.name, description=tale.about, tags=tale.tags, message="first sketch of the card")
    for metric, direction in tale.directions.items():
        registry.metric(tale.name, metric, direction)
    parts = tale.data()
    for model, params, reason in tale.models():
        model.fit(parts[0], parts[2])
        registry.register(
            model,
            tale.name,
            metrics=tale.judge(model, parts),
            params=params,
            attachments=tale.evidence(model, parts),
            message=reason,
            project=tale.name,
            variable=type(model).__name__.lower(),
        )


ONCOLOGY: Final = """Tells **malignant** from benign tumours by 30 measurements of a cell nucleus.

- data: breast cancer, Wisconsin (569 cases)
- owner: diagnostics team
- a false *benign* costs more than a false *malignant*: look at `log_loss`, not at accuracy alone
"""
TALES: Final = (
    Tale(
        name="tumour-clusters",
        about="Kinds of tumours, without using the diagnosis.",
        tags=("team=diagnostics", "task=clustering", "exploration"),
        data=tales.tumours,
        models=tales.cluster_models,
        judge=tales.clusters,
        directions={"silhouette": "higher", "inertia": "lower"},
    ),
    Tale(
        name="wine-outliers",
        about="Flags bottles whose chemistry is unlike the others, for a second look.",
        tags=("team=cellar", "task=anomaly"),
        data=tales.wines,
        models=tales.outlier_models,
        judge=tales.outliers,
        directions={},
        then=(("alias", "wine-outliers:v1", "production", "five bottles in a hundred is what the cellar can look at"),),
    ),
    Tale(
        name="digit-reader",
        about="Reads handwritten digits of 8 × 8 pixels.",
        tags=("team=forms", "task=classification", "pii"),
        data=tales.digits,
        models=tales.digit_models,
        judge=tales.many_classes,
        directions={"accuracy": "higher"},
        then=(
            ("promote", "digit-reader:v2", "production", "good enough for the pilot"),
            ("promote", "digit-reader:v4", "staging", "shadow run on the forms of a week"),
            ("tag", "digit-reader:v4", "shadow-run=ok", "no complaint in a week"),
        ),
    ),
    Tale(
        name="diabetes-progression",
        about="Progression of the disease one year after the baseline, from ten measurements. Errors are in points of the score.",
        tags=("team=clinic", "task=regression"),
        data=tales.patients,
        models=tales.diabetes_models,
        judge=tales.regression,
        directions={"rmse": "lower", "mae": "lower", "r2": "higher"},
        then=(
            ("promote", "diabetes-progression:v1", "production", "first model in the clinic"),
            ("promote", "diabetes-progression:v4", "production", "same error with six measurements instead of ten"),
            ("alias", "diabetes-progression:v7", "challenger", "not linear after all?"),
            ("describe", "diabetes-progression:v4", "Needs bmi, bp, s1, s3, s5 and sex only.", "for the ward"),
        ),
    ),
    Tale(
        name="wine-cultivar",
        about="Which of three cultivars a wine was made from.",
        tags=("team=cellar", "task=classification"),
        data=tales.wines,
        models=tales.wine_models,
        judge=tales.many_classes,
        directions={"accuracy": "higher", "f1_macro": "higher"},
        then=(
            ("promote", "wine-cultivar:v2", "production", "a tree that can be read out loud"),
            ("promote", "wine-cultivar:v6", "staging", "the plane is better on every measure"),
            ("unlink", "wine-cultivar:v5", "unscaled, of no use"),
        ),
    ),
    Tale(
        name="tumour-malignancy",
        about=ONCOLOGY,
        tags=("team=diagnostics", "task=classification", "regulated"),
        data=tales.tumours,
        models=tales.tumour_models,
        judge=tales.two_classes,
        evidence=tales.evidence,
        directions={"auc": "higher", "log_loss": "lower", "brier": "lower"},
        then=(
            ("promote", "tumour-malignancy:v2", "staging", "baseline for the review"),
            ("promote", "tumour-malignancy:v2", "production", "review of 12 May passed"),
            ("promote", "tumour-malignancy:v8", "production", "boosting, steep"),
            ("rollback", "tumour-malignancy", "production", "overconfident on small nuclei: back to the linear model"),
            ("promote", "tumour-malignancy:v3", "production", "better calibrated, same inputs"),
            ("protect", "tumour-malignancy", "production", "changes need the review board"),
            ("promote", "tumour-malignancy:v11", "staging", "smaller steps, more trees"),
            ("alias", "tumour-malignancy:v9", "challenger", "runs beside production in May"),
            ("tag", "tumour-malignancy:v3", "reviewed=board", "minutes of the board, item 4"),
            ("describe", "tumour-malignancy:v3", "Calibrated on the hold-out of **2025**.", "asked for by the board"),
        ),
    ),
)
"""Oldest first."""
