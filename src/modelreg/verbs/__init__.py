"""The use cases: one module per verb or family of verbs; each owns its transaction."""

from __future__ import annotations

from modelreg.verbs.alias import alias, protect, unalias, unprotect
from modelreg.verbs.attachment import attachment
from modelreg.verbs.check import check
from modelreg.verbs.checkout import checkout
from modelreg.verbs.code import code
from modelreg.verbs.compare import compare
from modelreg.verbs.context import Context, open_context
from modelreg.verbs.curves import curves
from modelreg.verbs.delete import delete, undelete
from modelreg.verbs.done import done
from modelreg.verbs.edit import create, describe, metric, rename, tag, untag
from modelreg.verbs.env import env
from modelreg.verbs.environments import beside as environment
from modelreg.verbs.export import export
from modelreg.verbs.gc import gc
from modelreg.verbs.lineage import lineage
from modelreg.verbs.link import link, unlink
from modelreg.verbs.load import load
from modelreg.verbs.log import log
from modelreg.verbs.look import artifacts, get, keys, model, models, pulse, twins, versions
from modelreg.verbs.promote import promote, stages
from modelreg.verbs.register import register
from modelreg.verbs.reproduce import reproduce
from modelreg.verbs.show import history, moment, show
from modelreg.verbs.space import backup, du
from modelreg.verbs.status import status
from modelreg.verbs.trust import approvals, trust, untrust
from modelreg.verbs.undo import rollback, undo, undoable

__all__ = [
    "Context", "alias", "approvals", "artifacts", "attachment", "backup", "check", "checkout",
    "code", "compare", "create", "curves",
    "delete", "describe", "done", "du", "env", "environment", "export", "gc", "get", "history",
    "keys", "lineage", "link", "load", "log", "metric",
    "model", "models", "moment", "open_context", "promote", "protect", "pulse", "register", "rename", "reproduce",
    "rollback",
    "show", "stages", "status", "tag", "trust", "twins", "unalias", "undelete", "undo", "undoable", "unlink",
    "unprotect", "untag", "untrust", "versions",
]  # fmt: skip
