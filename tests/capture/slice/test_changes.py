"""Ways to change an object without giving it a name anew; each must be seen."""

from __future__ import annotations

import pytest

from modelreg.capture.slice import slice_log
from modelreg.notebook.execution import Execution


def sliced(*cells, target="m"):
    return slice_log([one if isinstance(one, Execution) else Execution(source=one) for one in cells], target)


@pytest.mark.parametrize(
    ("first", "change", "target"),
    [
        ("import numpy as np\nm = np.arange(4.0)", "np.multiply(m, 3, m)", "m"),
        ("import numpy as np\nm = np.array([1, np.nan])", "np.nan_to_num(m, copy=False)", "m"),
        (
            "from sklearn.preprocessing import StandardScaler\nimport numpy as np\nm = np.ones((3, 2))",
            "StandardScaler(copy=False).fit_transform(m)",
            "m",
        ),
        (
            "import pandas as pd\nd = {'k': pd.read_csv('a.csv')}\nm = d['k']",
            "for k, v in d.items():\n    v['z'] = 1",
            "m",
        ),
        ("m = []", "list(map(m.append, [1]))", "m"),
        ("from sklearn.svm import SVC\nm = SVC()\nlearn = m.fit", "learn(0, 0)", "m"),
        ("import operator\nm = {}", "operator.setitem(m, 'a', 1)", "m"),
        ("import argparse\nm = argparse.ArgumentParser()", "m.add_argument('--x')", "m"),
        ("import networkx as nx\nm = nx.Graph()", "m.add_edge(1, 2)", "m"),
        ("from sklearn.pipeline import Pipeline\nm = Pipeline([('a', None)])", "m.steps.insert(0, ('b', None))", "m"),
        ("x = []\nm = dict.fromkeys('ab', x)", "x.append(1)", "m"),
        ("class A:\n    def f(self):\n        return 1\nm = A()", "A.f = lambda self: 2", "m.f()"),
        ("import threading\nm = []\nt = threading.Thread(target=lambda: m.append(1))", "t.start()", "m"),
        (
            (
                "import numpy as np\nfrom sklearn.model_selection import KFold\nm = np.random.RandomState(0)\n"
                "k = KFold(2, shuffle=True, random_state=m)"
            ),
            "list(k.split(range(6)))",
            "m",
        ),
        (
            (
                "class A:\n    _v = 0\n    @property\n    def v(self):\n        return self._v\n    @v.setter\n"
                "    def v(self, x):\n        self._v = x\nm = A()"
            ),
            "m.v = 3",
            "m._v",
        ),
        (
            (
                "class A:\n    log = []\n    def __enter__(self):\n        pass\n    def __exit__(self, *a):\n"
                "        self.log.append(1)\nm = A()"
            ),
            "with m:\n    pass",
            "A.log",
        ),
        (
            "class A:\n    kinds = []\n    def __init_subclass__(cls):\n        A.kinds.append(cls)",
            "class B(A):\n    pass",
            "A.kinds",
        ),
    ],
)
def test_what_changes_an_object_is_kept(first, change, target):
    assert sliced(first, change, target=target).kept[-1].text == change


def test_what_is_written_to_an_open_file_is_kept_until_it_is_closed():
    plain = sliced("f = open('o.txt', 'w')", "f.write('a')", "f.close()", "m = open('o.txt').read()")
    assert [one.text for one in plain.kept][:-1] == ["f = open('o.txt', 'w')", "f.write('a')", "f.close()"]
    rows = sliced("import csv\nf = open('o.csv', 'w')", "csv.writer(f).writerow([1])", "m = open('o.csv').read()")
    assert "writerow" in rows.source
