"""A project to run dbt in: the repository's own, with a warehouse of its own."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

ROOT = Path(__file__).parents[2]
SEEDS_AND_MODELS = ("--resource-type", "seed", "model")
MANIFESTS: dict[str, Manifest | None] = {}
REAL_DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class Result:
    """What a dbt command did: whether it succeeded, what it said, and what stopped it."""

    success: bool
    output: str
    error: str


@dataclass(frozen=True)
class Project:
    """The repository, or a copy of it at `root`, with its warehouse, target and logs in `folder`;
    dbt runs in this process."""

    folder: Path
    root: Path = ROOT

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def settings(self, events: Path | str | None = None) -> dict[str, str]:
        """The environment that dbt runs in."""
        settings = {
            "WAREHOUSE_PATH": str(self.warehouse),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_PROFILES_DIR": str(self.root),
            "DBT_PROJECT_DIR": str(self.root),
        }
        return settings if events is None else settings | {"EVENTS_PATH": str(events)}

    def dbt(
        self,
        *command: str,
        events: Path | str | None = None,
        after: dict[str, Callable[[], None]] | None = None,
        **variables: object,
    ) -> Result:
        """Run a dbt command; `events` is EVENTS_PATH, `after` what to do once a model is done, by
        its name; other keywords are dbt variables."""
        messages: list[str] = []

        def listen(event: Any) -> None:
            if event.info.level != "debug":
                messages.append(event.info.msg)
            if event.info.name == "NodeFinished":
                (after or {}).get(event.data.node_info.node_name, lambda: None)()

        arguments = ["--quiet", *command]
        if variables:
            arguments += ["--vars", yaml.safe_dump(variables, default_flow_style=True)]
        with environment(self.settings(events)):
            runner = dbtRunner(self.parsed(variables), callbacks=[listen])
            outcome = runner.invoke(arguments)
            DuckDBConnectionManager.close_all_connections()
        result = Result(outcome.success, "\n".join(messages), str(outcome.exception or ""))
        del outcome, runner
        gc.collect()  # what an exception holds keeps the warehouse open
        return result

    def parsed(self, variables: dict[str, object]) -> Manifest | None:
        """The repository as dbt parses it, once in this process for the variables that a reference
        depends on: to parse it costs more than to run it. None where it can't be parsed."""
        names = sorted({"event_source", "staging_sources"} & set(variables))
        chosen = yaml.safe_dump({name: variables[name] for name in names})
        if self.root != ROOT:
            return None
        if chosen not in MANIFESTS:
            outcome = dbtRunner().invoke(["--quiet", "parse", "--vars", chosen])
            MANIFESTS[chosen] = outcome.result if outcome.success else None
        return MANIFESTS[chosen]

    def build(self, events: Path | str | None = None, **variables: object) -> None:
        """Load the seeds and run the models; the test fails where that fails."""
        result = self.dbt("build", *SEEDS_AND_MODELS, events=events, **variables)
        assert result.success, result.output

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()


class environment:  # noqa: N801
    """The process's environment with the project's settings alone, for a while."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings

    def __enter__(self) -> None:
        self.before = dict(os.environ)
        self.folder = Path.cwd()
        for name in list(os.environ):
            if name.startswith(("DBT_", "WAREHOUSE_", "EVENTS_")):
                del os.environ[name]
        os.environ.update(self.settings)

    def __exit__(self, *_: object) -> None:
        os.environ.clear()
        os.environ.update(self.before)
        os.chdir(self.folder)


def clone(folder: Path) -> Path:
    """A copy of what git would commit, with this environment as its `.venv`."""
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\n")  # fmt: skip
    for name in filter(None, files):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    environment = folder / ".venv"
    environment.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (environment / name).symlink_to(Path(sys.prefix) / name)
    for stamp in ("installed", "installed-dev"):
        (environment / stamp).touch()
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="session")
def sample_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The project run on its sample once, with every seed, model and test of dbt's."""
    project = Project(tmp_path_factory.mktemp("sample"))
    result = project.dbt("build")
    assert result.success, result.output
    yield project


@pytest.fixture(scope="session")
def real_data() -> Path:
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real logs are not on this machine ({REAL_DATA.parent.name}/data)")
    return REAL_DATA
