"""dbt in this process: the project is parsed once and kept."""

from __future__ import annotations

import atexit
import gc
import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.exceptions import DependencyError
from errors import ANYTHING_ELSE, INPUT_OR_SETTING, RefreshError, in_one_line
from lock import code_of

PARSE = ("parse",)
BUILD = ("build", "--resource-type", "seed", "model")  # creates the views, too
REFRESH = ("run", "--selector", "refresh")
TESTS = ("test", "--select", "tag:run")  # those that read the last batch only
ARE_VIEWS_CURRENT = ("run-operation", "print_whether_views_are_current")
OPTIONS = ("--log-level-file", "debug", "--no-write-json")
SHOWN = ("--no-use-colors",)
NOT_SHOWN = ("--quiet", "--log-level", "none")
# as write_sample_where_it_is_read logs it
READS_SAMPLE = "EVENTS_PATH is not set: reading the sample"
FOLDERS = ("models", "macros", "seeds", "sample", "tests")
SUFFIXES = (".sql", ".yml", ".csv")


class Dbt:
    """A project, with what dbt has parsed of it. `variables` is what follows --vars; `is_shown`
    prints dbt's own lines."""

    def __init__(self, project: Path, variables: str | None, is_shown: bool) -> None:
        self.project = project
        self.variables = () if variables is None else ("--vars", variables)
        self.is_shown = is_shown
        self.manifest: Manifest | None = None
        self.parsed_files: dict[str, int] = {}
        self.has_current_views = False
        self.schema = "main"  # that of the marts, once the project has been parsed

    def parse(self) -> None:
        """Parse the project if it has not been parsed or a file of it has changed."""
        files = project_files(self.project)
        if self.manifest is None or files != self.parsed_files:
            self.manifest, self.has_current_views = None, False
            self.manifest = self.invoke(*PARSE).result
            self.parsed_files = files
            self.schema = self.manifest.nodes["model.session_analytics.sessions"].schema
            gc.unfreeze()
            gc.collect()
            gc.freeze()  # so much that stays need not be looked through after each run
            atexit.register(gc.unfreeze)  # at the end DuckDB's module misses what is frozen

    def refresh(self, builds: bool, tests: bool) -> None:
        """Load what is new. The views are created, too, if `builds` says so, or if they are
        missing, or older than the code or the settings."""
        self.parse()
        builds = builds or not self.are_views_current()
        self.has_current_views = False  # until this run has ended well
        self.invoke(*BUILD if builds else REFRESH)
        if tests:
            self.invoke(*TESTS)
        self.has_current_views = True

    def are_views_current(self) -> bool:
        return self.has_current_views or self.invoke(*ARE_VIEWS_CURRENT).printed == ["True"]

    def invoke(self, *command: str) -> Listener:
        """Run a dbt command. Stops if it fails; warnings are printed."""
        is_shown = self.is_shown and command not in (PARSE, ARE_VIEWS_CURRENT)
        listener = Listener(prints_warnings=not is_shown)
        runner = dbtRunner(self.manifest, callbacks=[listener])
        options = SHOWN if is_shown else NOT_SHOWN
        outcome = runner.invoke([*options, *OPTIONS, *command, *self.variables])
        DuckDBConnectionManager.close_all_connections()
        if isinstance(outcome.exception, KeyboardInterrupt):
            raise outcome.exception
        if not outcome.success:
            failure = why(command[0], outcome)
            del outcome, runner
            gc.collect()  # what dbt's exception holds keeps the warehouse open
            raise failure
        listener.result = outcome.result
        return listener


class Listener:
    """What dbt says while it runs a command."""

    def __init__(self, prints_warnings: bool) -> None:
        self.prints_warnings = prints_warnings
        self.printed: list[str] = []
        self.result: Any = None

    def __call__(self, event: Any) -> None:
        if event.info.name == "PrintEvent":
            self.printed.append(event.info.msg)
        elif self.prints_warnings and (
            event.info.level == "warn" or event.info.msg == READS_SAMPLE
        ):
            print(event.info.msg, flush=True)


def why(command: str, outcome: dbtRunnerResult) -> RefreshError:
    """Why a dbt command failed, in one sentence."""
    log = Path(os.environ.get("DBT_LOG_PATH") or "logs", "dbt.log")
    error = outcome.exception
    if isinstance(error, DependencyError):  # what our macros stop a run with
        return RefreshError(str(error.msg), INPUT_OR_SETTING)
    if error is not None:
        other = INPUT_OR_SETTING if command in PARSE else ANYTHING_ELSE
        return RefreshError(
            f"dbt {command} failed: {in_one_line(str(error))} ({log} has more.)",
            code_of(str(error), other),
        )
    failed = [result for result in outcome.result.results if result.status in ("error", "fail")]
    message = in_one_line(failed[0].message or "")
    return RefreshError(
        f"dbt {command} failed at {name_of(failed[0])}: {message} ({log} has more.)",
        code_of(message),
    )


def name_of(result: Any) -> str:
    """The model or test of a result. The result of a macro (run-operation) has only an id."""
    return result.node.name if hasattr(result, "node") else result.unique_id.split(".")[-1]


def project_files(project: Path) -> dict[str, int]:
    """The files that dbt parses, with their times of change."""
    paths = [path for path in project.iterdir() if path.suffix == ".yml"]
    for folder in FOLDERS:
        paths += [path for path in (project / folder).rglob("*") if path.suffix in SUFFIXES]
    return {str(path): path.stat().st_mtime_ns for path in paths}
