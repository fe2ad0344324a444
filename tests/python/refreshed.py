"""A project that refreshes run in, in this process, with what its published file shows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import refresh
import run
from conftest import ROOT, Project, environment
from settings import read_settings

FLAT = {"event_source": "flat"}
VARIABLES = ("--vars", "{event_source: flat}")
HEADER = "event_id,user_id,event_name,event_at\n"
# what a reader sees; the first three are equal in each whole state
WHOLE = """
    select
        (select count(*) from events where is_session_event),
        (select sum(event_count) from sessions),
        (select sum(row_count) from event_accounting where disposition = 'session'),
        (select as_of from session_clock),
        (select max(batch) from loaded_slices)
"""
REFRESHES = """
    select slice_count, row_count, rejected_row_count, new_session_count, changed_session_count,
        withdrawn_session_count
    from refreshes order by started_at
"""


@dataclass(frozen=True)
class Refreshed(Project):
    @property
    def events(self) -> Path:
        return self.folder / "events"

    @property
    def status(self) -> Path:
        return self.published.with_name("warehouse.status.json")

    def deliver(self, name: str, *rows: str) -> None:
        """Write a file of events, each `id,user,hh:mm`, that was last changed long ago."""
        lines = [
            "{},{},Play,2026-01-01 {}:00\n".format(*row.split(",")) for row in rows
        ]  # fmt: skip
        self.events.mkdir(exist_ok=True)
        (self.events / name).write_text(HEADER + "".join(lines))
        seconds = 1_767_300_000 + len(lines)
        os.utime(self.events / name, (seconds, seconds))

    def parsed_dbt(self) -> run.Dbt:
        """dbt as a process has it that keeps refreshing."""
        dbt = run.Dbt(ROOT, VARIABLES[1], is_shown=False)
        dbt.manifest, dbt.parsed_files = self.parsed(FLAT), run.project_files(ROOT)
        return dbt

    def refresh(self, *options: str, events: Path | None = None, dbt: run.Dbt | None = None) -> int:
        """The exit code of one refresh, without the page."""
        with environment(self.settings(events or self.events)):
            chosen = refresh.arguments([*VARIABLES, "--no-page", *options])
            dbt = dbt or self.parsed_dbt()
            dbt.variables = ("--vars", chosen.vars)
            return refresh.attempt(read_settings(), dbt, chosen)

    def publish(self) -> None:
        """What a refresh does after dbt has run."""
        with environment(self.settings()):
            refresh.publish_news(
                read_settings(), "main", refresh.arguments([]), datetime(2026, 1, 2)
            )

    def read(self, sql: str) -> list[tuple]:
        """What a query of the published file gives."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def published_files(self) -> list[str]:
        return sorted(path.name for path in self.published.parent.iterdir())

    def state(self) -> tuple:
        return self.read(WHOLE)[0]


def first_refresh(folder: Path) -> Refreshed:
    """A project whose first refresh has loaded three events: two sessions."""
    project = Refreshed(folder)
    project.deliver("a.csv", "1,ann,10:00", "2,ann,10:10", "3,bob,10:00")
    assert project.refresh() == 0
    return project
