"""A dbt command that ends its own process, as a power cut would, at a moment that is set.

Between two statements that write the warehouse nothing changes in it. So its moments are the
starts of these statements, `commit` among them, and the end of the command: with one thread
they are the same in every run.
"""

from __future__ import annotations

import os
import re
import signal
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import yaml
from cheap_dbt import READ
from conftest import FORKS, NO_ARTIFACTS, Project, environment
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

WRITES = re.compile(
    r"\s*(/\*.*?\*/)?\s*(alter|commit|copy|create|delete|drop|insert|merge|truncate|update)"
)
NO_WRITE = re.compile(r"create\s+(or\s+replace\s+)?temp")


class Moments:
    """A callback for dbt's events that counts the moments, and kills the process at the last:
    a number, or a regular expression of the statement that does not start any more."""

    def __init__(self, last: int | str | None = None) -> None:
        self.last = last
        self.count = 0

    def __call__(self, event: Any) -> None:
        sql = event.data.sql.lower() if event.info.name == "SQLQuery" else ""
        if event.info.name == "CommandCompleted" or writes(sql):
            is_named = isinstance(self.last, str) and re.search(self.last, sql)
            if self.count == self.last or is_named:
                os.kill(os.getpid(), signal.SIGKILL)
            self.count += 1


def writes(sql: str) -> bool:
    return WRITES.match(sql) is not None and NO_WRITE.search(sql) is None


def dbt(
    settings: dict[str, str],
    arguments: list[str],
    last: int | str | None,
    manifest: Manifest | None,
) -> int:
    """Run dbt in this process up to the last moment, or to its end: then, how many there were."""
    moments = Moments(last)
    READ.add("SQLQuery")
    with environment(settings):
        outcome = dbtRunner(manifest, callbacks=[moments]).invoke(arguments)
        DuckDBConnectionManager.close_all_connections()
    READ.remove("SQLQuery")
    assert outcome.success, f"{arguments}: {outcome.exception or outcome.result}"
    return moments.count


def arguments(
    project: Project,
    events: Path,
    command: tuple[str, ...],
    last: int | str | None,
    **variables: object,
) -> tuple:
    """The arguments of `dbt` above: a command with these events and variables, up to a moment. No
    moment is that of a command that is left to its end, with all its threads."""
    words = ["--quiet", *NO_ARTIFACTS, *command]
    words += ["--vars", yaml.safe_dump(variables, default_flow_style=True)]
    words += [] if last is None else ["--threads", "1"]
    return project.settings(events), words, last, project.parsed(variables)


def start(*command: Any, **variables: object) -> BaseProcess:
    """Run the command in a process of its own; it takes what `arguments` takes."""
    process = FORKS.Process(target=dbt, args=arguments(*command, **variables))
    process.start()
    return process


def kill(*command: Any, **variables: object) -> None:
    """Run the command up to its moment."""
    process = start(*command, **variables)
    process.join()
    assert process.exitcode == -signal.SIGKILL, command
