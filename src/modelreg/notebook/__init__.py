"""The notebook that acts: its namespace, what it is called, what ran in it, and which object in it is which version.

``magics`` fills it; the verbs read it. A plain Python process has one too, with an empty name and an empty log.
"""

from modelreg.notebook.execution import Execution
from modelreg.notebook.live import Known, LiveObjects, Origin
from modelreg.notebook.log import Log
from modelreg.notebook.session import SCRATCH, Notebook, attach, detach
from modelreg.notebook.watching import Watching

__all__ = ["SCRATCH", "Execution", "Known", "LiveObjects", "Log", "Notebook", "Origin", "Watching", "attach", "detach"]
