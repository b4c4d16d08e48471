"""The record of one execution, which the notebook's log keeps."""

from modelreg.notebook.execution import Execution

__all__ = ["Execution"]
