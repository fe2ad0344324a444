"""Do the tables hold, after each run, what the example in docs/increments.md says that they hold?

The document holds the input (CSV files), the runs (the headings of the example) and the expected
rows (the paragraph before a table begins with the model's name).
"""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from conftest import ROOT, Project

DAY = "2024-03-01"
PACKAGE = "session_analytics"
LOG = "main_internal.int_event_log"
FILE = re.compile(r"`(\w+\.csv)` was last changed at (\d\d:\d\d).*?```csv\n(.*?)```", re.DOTALL)
CHOICE = {
    "int_slices_this_run",
    "int_loaded_events_this_run",
    "int_touched_keys_this_run",
    "int_touched_events_this_run",
    "int_recut_sessions_this_run",
    "int_recut_events_this_run",
    "int_events_this_run",
}
STORE = {"int_event_log", "int_sessions", "loaded_slices"}
TELL = {
    "int_rewritten_events_this_run",
    "int_compared_sessions_this_run",
    "int_session_concluded_changes",
}  # docs/feed.md tells of these
RUNS = {
    "The first run": STORE | {"int_loaded_events_this_run"},
    "A run that loads a late event": CHOICE | STORE,
    "The same run, killed": STORE,
    "The run after the kill": CHOICE | STORE,
}  # each with the tables that the document must show


@dataclass(frozen=True)
class Table:
    """A table of the document, or its sentence that a model holds no row."""

    run: str
    model: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def relation(self) -> str:
        schema = "main" if self.model == "loaded_slices" else "main_internal"
        return f"{schema}.{self.model}"


# the document -------------------------------------------------------------------------------


def example() -> str:
    text = (ROOT / "docs" / "increments.md").read_text()
    return text.split("\n## An example\n")[1].split("\n## ")[0]


def documented_tables() -> list[Table]:
    """The tables under each heading; the paragraph before a table begins with the model's name."""
    tables = []
    for part in example().split("\n### ")[1:]:
        run, *paragraphs = part.strip().split("\n\n")
        for before, paragraph in zip(["", *paragraphs], paragraphs, strict=False):
            if empty := re.match(r"`(\w+)` holds no row", paragraph):
                tables.append(Table(run, empty[1]))
            elif paragraph.startswith("|"):
                model = re.match(r"`(\w+)`", before)
                assert model, f"{run}: no model is named before the table {paragraph}"
                columns, _, *rows = [cells(line) for line in paragraph.split("\n")]
                tables.append(Table(run, model[1], columns, tuple(sorted(rows))))
    return tables


def drawn_reads() -> dict[str, set[str]]:
    """What each model of the drawing reads: the names on its line, and below them in its box."""
    text = (ROOT / "docs" / "increments.md").read_text()
    reads: dict[str, set[str]] = {}
    for line in text.split("```text\n")[1].split("```")[0].split("\n"):
        if start := re.match(r"\|  (\w+) +reads  ", line):
            model, column = start[1], start.end()
            reads[model] = set()
        if line.startswith("|") and reads:
            reads[model] |= set(re.findall(r"[\w.]+", line[column:]))
    return reads


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("| ").split("|"))


# the example, played ------------------------------------------------------------------------


class Stage:
    """The runs of the example, in one warehouse."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        self.events = folder / "events"
        self.events.mkdir()
        self.files = {name: (time, text) for name, time, text in FILE.findall(example())}
        self.variables = {"events": self.events, "event_source": "flat"}

    def deliver(self, name: str) -> None:
        time, text = self.files[name]
        path = self.events / name
        path.write_text(text)
        changed_at = datetime.fromisoformat(f"{DAY}T{time}").replace(tzinfo=timezone.utc)
        os.utime(path, (changed_at.timestamp(),) * 2)

    def load_first_file(self) -> None:
        self.deliver("first.csv")
        self.project.build(**self.variables)

    def load_late_file(self) -> None:
        shutil.copy(self.project.warehouse, self.snapshot)
        self.deliver("late.csv")
        self.run()

    def kill_the_same_run(self) -> None:
        """End the process, as a power cut would, once the log is written."""
        shutil.copy(self.snapshot, self.project.warehouse)
        process = multiprocessing.get_context("fork").Process(
            target=self.run, args=({"int_event_log": kill},)
        )
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL

    @property
    def snapshot(self) -> Path:
        return self.project.folder / "before the late file.duckdb"

    def run(self, after: dict[str, Callable[[], None]] | None = None) -> None:
        result = self.project.dbt("run", after=after, **self.variables)
        assert result.success, result.output + result.error

    def held(self, table: Table) -> tuple[tuple[str, ...], ...]:
        """The rows of the table's model, in the columns that the document shows."""
        rows = self.project.query(f"select {', '.join(table.columns) or '*'} from {table.relation}")
        # the document shows an event's id for its key, which is a long number
        ids = dict(self.project.query(f"select event_key, event_id from {LOG}"))
        return tuple(sorted(tuple(shown(ids.get(cell, cell)) for cell in row) for row in rows))


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def shown(cell: object) -> str:
    """A cell as the document writes it; all of its times are on one day."""
    if isinstance(cell, datetime):
        assert cell.date().isoformat() == DAY
        return f"{cell:%H:%M}"
    return "" if cell is None else str(cell)


# the comparison -----------------------------------------------------------------------------


def test_the_models_read_what_the_drawing_shows(tmp_path: Path) -> None:
    manifest = Project(tmp_path).parsed({"event_source": "flat"})
    assert manifest
    drawn = CHOICE | STORE | TELL | {"int_forgotten_events_this_run"}
    nodes = {model: manifest.nodes[f"model.{PACKAGE}.{model}"] for model in drawn}
    assert drawn_reads() == {
        model: {name.split(f".{PACKAGE}.")[1] for name in node.depends_on.nodes}
        for model, node in nodes.items()
    }


def test_the_document_shows_every_table_of_each_run() -> None:
    shown_tables = [(table.run, table.model) for table in documented_tables()]
    assert sorted(shown_tables) == sorted((run, model) for run in RUNS for model in RUNS[run])


def test_the_tables_hold_what_the_document_shows(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    steps = (stage.load_first_file, stage.load_late_file, stage.kill_the_same_run, stage.run)
    wrong = []
    for run, play in zip(RUNS, steps, strict=True):
        play()
        for table in documented_tables():
            if table.run == run and (held := stage.held(table)) != table.rows:
                wrong.append(f"{run}, {table.model}: {held} is held, {table.rows} is documented")
    assert not wrong, "\n".join(wrong)
