"""The register form when others are at work, the kernel is busy, stopped or gone, and when nothing can be written."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .filling import MODELS, button, form_in_a_cell, name_of

KERNEL = "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel"
READ_ONLY = """\
import os
may = os.access
os.access = lambda path, mode, **how: mode != os.W_OK and may(path, mode, **how)
"""
"""Root may write everything: the kernel is told otherwise."""
STOPPED = """
import time

class Slow:
    def predict(self, rows):
        return rows

    def __getstate__(self):
        while getattr(Slow, "waits", False):
            time.sleep(0.01)
        return {}

slow = Slow()
"""
SLOW_LOOK = """
import time
from modelreg.panels import keeping

def found(*words, _found=keeping.found):
    time.sleep(1.5)
    return _found(*words)

keeping.found = found
"""
"""What may belong to a model is found late."""


def test_an_alias_that_moved_after_it_was_shown_is_kept_where_it_is_until_register_is_pressed_again(book, churn):
    churn.register([1], "churn")
    form = form_in_a_cell(book)
    name_of(form).fill("churn")
    button(form, "alias production, now v0").click()
    expect(form).to_contain_text("production moves from v0")
    form.get_by_label("Reason").fill("mine")
    form.get_by_role("checkbox", name="metric test_auc").check()
    churn.alias("churn:v1", "production", message="theirs")
    button(form, "Register").click()
    fault = form.get_by_role("alert").filter(has_text="moved meanwhile to v1")
    expect(fault).to_be_visible()
    expect(form).to_contain_text("production moves from v1")
    assert (churn.model("churn").aliases["production"], churn.model("churn").versions) == (1, 2)
    expect(form.get_by_label("Reason")).to_have_value("mine")
    expect(form.get_by_role("checkbox", name="metric test_auc")).to_be_checked()
    button(form, "Register").click()
    expect(button(form, "Open churn:v2")).to_be_focused()
    assert churn.model("churn").aliases["production"] == 2
    assert churn.get("churn:v2").metrics == {"test_auc": 0.9125}


def test_a_name_that_was_typed_just_now_moves_nothing_that_nobody_saw(book, churn):
    form = form_in_a_cell(book)
    button(form, "alias production").click()
    name_of(form).fill("churn")
    name_of(form).press("Enter")
    expect(form.get_by_role("alert").filter(has_text="press Register again")).to_have_text(
        "Production moves from v0; press Register again to go on"
    )
    assert churn.model("churn").versions == 1
    name_of(form).press("Enter")
    expect(button(form, "Open churn:v1")).to_be_visible()
    assert churn.model("churn").aliases["production"] == 1


def test_register_waits_for_the_name_that_a_model_goes_to_by_default(book, registry):
    form = form_in_a_cell(book)
    expect(name_of(form)).to_have_value("study")
    book.ask(SLOW_LOOK)
    name_of(form).fill("")
    form.get_by_role("radio", name="clf").check()
    button(form, "Register").click()
    expect(button(form, "Open study:v0")).to_be_visible()
    assert registry.get("study:v0").source == "study/clf:v0"


def test_a_cell_with_the_bare_line_on_top_opens_the_form_which_notebook_fills_by_keyboard(book, churn):
    book.open(["%load_ext modelreg", f"%%modelreg register\n{MODELS.partition(chr(10))[2]}"], app="nb7").run_all()
    form = book.page.get_by_role("region", name="Register a model")
    keys = book.page.keyboard
    better = form.get_by_role("radio", name="better")
    expect(better).to_be_checked()
    better.focus()
    keys.press("ArrowDown")
    expect(form.get_by_role("radio", name="clf")).to_be_focused()
    expect(form.get_by_role("radio", name="clf")).to_be_checked()
    keys.press("Tab")
    expect(name_of(form)).to_be_focused()
    keys.press("ControlOrMeta+a")
    keys.type("chu")
    expect(form.get_by_role("option", name="churn")).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(name_of(form)).to_have_value("churn")
    expect(form).to_contain_text("1 version, the newest is v0")
    keys.press("Tab")
    keys.press("Space")  # staging
    button(form, "Add metric").focus()
    keys.press("Enter")
    keys.type("auc")
    keys.press("Tab")
    keys.type("test_auc")
    keys.press("Enter")
    expect(button(form, "Open churn:v1")).to_be_focused()
    version = churn.get("churn:v1")
    assert (version.aliases, version.metrics) == (("staging",), {"auc": 0.9125})
    assert churn.show("churn:v1").runs[0].variable == "clf"
    assert book.page.locator(".jp-Notebook .jp-Cell.jp-mod-active").count() == 1


def test_a_file_and_params_are_registered_in_a_kernel_without_models(book, registry):
    (book.lab.root / "model.onnx").write_bytes(b"x" * 5000)
    book.open(["%load_ext modelreg\nrate = 0.1", "%modelreg register"]).run_all()
    form = book.page.get_by_role("region", name="Register a model")
    button(form, "Register a file or folder").click()
    path = form.get_by_role("combobox", name="File or folder")
    expect(path).to_be_focused()
    path.fill("no.onnx")
    expect(form.get_by_role("alert").filter(has_text="no file or folder 'no.onnx'")).to_be_visible()
    path.fill("mod")
    form.get_by_role("option", name="model.onnx").click()
    expect(form).to_contain_text("a file, 5 KB")
    form.get_by_text("More", exact=True).click()
    button(form, "Add param").click()
    form.get_by_label("param: Name").fill("rate")
    form.get_by_label("param: Value").fill("nope")
    form.get_by_label("Project").press("Enter")
    expect(form.get_by_role("group", name="Params").get_by_role("alert")).to_contain_text("no variable 'nope'")
    expect(form.get_by_label("param: Value")).to_be_focused()
    form.get_by_label("param: Value").fill("rate * 2")
    form.get_by_label("param: Value").press("Enter")
    expect(button(form, "Open study:v0")).to_be_focused()
    version = registry.get("study:v0")
    assert (version.flavor, version.params) == ("files", {"rate": 0.2})


def test_a_registry_that_cannot_be_written_is_said_and_nothing_can_be_pressed(book, churn):
    form = form_in_a_cell(book, READ_ONLY + MODELS)
    expect(form.get_by_role("note")).to_contain_text("This registry is read-only")
    expect(form.get_by_role("note")).to_contain_text("%modelreg connect PATH")
    expect(button(form, "Register")).to_be_disabled()
    name_of(form).fill("churn")
    name_of(form).press("Enter")
    expect(form).to_contain_text("1 version, the newest is v0")
    assert churn.model("churn").versions == 1


def test_what_cannot_be_opened_is_said_and_tried_again(book, home):
    (home / "registry").write_text("no folder", encoding="utf-8")
    book.open([MODELS, "%modelreg register"]).run_all()
    form = book.page.get_by_role("region", name="Register a model")
    expect(form.get_by_role("alert")).to_be_visible()
    (home / "registry").unlink()
    form.get_by_role("button", name="again").click()
    expect(form.get_by_role("radio", name="better")).to_be_checked()


@pytest.mark.parametrize("subshells", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_form_waits_for_a_busy_kernel_and_says_so(book, registry, subshells):
    book.open([MODELS, "%modelreg register"])
    if not subshells:
        book.page.evaluate(f"() => {{ {KERNEL}.commsOverSubshells = 'disabled'; }}")
    book.run_all()
    form = book.page.get_by_role("region", name="Register a model")
    expect(form.get_by_role("radio", name="better")).to_be_checked()
    expect(name_of(form)).to_have_value("study")
    expect(form).to_contain_text("A new registered model.")
    book.path.with_name("go on").unlink(missing_ok=True)
    book.start(book.add("import os, time\nwhile not os.path.exists('go on'): time.sleep(0.05)"))
    book.page.wait_for_function(f"{KERNEL}.status === 'busy'")
    button(form, "Register").click()
    if not subshells:
        expect(form.get_by_text("Waiting for the kernel…")).to_be_visible()
        assert not registry.models()
        book.path.with_name("go on").touch()
    expect(button(form, "Open study:v0")).to_be_focused()
    book.path.with_name("go on").touch()
    book.idle()


def test_the_stop_button_is_said_in_the_form_and_the_next_try_goes_through(book, registry):
    book.open([f"%load_ext modelreg{STOPPED}", "%modelreg register"])
    book.page.evaluate(f"() => {{ {KERNEL}.commsOverSubshells = 'disabled'; }}")
    book.run_all()
    form = book.page.get_by_role("region", name="Register a model")
    expect(form.get_by_role("radio", name="slow")).to_be_checked()
    expect(form).to_contain_text("A new registered model.")
    book.ask("Slow.waits = True")
    button(form, "Register").click()
    expect(form.get_by_text("Pickling…")).to_be_visible()
    expect(form.get_by_role("status").filter(has_text="busy")).to_have_count(0)
    book.page.evaluate(f"async () => {{ await {KERNEL}.interrupt(); }}")
    expect(form.get_by_role("alert").filter(has_text="Interrupted")).to_have_text(
        "Interrupted; do it again, nothing is done twice"
    )
    expect(form.get_by_role("progressbar", include_hidden=True)).to_be_hidden()
    book.ask("Slow.waits = False")
    button(form, "Register").click()
    expect(button(form, "Open study:v0")).to_be_visible()


def test_a_kernel_that_goes_away_while_registering_leaves_no_bar(book, registry):
    book.open([MODELS, "%modelreg register"])
    book.page.evaluate(f"() => {{ {KERNEL}.commsOverSubshells = 'disabled'; }}")
    book.run_all()
    form = book.page.get_by_role("region", name="Register a model")
    expect(form).to_contain_text("A new registered model.")
    book.start(book.add("import time\nwhile True: time.sleep(0.05)"))
    book.page.wait_for_function(f"{KERNEL}.status === 'busy'")
    button(form, "Register").click()
    expect(form.get_by_text("Waiting for the kernel…")).to_be_visible()
    book.shut_down_kernel()
    expect(form.get_by_role("alert").filter(has_text="went away")).to_be_visible()
    expect(form.get_by_role("progressbar", include_hidden=True)).to_be_hidden()
