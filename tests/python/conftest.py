"""A project to run dbt in: the repository's own, with a warehouse of its own."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import yaml
from cheap_dbt import make_cheap
from comparison import SESSION
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.version import __version__ as dbt_version
from run import project_files

if TYPE_CHECKING:
    from typing import Self

ROOT = Path(__file__).parents[2]
SEEDS_AND_MODELS = ("--resource-type", "seed", "model")
REFRESH = ("run", "--selector", "refresh")  # what a scheduler runs
# no test reads them
NO_ARTIFACTS = ("--no-write-json", "--log-level", "none", "--log-level-file", "none")
OF_NO_VIEW = {  # variables
    "events_path", "as_of", "slices_per_run", "forget_gone_files", "rebuild_from",
}  # fmt: skip
DROP_FLOW = """
    drop table loaded_slices; drop table main_internal.int_sessions;
    drop table main_internal.int_event_log;
    drop table main_internal.int_session_concluded_changes;
"""
DROP_INPUT = """
    select format('drop {} main_raw."{}"', if(table_type = 'VIEW', 'view', 'table'), table_name)
    from information_schema.tables where table_schema = 'main_raw' and table_name <> 'created_views'
"""
# To start dbt anew costs three times what a run does. DuckDB has no connection here at a fork,
# and what dbt parses it has parsed before: its parser hangs in a fork.
FORKS = multiprocessing.get_context("fork")
VIEWS = TemporaryDirectory(prefix="views")
REFERENCES = ("event_source", "staging_sources")  # variables
BUILT: dict[tuple, Path] = {}  # a file and its inode to what holds its views
MANIFESTS: dict[str, Manifest | None] = {}
REAL_DATA = ROOT.parent / "shared" / "data"
make_cheap()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test comes first: whatever is left then ends at about the same time."""
    items.sort(key=lambda item: item.path.name != "test_spark.py")


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

    @property
    def published(self) -> Path:
        return self.folder / "published/warehouse.duckdb"

    def settings(self, events: Path | str | None = None) -> dict[str, str]:
        """The environment that dbt runs in."""
        settings = {
            "WAREHOUSE_PATH": str(self.warehouse),
            "PUBLISHED_PATH": str(self.published),
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

        arguments = ["--quiet", *NO_ARTIFACTS, *command]
        if variables:
            arguments += ["--vars", yaml.safe_dump(variables, default_flow_style=True)]
        with environment(self.settings(events)):
            runner = dbtRunner(self.parsed(variables), callbacks=[listen])
            outcome = runner.invoke(arguments)
            DuckDBConnectionManager.close_all_connections()
        result = Result(outcome.success, "\n".join(messages), str(outcome.exception or ""))
        del outcome, runner
        if not result.success:
            gc.collect()  # what an exception holds keeps the warehouse open
        return result

    def parsed(self, variables: dict[str, object]) -> Manifest | None:
        """The repository as dbt parses it, read once in this process for the variables that a
        reference depends on. None where it can't be parsed."""
        if self.root != ROOT:
            return None
        chosen = yaml.safe_dump(variables_of_references(variables))
        if chosen not in MANIFESTS:
            MANIFESTS[chosen] = kept_manifest(chosen)
            gc.freeze()  # so much that stays need not be looked through again and again
        return MANIFESTS[chosen]

    def build(self, events: Path | str | None = None, **variables: object) -> None:
        """Load everything; the test fails where that fails. A warehouse that does not exist starts
        from the views and seeds of one that was built in this process, without its flow and its
        input. The views are created unless they have these variables."""
        views, is_new = views_of(variables), not self.warehouse.exists()
        if is_new:
            others = sorted(views.parent.glob("*.duckdb"), key=lambda path: path != views)
            if others:
                shutil.copy(others[0], self.warehouse)
                BUILT[self.identity()] = others[0]
        is_built = self.root == ROOT and BUILT.get(self.identity()) == views
        command = REFRESH if is_built else ("build", *SEEDS_AND_MODELS)
        result = self.dbt(*command, events=events, **variables)
        assert result.success, result.output
        BUILT[self.identity()] = views
        if self.root == ROOT and is_new and not views.exists():
            shutil.copy(self.warehouse, views)
            with duckdb.connect(str(views)) as connection:
                connection.execute(DROP_FLOW)
                for (drop,) in connection.execute(DROP_INPUT).fetchall():
                    connection.execute(drop)

    def identity(self) -> tuple[Path, int | None]:
        exists = self.warehouse.exists()
        return self.warehouse, self.warehouse.stat().st_ino if exists else None

    def restored(self) -> Self:
        """The same, in the state in which this was called first: dbt would parse anew for another
        folder."""
        snapshot = self.folder.with_name(f"{self.folder.name} snapshot")
        if not snapshot.exists():
            shutil.copytree(self.folder, snapshot, ignore=shutil.ignore_patterns("logs", "target"))
        for path in self.folder.iterdir():
            if path.name not in ("logs", "target"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(snapshot, self.folder, dirs_exist_ok=True)
        return self

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute(SESSION)
            return connection.execute(sql).fetchall()


def variables_of_references(variables: dict[str, object]) -> dict[str, object]:
    """Those of the variables on which it depends what a model refers to: sources of one's own."""
    chosen = {name: variables[name] for name in REFERENCES if name in variables}
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    sources = chosen.get("event_source", [])
    listed = sources if isinstance(sources, list) else [sources]
    is_known = all(source in project["vars"]["file_sources"] for source in listed)
    is_each_once = bool(listed) and len(set(map(str, listed))) == len(listed)
    return {} if chosen.keys() == {"event_source"} and is_known and is_each_once else chosen


def kept_manifest(variables: str) -> Manifest | None:
    """The repository as dbt parses it. To parse it costs more than to run it, so that the first
    process that needs it keeps it for the others, and for later tests of the same files."""
    state = (sys.version, dbt_version, variables, project_files(ROOT))
    kept = ROOT / "target/manifests" / f"{hashlib.md5(repr(state).encode()).hexdigest()}.pickle"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(parts_of_manifest(variables)))
    parts = pickle.loads(kept.read_bytes())
    manifest = Manifest()
    vars(manifest).update(parts)
    return manifest if parts else None


def parts_of_manifest(variables: str) -> dict[str, Any]:
    """What dbt parses, but for a lock; nothing where it can't be parsed. dbt's own way to pickle
    a manifest mixes up its parts."""
    outcome = dbtRunner().invoke(["--quiet", "parse", "--vars", variables])
    if not outcome.success:
        return {}
    for node in outcome.result.nodes.values():
        node.config.persist_docs = {}  # comments take a third of a build: test_commands
    return {name: part for name, part in vars(outcome.result).items() if name != "_lock"}


def views_of(variables: dict[str, object]) -> Path:
    """Where a warehouse without tables is kept whose views have these variables."""
    kept = {name: value for name, value in variables.items() if name not in OF_NO_VIEW}
    name = hashlib.md5(yaml.safe_dump(kept, sort_keys=True).encode()).hexdigest()
    return Path(VIEWS.name) / f"{name}.duckdb"


class environment:  # noqa: N801
    """The process's environment with the project's settings alone, for a while."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings

    def __enter__(self) -> None:
        self.before = dict(os.environ)
        self.folder = Path.cwd()
        for name in list(os.environ):
            if name.startswith(("DBT_", "WAREHOUSE_", "PUBLISHED_", "EVENTS_")):
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
    """The project run on its sample once."""
    project = Project(tmp_path_factory.mktemp("sample"))
    project.build()
    yield project


@pytest.fixture(scope="session")
def real_data() -> Path:
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real logs are not on this machine ({REAL_DATA.parent.name}/data)")
    return REAL_DATA


def pytest_sessionfinish() -> None:
    gc.unfreeze()  # at the end of the process DuckDB's module misses what is frozen
