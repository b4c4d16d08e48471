"""What is promised to installers: lower bounds that are tested, tested versions that are within them, targets that exist."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def pinned(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    assert all(len(pair) == 2 for pair in pairs)  # nothing but exact versions, no options, no indexes
    return {plain(key): Version(version) for key, version in pairs}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def lower(requirement):
    (bound,) = Requirement(requirement).specifier
    assert bound.operator == ">="
    return plain(Requirement(requirement).name), Version(bound.version)


def test_the_lowest_versions_are_the_lower_bounds():
    lowest = pinned("constraints-lowest.txt")
    bounds = dict(map(lower, [*PROJECT["dependencies"], *EXTRAS["demo"]]))
    assert {name: lowest[name] for name in bounds} == bounds


@pytest.mark.parametrize("extra", ["dependencies", *EXTRAS])
def test_what_is_tested_is_pinned_and_within_the_bounds(extra):
    tested = pinned("constraints.txt")
    bounds = dict(map(lower, PROJECT["dependencies"] if extra == "dependencies" else EXTRAS[extra]))
    assert [name for name, bound in bounds.items() if name not in tested or tested[name] < bound] == []


def test_the_tool_that_builds_is_pinned():
    assert "hatchling" in pinned("constraints.txt")
    assert "hatchling" in pinned("constraints-lowest.txt")


def test_every_target_that_is_spoken_of_exists():
    """In the read-me, the guide, comments and scripts."""
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    files = [*ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "Makefile", *(ROOT / "scripts").iterdir()]
    files += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.*")]
    spoken = {
        (path.name, target)
        for path in files
        if path.is_file()
        for target in re.findall(r"`make ([a-z-]+)`", path.read_text(encoding="utf-8"))
    }
    assert {pair for pair in spoken if pair[1] not in targets} == set()
    assert spoken


def test_every_target_that_makes_no_file_is_phony():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert targets == set(phony.split())
