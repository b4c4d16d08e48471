"""The modules of a front end are put together in order, whole and without a clash."""

from __future__ import annotations

import re

import pytest

from modelreg.panels import PANELS, assets
from modelreg.panels.base import Panel

MODULES = sorted(path.name for path in assets.STATIC.glob("*.js"))
SHEETS = sorted(path.name for path in assets.STATIC.glob("*.css"))
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";$', re.MULTILINE)
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder in place of the modules."""
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    for kept in (assets.script, assets.style, assets._read):
        kept.cache_clear()
    yield tmp_path
    for kept in (assets.script, assets.style, assets._read):
        kept.cache_clear()


def text(name):
    return (assets.STATIC / name).read_text(encoding="utf-8")


def panels():
    return [panel for name in sorted(PANELS) for panel in vars(PANELS[name]).values() if is_panel(panel)]


def is_panel(thing):
    return isinstance(thing, type) and issubclass(thing, Panel) and thing is not Panel


def test_a_module_stands_behind_those_it_imports_and_once(folder):
    (folder / "a.js").write_text('import { b } from "./b.js";\nimport { c } from "./c.js";\nexport default { b, c };\n')
    (folder / "b.js").write_text('import { c } from "./c.js";\nexport const b = c;\n')
    (folder / "c.js").write_text("export function c() {}\n")
    assert assets.script("a.js") == "function c() {}\n\nconst b = c;\n\nexport default { b, c };\n"


def test_a_circle_is_named(folder):
    (folder / "a.js").write_text('import { b } from "./b.js";\n')
    (folder / "b.js").write_text('import { a } from "./a.js";\n')
    with pytest.raises(ValueError, match=r"a\.js imports b\.js imports a\.js: modules import each other in a circle"):
        assets.script("a.js")


def test_words_in_texts_and_comments_stay(folder):
    (folder / "a.js").write_text('const line = "export const x";\n// export const\n  export const inner = 1;\n')
    assert assets.script("a.js") == 'const line = "export const x";\n// export const\n  export const inner = 1;\n'


def test_every_module_and_sheet_is_used_by_a_panel():
    scripts = "\n".join(panel._esm for panel in panels())
    sheets = "\n".join(panel._css for panel in panels())
    for name in MODULES:
        first = next(line for line in text(name).splitlines() if line.startswith(("export", "function", "const")))
        assert first.removeprefix("export ") in scripts or first in scripts, name
    for name in SHEETS:
        assert text(name) in sheets, name


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel.__name__)
def test_what_the_browser_gets_imports_nothing_and_exports_one_thing(panel):
    assert re.findall(r"^\s*import\b.*", panel._esm, re.MULTILINE) == []
    assert re.findall(r"^export .*", panel._esm, re.MULTILINE) == ["export default { render };"]


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel.__name__)
def test_every_name_is_declared_by_one_module_only(panel):
    names = DECLARED.findall(panel._esm)
    assert len(names) > 20
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_what_it_uses_and_what_is_there(name):
    source = text(name)
    body = IMPORT.sub("", source)
    imported = [each.strip() for names, _ in IMPORT.findall(source) for each in names.split(",") if each.strip()]
    assert [each for each in imported if not re.search(rf"\b{each}\b", body)] == []
    for names, module in IMPORT.findall(source):
        exported = re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text(module), re.MULTILINE)
        assert {each.strip() for each in names.split(",") if each.strip()} <= set(exported)
    everywhere = {each for other in MODULES if other != name for each in DECLARED.findall(text(other))}
    own = {*imported, *re.findall(r"(?:function|const|let|class) (\w+)", source)}
    called = set(re.findall(r"(?<![\w.])([a-z]\w+)\(", body))
    assert sorted((called & everywhere) - own) == []


@pytest.mark.parametrize("name", MODULES)
def test_markup_is_taken_only_where_python_sanitized_it(name):
    for line in text(name).splitlines():
        if re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc", line):
            assert re.search("// (sanitized|escaped) in Python", line), line
        assert not re.search(r"\beval\(|new Function|https?://(?!www\.w3\.org/)", line), line


@pytest.mark.parametrize("name", SHEETS)
def test_a_style_loads_nothing_and_touches_nothing_outside_a_panel(name):
    sheet = re.sub(r"/\*.*?\*/", "", text(name), flags=re.DOTALL)
    sheet = re.sub(r"@keyframes mr-[\w-]+ \{(?:[^{}]*\{[^{}]*\})*\s*\}", "", sheet)
    assert not re.search(r"url\(|@import|@font-face", sheet)
    for selectors in re.findall(r"(?:^|\})\s*([^{}@]+)\{", sheet):
        for selector in selectors.split(","):
            assert ".mr-" in selector, selector


def test_every_class_of_the_modules_has_a_style_or_a_use():
    """A class that nothing names is a slip of the pen."""
    scripts = "\n".join(text(name) for name in MODULES)
    sheets = "\n".join(text(name) for name in SHEETS)
    styled = set(re.findall(r"\.(mr-[\w-]+)", sheets))
    used = set(re.findall(r"\bmr-[a-z][\w-]*", scripts))
    assert sorted(name for name in styled if not any(name == each or name.startswith(each) for each in used)) == []
