"""Each guard is taken away in turn, and a test must go red: a test that cannot fail is none.

The text of the guard stands here; when the source changes it, the case fails and is to be brought up to date.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
SITE = Path(__file__).with_name("site")
STRACE = os.environ.get("STRACE") or shutil.which("strace")


class Mutant(NamedTuple):
    """A guard, what stands in its place, and the test that sees it."""

    module: str
    guard: str
    instead: str
    test: str


TRACED = (
    "tests/faults/test_order.py::test_bytes_are_durable_before_the_catalog_and_the_catalog_before_the_answer[parts]"
)
MUTANTS = {
    "no lock before reading": Mutant(
        "modelreg.catalog.engine", 'conn.exec_driver_sql("BEGIN IMMEDIATE")', 'conn.exec_driver_sql("BEGIN")',
        "tests/faults/test_writers.py::test_eight_threads_move_one_alias_in_one_chain",
    ),
    "no digest check": Mutant(
        "modelreg.contents.reading", "if digest(job.view) != name:", "if False:",
        "tests/contents/test_load_path.py::test_damage_after_a_load_is_found_in_every_kind_of_object",
    ),
    "no trust gate": Mutant(
        "modelreg.trust", "    if not runs_code:\n", "    if True:\n",
        "tests/verbs/test_load.py::test_a_stranger_is_refused_and_told_who_what_and_how",
    ),
    "no escape": Mutant(
        "modelreg.views.html", "from modelreg.views.escape import markup", "markup = str",
        "tests/views/test_html.py::test_text_and_attributes_are_escaped_by_rendering",
    ),
    "no sync of an object": Mutant(
        "modelreg.blobs.aside", "os.fsync(self._opened)  # once", "pass  # once", TRACED,
    ),
}  # fmt: skip
"""Run by ``make test``."""

SLOW = {
    "no sync of a folder": Mutant(
        "modelreg.blobs.folders", "{folder: sync(folder) for folder in folders}", "{folder: (0, 0) for folder in folders}",
        TRACED,
    ),
    "a store made anew that counts as the one before": Mutant(
        "modelreg.blobs.folders", "if self._objects in made or self._rooted.get(self._objects) != holds:",
        "if self._objects not in self._rooted:",
        "tests/blobs/test_hits.py::test_a_store_that_was_removed_is_brought_to_the_disk_from_its_root_on",
    ),
    "no sync of the catalog": Mutant(
        "modelreg.catalog.engine", "PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF", TRACED,
    ),
    "written in place": Mutant(
        "modelreg.blobs.local", "with Aside(path.parent) as aside:",
        "with Aside(path.parent) as aside, contextlib.suppress(FileExistsError):\n"
        "                os.link(aside.path, path)",
        "tests/faults/test_kill.py::test_a_writer_killed_at_each_system_call_leaves_all_or_nothing[write-6]",
    ),
    "live memory that is hashed and then written": Mutant(
        "modelreg.contents.work", "            yield self._private(whole[at : at + NEAR], NEAR)\n",
        "            yield whole[at : at + NEAR]\n",
        "tests/contents/test_writing.py::test_memory_that_changes_between_hashing_and_writing_makes_no_false_object",
    ),
    "parts that a full disk has left": Mutant(
        "modelreg.contents.pack", "        new += [] if batch is None else batch.written\n", "        pass\n",
        "tests/faults/test_disk.py::test_a_model_larger_than_the_free_disk_leaves_none_of_its_parts",
    ),
    "parts that another has come to need": Mutant(
        "modelreg.verbs.discard", "            if name not in known:\n", "            if True:\n",
        "tests/faults/test_sharing.py::test_a_model_that_fails_takes_no_part_back_that_another_has_come_to_need",
    ),
    "parts whose record found no room": Mutant(
        "modelreg.verbs.log", "    with taken_back(ctx, written):\n", "    if True:\n",
        "tests/faults/test_parts.py::test_a_disk_that_is_full_at_the_last_object_is_left_as_it_was[record]",
    ),
    "a folder that outlasts its failure": Mutant(
        "modelreg.contents.gathering", "            remove()\n", "            pass\n",
        "tests/faults/test_staging.py::test_a_disk_that_is_full_keeps_neither_the_folder_nor_an_object[object]",
    ),
    "room that a failed group keeps": Mutant(
        "modelreg.contents.work", "done.add_done_callback(lambda _: self._room.release())", "pass",
        "tests/faults/test_disk.py::test_a_refused_model_of_many_groups_of_small_arrays_hangs_nobody",
    ),
    "a damaged object that is a hit": Mutant(
        "modelreg.blobs.hits", "if not (known or _is_true(hit)) or not (settled", "if not (settled",
        "tests/faults/test_disk.py::test_a_damaged_object_is_named_never_loaded_and_healed_by_registering_again[flip]",
    ),
    "a changed file that this process once wrote": Mutant(
        "modelreg.blobs.hits", "return self._settled.get(name) == facts", "return name in self._settled",
        "tests/blobs/test_local.py::TestLocal::test_a_changed_object_is_replaced",
    ),
    "a found object whose folder is not synced": Mutant(
        "modelreg.blobs.local", "if there and not settled:", "if False:",
        "tests/faults/test_order.py::test_what_a_killed_writer_left_is_durable_before_a_catalog_relies_on_it",
    ),
    "a folder that counts as synced before it is": Mutant(
        "modelreg.blobs.hits", "        self._now[name] = facts\n", "        self._hits.settle({name: facts})\n",
        "tests/blobs/test_hits.py::test_what_a_batch_wrote_is_settled_only_when_the_batch_has_ended",
    ),
    "a part that the disk refused and that is a hit": Mutant(
        "modelreg.blobs.local", "                self._claimed.discard(name)\n", "                pass\n",
        "tests/contents/test_writing.py::test_a_part_that_the_disk_did_not_take_is_not_believed_to_be_there",
    ),
    "threads that are started with work to do": Mutant(
        "modelreg.crew", "            pool.submit(ready.wait)\n        ready.wait()\n", "            pass\n",
        "tests/contents/test_writing.py::test_an_interrupt_while_a_thread_starts_leaves_nobody_writing[3]",
    ),
    "an edit that the time of a hit hides": Mutant(
        "modelreg.blobs.hits", "unchanged = _marks(now) == _marks(hit.found)", "unchanged = bool(now)",
        "tests/blobs/test_hits.py::test_what_is_changed_while_a_writer_looks_at_it_is_not_believed_later[read-edited]",
    ),
    "a hit that another file took the place of": Mutant(
        "modelreg.blobs.hits", "if not _stands(hit):", "if False:",
        "tests/blobs/test_hits.py::test_what_is_changed_while_a_writer_looks_at_it_is_not_believed_later[read-exchanged]",
    ),
    "files of others that a writer believes": Mutant(
        "modelreg.blobs.own", "return facts_of(found) if self._folders[folder] else None", "return facts_of(found)",
        "tests/blobs/test_hits.py::test_what_others_can_write_is_read_each_time",
    ),
    "a commit that relies on the folder of another": Mutant(
        "modelreg.blobs.local", "if not self.hits.settled(name, facts_of(found)):", "if False:",
        "tests/blobs/test_hits.py::TestStands::test_the_folder_of_another_file_is_synced[exchanged]",
    ),
    "an object that has its name before it is on the disk": Mutant(
        "modelreg.blobs.local",
        "        path, found = self.path(name), aside.settle()\n"
        "        batch.written.append(name)  # before: once it is there, an interrupt may be next\n"
        "        aside.publish(path)\n",
        "        path = self.path(name)\n        batch.written.append(name)\n        aside.publish(path)\n"
        "        found = aside.settle()\n",
        TRACED,
    ),
    "an interrupt that leaves the parts": Mutant(
        "modelreg.verbs.discard", "    except BaseException:\n        discard(ctx, names)\n",
        "    except OSError:\n        discard(ctx, names)\n",
        "tests/faults/test_parts.py::"
        "test_an_interrupt_between_bytes_and_commit_leaves_nothing_and_takes_nothing_of_others[Entry.write]",
    ),
    "an object that is noted once it is there": Mutant(
        "modelreg.blobs.local",
        "        batch.written.append(name)  # before: once it is there, an interrupt may be next\n"
        "        aside.publish(path)\n",
        "        aside.publish(path)\n        batch.written.append(name)\n",
        "tests/contents/test_writing.py::test_an_interrupt_right_after_an_object_is_there_leaves_none_untold",
    ),
    "a check that compares no bytes": Mutant(
        "modelreg.blobs.reader", "if whole.hexdigest() != name:", "if False:",
        "tests/faults/test_bits.py::test_one_bit_of_any_object_is_found_and_the_object_named[part-decayed]",
    ),
    "a layout that is not compared with its name": Mutant(
        "modelreg.contents.layout", "if digest(data) != name:", "if False:",
        "tests/faults/test_bits.py::test_one_bit_of_any_object_is_found_and_the_object_named[layout-written]",
    ),
    "contents that changed before they were written anew": Mutant(
        "modelreg.contents.pack", "if expect not in {None, written.layout.content}:", "if False:",
        "tests/faults/test_sharing.py::test_what_changed_since_cannot_be_written_anew_and_is_not_registered[model]",
    ),
    "condemned objects that do not come to life": Mutant(
        "modelreg.catalog.stored", 'replace=("state", "condemned_at")', 'replace=("condemned_at",)',
        "tests/faults/test_sharing.py::test_parts_that_gc_takes_between_bytes_and_commit_are_written_anew[condemned-model]",
    ),
    "no compare before set": Mutant(
        "modelreg.catalog.aliases", 'if expect not in ("any", now.number):', "if False:",
        "tests/verbs/test_alias.py::test_the_second_of_two_who_expect_the_same_is_told_who_was_first",
    ),
    "no protection": Mutant(
        "modelreg.catalog.aliases", "if now.protected and not force:", "if False:",
        "tests/verbs/test_alias.py::test_a_refusal_names_the_lines_that_go_on",
    ),
    "no memory of the operation": Mutant(
        "modelreg.catalog.transaction", "if done.request is not None:", "if False:",
        "tests/verbs/test_interrupt.py::test_a_registration_is_not_done_twice",
    ),
    "no second look at objects in the commit": Mutant(
        "modelreg.verbs.entry", "if not self.ctx.blobs.stands(parts):", "if False:",
        "tests/faults/test_gc.py::test_gc_without_grace_takes_nothing_from_a_writer_between_bytes_and_commit",
    ),
    "no second look at attachments in the commit": Mutant(
        "modelreg.verbs.attach", "if not blobs.stands(self.objects):", "if False:",
        "tests/verbs/test_attachments.py::test_gc_takes_nothing_from_a_writer_between_bytes_and_commit",
    ),
    "attachments that gc does not mark": Mutant(
        "modelreg.catalog.stored", "        exists().where(_attachments.c.digest == _objects.c.digest),\n", "",
        "tests/verbs/test_attachments.py::test_gc_takes_them_with_their_version_and_no_sooner",
    ),
    "attachments whose bytes nobody checks": Mutant(
        "modelreg.verbs.attach", "if digest(data) != attachment.digest:", "if False:",
        "tests/verbs/test_attachments.py::test_damage_is_found_told_and_never_shown",
    ),
    "a forged record that is attached": Mutant(
        "modelreg.verbs.recorded", "data.startswith((_RECORD, _LAYOUT)) and any(mark in data for mark in _OWN)", "False",
        "tests/verbs/test_attachments.py::test_nothing_that_a_rebuild_would_believe_is_attached",
    ),
    "a picture that is part of the page": Mutant(
        "modelreg.views.pictures", """    return tag("img", src=address, alt=alt, width=width, style=style)""",
        """    from modelreg.views.html import Sanitized; return tag("b", Sanitized(data.decode()))""",
        "tests/views/test_attachments.py::test_nothing_of_a_picture_becomes_part_of_the_page",
    ),
    "no look at which file is open": Mutant(
        "modelreg.catalog.engine", "self._seen == create.identity(self.file)", "self.exists",
        "tests/catalog/test_engine.py::test_another_registry_in_the_same_place_is_not_taken_for_the_one_in_use",
    ),
    "a list that others can write": Mutant(
        "modelreg.private", "facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)", "False",
        "tests/verbs/test_trust.py::test_a_list_that_others_can_write_is_not_believed",
    ),
    "a map of what others can write": Mutant(
        "modelreg.blobs.own", "if facts is None or found.st_size", "if found.st_size",
        "tests/contents/test_load_path.py::test_what_others_can_write_is_private_and_was_hashed_as_it_is_used",
    ),
    "a memory that is believed of any file": Mutant(
        "modelreg.contents.reading", "facts in self._known.get(name, ())", "bool(self._known.get(name))",
        "tests/contents/test_load_path.py::test_damage_after_a_load_is_found_in_every_kind_of_object",
    ),
    "true objects that add up to something else": Mutant(
        "modelreg.contents.verify", "if not found == where.content == content_id:", "if False:",
        "tests/contents/test_load_path.py::test_the_objects_of_one_layout_under_the_name_of_another_content_are_refused",
    ),
    "undo over a later change": Mutant(
        "modelreg.verbs.invert", "    if left != now:\n", "    if False:\n",
        "tests/verbs/test_undo.py::test_nothing_is_taken_back_over_a_later_change_of_another",
    ),
    "a number that is used again": Mutant(
        "modelreg.catalog.edits", "next=max([0, *marks.values()])", "next=0",
        "tests/registry/test_behaviour.py::TestLocal::test_a_name_taken_after_a_rename_counts_on",
    ),
}  # fmt: skip
"""Run by ``make test-all``."""


def run(test: str, mutant: Mutant | None) -> subprocess.CompletedProcess[str]:
    """Run a test in a process of its own."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # most of the time goes into plugins
    if mutant is not None:
        environment["MODELREG_MUTANT"] = json.dumps([mutant.module, mutant.guard, mutant.instead])
        environment["PYTHONPATH"] = str(SITE)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "pytest_timeout", test],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("mutant", [pytest.param(one, id=name) for name, one in (MUTANTS | SLOW).items()])
def test_its_guard_stands_in_the_code_once(mutant: Mutant) -> None:
    spec = importlib.util.find_spec(mutant.module)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).read_text(encoding="utf-8").count(mutant.guard) == 1, "the guard reads otherwise now"


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "mutant",
    [pytest.param(mutant, id=name) for name, mutant in MUTANTS.items()]
    + [pytest.param(mutant, id=name, marks=pytest.mark.slow) for name, mutant in SLOW.items()],
)
def test_without_its_guard_a_test_goes_red(mutant: Mutant) -> None:
    if mutant.test == TRACED and STRACE is None:
        pytest.skip("strace is missing; the Makefile installs it")
    done = run(mutant.test, mutant)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed" in done.stdout
    assert "error" not in done.stdout.rpartition("\n")[0].rpartition("\n")[2], done.stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("test", sorted({mutant.test for mutant in [*MUTANTS.values(), *SLOW.values()]}))
def test_with_its_guard_the_test_is_green(test: str) -> None:
    assert run(test, None).returncode == 0
