"""Records to look at: real ones, made by hand, at a fixed time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from modelreg import records as r
from modelreg.records.replay import CheckedOut, Mark, Reproduction

DAY = 86_400_000_000
NOW = 1_790_000_000_000_000


def version(number: int = 3, **fields: object) -> r.Version:
    """Return a version of ``churn``."""
    known = {
        "uid": f"uid-{number}",
        "home": "churn",
        "number": number,
        "artifact": "train/clf",
        "artifact_number": number + 4,
        "content_id": f"{number:02x}" * 32,
        "flavor": "python",
        "class_name": "sklearn.ensemble._forest.RandomForestClassifier",
        "size": 1_234_567 + number,
        "metrics": {"auc": 0.9 + number / 250, "f1": 0.8, "loss": 0.3 / (number + 1)},
        "params": {"max_depth": 8, "criterion": "gini", "bootstrap": True},
        "created_at": NOW - 9 * DAY + number * DAY,
        "created_by": "ada",
        "linked_at": NOW - 9 * DAY + number * DAY,
    }
    return r.Version(**{**known, **fields})


def model(name: str = "churn", **fields: object) -> r.RegisteredModel:
    """Return a registered model."""
    known = {
        "uid": f"uid-{name}",
        "name": name,
        "aliases": {"production": 2, "staging": 3},
        "versions": 4,
        "latest": 3,
        "created_at": NOW - 40 * DAY,
        "created_by": "ada",
        "updated_at": NOW - DAY,
        "directions": {"auc": "higher", "loss": "lower"},
        "protected": ("production",),
    }
    return r.RegisteredModel(**{**known, **fields})


def action(kind: str = "alias-moved-here", **fields: object) -> r.Action:
    """Return an entry of the history."""
    known = {
        "sequence": 1,
        "uid": "uid-a",
        "at": NOW - 3_600_000_000,
        "actor": "ada",
        "kind": kind,
        "subject": "churn",
        "number": 3,
        "alias": "staging",
        "before": 2,
        "after": None,
        "reason": "better on the new cohort",
        "operation": "op-1",
    }
    return r.Action(**{**known, **fields})


def registration(**fields: object) -> r.Registration:
    """Return what register did."""
    known = {
        "version": version(3, aliases=("staging",)),
        "outcome": "new",
        "variable": "clf",
        "latest": 3,
        "aliases": (r.AliasChange(home="churn", alias="staging", before=2, after=3),),
        "metrics": (r.MetricDelta(name="auc", value=0.912, before=0.908, direction="higher", against=2),),
        "facts": ("data 2 frames", "git a1b2c3 +diff", "14 cells"),
        "duration": 38_000,
    }
    return r.Registration(**{**known, **fields})


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><path d="M0 0h2"/></svg>'
TABLE = b"class,precision\r\nstay,0.91\r\nleave,0.5\r\n"


def attachment(name: str = "confusion", **fields: object) -> r.Attachment:
    """Return a picture that is kept with a version."""
    known = {
        "uid": f"uid-{name}",
        "media_type": "image/svg+xml",
        "digest": "cd" * 32,
        "role": "picture",
        "data": PICTURE,
    }
    known.update(fields)
    size = len(known["data"]) if known["data"] is not None else 12_345
    return r.Attachment(**{"name": name, "size": size, **known})


def attachments() -> tuple[r.Attachment, ...]:
    """Return a picture, a table and a file."""
    return (
        attachment(),
        attachment("scores", media_type="text/csv", role="table", data=TABLE),
        attachment("notes.txt", media_type="text/plain", role="file", data=None),
    )


LOSS = ((0, 1.0), (1, 0.5), (2, float("nan")), (3, 0.25))


def comparison(**fields: object) -> r.Comparison:
    """Return two versions side by side."""
    rows = (
        r.CompareRow(section="version", name="class", values=("Forest", "Boosting"), differs=True),
        r.CompareRow(section="version", name="flavor", values=("python", "python"), differs=False),
        r.CompareRow(
            section="metrics",
            name="auc",
            values=(0.908, 0.912),
            differs=True,
            best=(1,),
            direction="higher",
            delta=0.004,
        ),
        r.CompareRow(
            section="metrics",
            name="loss",
            values=(0.3, 0.35),
            differs=True,
            best=(0,),
            direction="lower",
            delta=0.05,
        ),
        r.CompareRow(section="metrics", name="n", values=(10.0, 12.0), differs=True, delta=2.0),
        r.CompareRow(section="params", name="max_depth", values=(8, r.MISSING), differs=True),
        r.CompareRow(section="params", name="seed", values=(0, 0), differs=False),
    )
    known = {"versions": (version(2), version(3, aliases=("staging",))), "rows": rows}
    return r.Comparison(**{**known, **fields})


def pictured(**fields: object) -> r.Comparison:
    """Return two versions side by side that have pictures and curves."""
    rows = (
        r.CompareRow(section="attachments", name="confusion", values=("b3:cd", "b3:ef"), differs=True),
        r.CompareRow(section="attachments", name="scores", values=("b3:cd", r.MISSING), differs=True),
    )
    other = attachment(digest="ef" * 32, data=PICTURE + b"<!-- -->")
    kept = ((attachment(), attachments()[1]), (other,))
    told = {"attachments": kept, "curves": {"loss": (LOSS, ())}, "code": (DIFF,)}
    return comparison(**{"rows": (*comparison().rows, *rows), **told, **fields})


def surroundings(**fields: object) -> r.Surroundings:
    """Return what was captured around a version."""
    column = r.Column(name="age", type="float64", nulls=2, min="18", max="93", mean="41.5", digest="ab" * 32)
    train = r.Dataset(
        role="train", name="df", shape=(1000, 12), digest=f"mrfp1:{'ab' * 32}", origin="pd.read_csv data/a.csv",
        state="changed", columns=(column,),
    )  # fmt: skip
    known = {
        "state": "pending",
        "waiting": ("notebook",),
        "errors": ("session was not captured: OSError: no room",),
        "redactions": 2,
        "statements": r.Statements(cells=14, of=32, uncertain=(("the cell failed", "cell 2"),), outside=("y",)),
        "repository": r.Repository(
            commit="a1b2c3d4e5f6" * 3, branch="main", remote="github.com/a/b", dirty=True, pushed=False,
            changed=(("src/x.py", "M"),), modules=(("own.py", 12),), untracked=3, warnings=("a submodule is dirty",),
        ),
        "environment": r.Environment(
            python="CPython 3.11.9",
            machine="Linux x86_64",
            packages=(
                r.Package(name="scikit-learn", version="1.5.2", direct=True),
                r.Package(name="numpy", version="2.1.0"),
            ),
            modules=(("own", "own.py"),),
        ),
        "data": (train, r.Dataset(role="target", name="y", fault="it is a generator")),
        "kept": (("slice.py", 812), ("git.patch", 5000)),
    }  # fmt: skip
    return r.Surroundings(**{**known, **fields})


def detail(**fields: object) -> r.Detail:
    """Return all of a version."""
    run = r.Run(
        uid="uid-r", kind="register", at=NOW - DAY, actor="ada", host="box", notebook="/notes/train.ipynb",
        variable="clf", message="first try", duration=38_000, inputs=("train/base:v0",),
    )  # fmt: skip
    known = {
        "version": version(
            3,
            aliases=("production", "staging"),
            description="A **good** one.",
            tags={"team": "risk", "gpu": ""},
        ),
        "links": (version(3), version(0, home="other")),
        "runs": (run,),
        "files": (("stream", 1200), ("buffer-0", 1_200_000)),
        "imports": ("sklearn.ensemble._forest.RandomForestClassifier", "numpy.dtype"),
        "runs_code": True,
        "trusted": "registered",
        "derived": ("train/tuned:v1",),
        "attachments": attachments(),
        "curves": {"loss": LOSS},
        "surroundings": surroundings(),
    }
    mark = Mark(outcome="reproduced", text="equal predictions for 300 rows of X · 4 s", at=NOW - DAY, actor="anna")
    return r.Detail(**{"mark": mark, **known, **fields})


PATCH = """\
diff --git a/src/x.py b/src/x.py
index 1234567..89abcde 100644
--- a/src/x.py
+++ b/src/x.py
@@ -1,3 +1,3 @@
 import os
--- a comment of SQL
+limit = 2
diff --git a/logo.png b/logo.png
new file mode 100644
index 0000000..1111111
GIT binary patch
literal 4
LcmZQz00IC2009610Rn6a

"""
DIFF = r.Diff(
    before="churn:v2",
    after="churn:v3",
    lines=((" ", "X = load()"), ("-", "clf = fit(X)"), ("+", "clf = fit(X, 2)"), ("@", ""), ("+", "clf.tune()")),
    added=2,
    removed=1,
)


def model_detail(**fields: object) -> r.ModelDetail:
    """Return a registered model with its versions and history."""
    versions = (version(3, aliases=("staging",)), version(2, aliases=("production",)), version(1), version(0))
    known = {
        "model": model(description="# Churn\n\nPredicts *who leaves*.", tags={"team": "risk"}),
        "versions": r.Page(items=versions, total=4),
        "history": r.Page(items=(action(), action("created", number=None, alias=None, reason=""))),
    }
    return r.ModelDetail(**{**known, **fields})


def live(variable: str = "clf", **fields: object) -> r.LiveModel:
    """Return a model of this kernel."""
    known = {"variable": variable, "class_name": "sklearn.svm._classes.SVC", "state": "never"}
    return r.LiveModel(**{**known, **fields})


def page(*items: object, **fields: object) -> r.Page:
    """Return a page."""
    return r.Page(items=items, **fields)


def lineage(label: str = "train/clf:v7") -> r.Lineage:
    """Return data -> run -> version -> link, and a group of users."""
    users = tuple(r.Node(key=f"use:{i}", kind="run", label=f"eval{i}.ipynb", act="use", at=NOW - i) for i in range(6))
    nodes = (
        r.Node(key="d", kind="dataset", label="data/train:v0", ref="data/train:v0"),
        r.Node(key="r", kind="run", label="train.ipynb", act="register", variable="clf", actor="ada", at=NOW),
        r.Node(key="v", kind="model", label=label, ref=label),
        r.Node(key="l", kind="link", label="churn:v3", ref="churn:v3", aliases=("production",)),
        r.Node(key="u", kind="run", label="6 runs", act="use", members=users),
    )
    edges = (r.Edge("d", "r", "train"), r.Edge("r", "v"), r.Edge("v", "l"), r.Edge("v", "u"))
    return r.Lineage(version=version(3), focus="v", nodes=nodes, edges=edges, note="left out: what came later still")


def every() -> dict[str, object]:
    """Return one record of each kind."""
    return {
        "version": version(3, aliases=("staging",)),
        "detail": detail(),
        "model detail": model_detail(),
        "model": model(),
        "artifact": r.Artifact(
            uid="a",
            name="train/clf",
            versions=8,
            latest=7,
            created_at=NOW - DAY,
            created_by="ada",
            updated_at=NOW,
        ),
        "models": page(model(description="# Who leaves"), model("fraud", aliases={}, latest=None), total=2),
        "artifacts": page(
            r.Artifact(
                uid="a",
                name="train/clf",
                versions=8,
                latest=7,
                created_at=NOW,
                created_by="ada",
                updated_at=NOW,
            )
        ),
        "versions": page(version(3, aliases=("staging",)), version(2), total=2),
        "history": page(action(), action("created", number=None, alias=None, reason="")),
        "registration": registration(),
        "change": r.Change(
            text="production moved from v2 to v3",
            aliases=(r.AliasChange(home="churn", alias="production", before=2, after=3),),
            next="rollback churn production",
        ),
        "loaded": r.Loaded(
            obj=object(), version=version(3), note="latest; production is v2", warnings=("numpy 1 → 2",)
        ),
        "comparison": comparison(),
        "lineage": lineage(),
        "code": r.Code(
            version=version(3),
            name="slice.py",
            data=b"clf = fit(X)",
            cells=("X = 1  # data", "clf = fit(X)"),
            uncertain=(("the cell failed", "cell 2"),),
            outside=("y",),
        ),
        "checked out": CheckedOut(
            version=version(3),
            directory="../churn-v3",
            work="../churn-v3/train",
            how="worktree",
            commit="a1b2c3d",
            patched=True,
            files=("slice.py", "session.ipynb"),
            code="slice.py",
            notes=("submodules are empty: vendored",),
        ),
        "reproduction": Reproduction(
            version=version(3), outcome="differs", text="scores differ in 3 of 300 rows · 4 s", notes=("not marked",)
        ),
        "patch": r.Code(version=version(3), name="git.patch", data=PATCH.encode(), cells=(PATCH,)),
        "pictured": pictured(),
        "attached": r.Attached(version=version(3), attachment=attachment(), data=PICTURE),
        "moment": r.Moment(
            home="churn",
            at=NOW - DAY,
            latest=2,
            aliases=(
                r.Tenure(
                    home="churn",
                    alias="production",
                    number=2,
                    since=NOW - 3 * DAY,
                    until=None,
                    actor="ada",
                    reason="ok",
                ),
            ),
        ),
        "status": (
            live(),
            live(
                "grid.best_estimator_",
                state="changed",
                version=version(3, aliases=("staging",)),
                why="coef_ differs",
            ),
        ),
        "report": r.Report(
            title="gc",
            summary="3 objects are not needed",
            rows=(
                {"name": "churn", "logical": 5_000_000, "versions": 4},
                {"name": "fraud", "logical": 1, "versions": 1},
            ),
            findings=(r.Finding(severity="error", subject="churn:v2", text="one part is missing"),),
            next="gc --run",
        ),
        "approvals": (r.Approval(content_id="ab" * 32, how="registered", at=NOW, label="churn:v3"),),
    }


@pytest.fixture
def made() -> SimpleNamespace:
    """Return the makers of records."""
    makers = (version, model, action, registration, comparison, pictured, detail, model_detail, live, page, every)
    makers += (attachment, attachments, surroundings)
    return SimpleNamespace(**{maker.__name__: maker for maker in makers}, now=NOW, day=DAY, replace=replace)


@dataclass
class Read:
    """What a browser makes of some HTML."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    balanced: bool = True

    @property
    def names(self) -> set[str]:
        """The elements there are."""
        return {name for name, _ in self.elements}

    def values(self, attribute: str) -> list[str]:
        """Return every value of an attribute."""
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.read.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.read.balanced &= bool(self.open) and self.open.pop() == tag

    def handle_data(self, data):
        self.read.text += data

    def handle_comment(self, data):
        self.read.balanced = False

    def handle_decl(self, decl):
        self.read.balanced = False


def read(html: str) -> Read:
    """Return what a browser makes of ``html``."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.read.balanced &= not reader.open
    return reader.read


@pytest.fixture(name="read")
def reading():
    """Return what reads HTML as a browser does."""
    return read
