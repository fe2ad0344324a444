"""A run that is killed (SIGKILL) and run again ends where its undisturbed twin does.

CRASH_POINTS multiplies at how many moments each case kills: 1 by default, and 44 kills in all.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import killed_run
import pytest
from comparison import SESSION, assert_equal_to_oracle
from conftest import REFRESH, ROOT, SEEDS_AND_MODELS, Project, Result
from crash_deliveries import DELIVERIES, deliver, raw_rows
from feed import Change, assert_feed_adds_up, changes
from oracle import Settings

BUILD = ("build", *SEEDS_AND_MODELS)
RUN = REFRESH
RUN_WITH_VIEWS = ("run",)
FULL_REFRESH = ("run", "--full-refresh")
LOG_ALONE = ("run", "--select", "int_event_log")
VARIABLES = {"event_source": "flat"}
LOG = "int_event_log"
# which run recorded a slice, or told of a change, is no matter
OF_RUNS = {"loaded_slices", "session_concluded_changes"}
MARTS = sorted({path.stem for path in (ROOT / "models/marts").rglob("*.sql")} - OF_RUNS)

RELATIONS = """
    select schema_name, table_name from duckdb_tables() where not internal
    union all select schema_name, view_name from duckdb_views() where not internal
"""
# the log as the next runs see it: which run wrote a row is no matter
LOG_ROWS = f"""
    select columns(lambda name: name != 'batch') from {LOG} where disposition != 'withdrawn'
"""

State = dict[str, Counter]  # what a warehouse holds: rows by mart, and the names of what is there


def spread(count: int) -> list[float]:
    """Fractions of a command's course, evenly spread."""
    count *= int(os.environ.get("CRASH_POINTS", "1"))
    return [round((2 * number + 1) / (2 * count), 3) for number in range(count)]


# the warehouse ------------------------------------------------------------------------------


@dataclass
class Stage:
    """One folder for all cases, each from a snapshot: were it another, dbt would parse anew."""

    project: Project
    snapshots: Path
    twins: dict[tuple[str, ...], State] = field(default_factory=dict)
    counts: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    told: list[Change] = field(default_factory=list)

    @property
    def events(self) -> Path:
        return self.project.folder / "events"

    def begin(self, snapshot: str, delivery: str) -> None:
        """The folder as the snapshot has it, and what is delivered since."""
        shutil.rmtree(self.project.folder)
        shutil.copytree(self.snapshots / snapshot, self.project.folder)
        self.deliver(delivery)
        self.told = changes(self.project) if self.project.warehouse.exists() else []

    def deliver(self, delivery: str) -> None:
        deliver(DELIVERIES[delivery], self.events)

    def dbt(self, *command: str, **variables: object) -> Result:
        return self.project.dbt(*command, events=self.events, **VARIABLES, **variables)

    def run(self, *command: str, **variables: object) -> None:
        result = self.dbt(*command, **variables)
        assert result.success, result.output

    def start(self, command: tuple[str, ...], last: int | None) -> BaseProcess:
        return killed_run.start(self.project, self.events, command, last, **VARIABLES)

    def kill(self, command: tuple[str, ...], moment: int | str, **variables: object) -> None:
        """Run the command up to this moment."""
        killed_run.kill(self.project, self.events, command, moment, **VARIABLES | variables)

    def moment(self, snapshot: str, command: tuple[str, ...], fraction: float) -> int:
        """The moment at a fraction of the command's course, and the folder as before it."""
        delivery = "first" if snapshot == "nothing" else "second"
        if (snapshot, command) not in self.counts:
            self.begin(snapshot, delivery)
            count = killed_run.dbt(
                *killed_run.arguments(self.project, self.events, command, -1, **VARIABLES)
            )
            assert count > 20, "dbt names its events otherwise"
            self.counts[snapshot, command] = count
        self.begin(snapshot, delivery)
        return int(fraction * self.counts[snapshot, command])

    def twin(self, *names: str) -> State:
        """What is there after these deliveries, each with a run that nothing disturbed."""
        if names not in self.twins:
            is_first = len(names) == 1
            self.begin("nothing" if is_first else "first", names[0])
            for name in names if is_first else names[1:]:
                self.deliver(name)
                self.run(*(BUILD if is_first else RUN))
            self.twins[names] = self.state()
        return self.twins[names]

    def state(self) -> State:
        """Marts and log row by row, and the names of all relations and files."""
        files = [path.name for path in self.project.folder.iterdir() if path != self.events]
        state = {"files": Counter(files)}
        with duckdb.connect(str(self.project.warehouse), read_only=True) as warehouse:
            warehouse.execute(SESSION)
            relations = warehouse.execute(RELATIONS).fetchall()
            queries = {mart: f"from {mart}" for mart in MARTS} | {"log": LOG_ROWS}
            if ("main", "loaded_slices") in relations:
                queries["record"] = "select slice, row_count from loaded_slices"
            for part, query in queries.items():
                state[part] = Counter(warehouse.execute(query).fetchall())
        return state | {"relations": Counter(relations)}

    def check(self, *twin: str) -> None:
        assert_feed_adds_up(self.project, self.told)
        found = self.state()
        different = differences(found, self.twin(*twin))
        assert not different

    def check_either(self, one: tuple[str, ...], other: tuple[str, ...]) -> None:
        """What is there is all of one twin, or all of another."""
        assert_feed_adds_up(self.project, self.told)
        found = self.state()
        different = [differences(found, self.twin(*twin)) for twin in (one, other)]
        assert not all(different), different


def differences(found: State, wanted: State) -> dict[str, tuple[list, list]]:
    """By part: what is there and shouldn't be, and what is missing."""
    leftovers = [name for _, name in found["relations"] if "__dbt_" in name]
    different = {"leftovers": (leftovers, [])} if leftovers else {}
    for part in sorted(found.keys() | wanted.keys()):
        here, there = found.get(part, Counter()), wanted.get(part, Counter())
        if here != there:
            different[part] = (list((here - there).items())[:3], list((there - here).items())[:3])
    return different


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Snapshots of a folder where nothing has run, but all is parsed, and of a first load."""
    project = Project(tmp_path_factory.mktemp("crashes") / "project")
    stage = Stage(project, tmp_path_factory.mktemp("snapshots"))
    project.folder.mkdir()
    stage.run("parse")
    shutil.copytree(project.folder, stage.snapshots / "nothing")
    stage.begin("nothing", "first")
    stage.run(*BUILD)
    shutil.copytree(project.folder, stage.snapshots / "first")
    yield stage


# the cases ----------------------------------------------------------------------------------


def test_the_undisturbed_twin_is_the_oracles(stage: Stage) -> None:
    stage.begin("first", "second")
    stage.run(*RUN)
    assert_equal_to_oracle(stage.project, raw_rows(DELIVERIES["second"]), Settings())


def test_a_difference_is_noticed(stage: Stage) -> None:
    """A check of the check: a row twice, a value, a table too many."""
    stage.begin("first", "first")
    undisturbed = stage.state()
    assert not differences(undisturbed, stage.twin("first"))
    stage.begin("first", "first")
    with duckdb.connect(str(stage.project.warehouse)) as connection:
        connection.execute("set search_path = 'main,main_internal'")
        connection.execute(f"insert into {LOG} from {LOG} where disposition = 'session' limit 1")
        connection.execute(
            "update sessions_per_weekday_and_hour set session_count = session_count + 1"
        )
        connection.execute("create table int_board_days__dbt_backup as select 1 as one")
    found = differences(stage.state(), undisturbed)
    changed = {"log", "events", "sessions_per_weekday_and_hour"}
    assert set(found) >= {"leftovers", "relations"} | changed


@pytest.mark.parametrize("fraction", spread(16))
def test_an_increment(stage: Stage, fraction: float) -> None:
    stage.kill(RUN, stage.moment("first", RUN, fraction))
    stage.run(*RUN)
    stage.check("first", "second")


@pytest.mark.parametrize("fraction", spread(4))
def test_an_increment_that_creates_the_views(stage: Stage, fraction: float) -> None:
    stage.kill(RUN_WITH_VIEWS, stage.moment("first", RUN_WITH_VIEWS, fraction))
    stage.run(*RUN_WITH_VIEWS)
    stage.check("first", "second")


@pytest.mark.parametrize("fraction", spread(4))
def test_a_first_load(stage: Stage, fraction: float) -> None:
    stage.kill(BUILD, stage.moment("nothing", BUILD, fraction))
    stage.run(*BUILD)
    stage.check("first")


@pytest.mark.parametrize("again", [RUN, FULL_REFRESH], ids=" ".join)
@pytest.mark.parametrize("fraction", spread(2))
def test_a_full_refresh(stage: Stage, fraction: float, again: tuple[str, ...]) -> None:
    """It reads the raw data again, which is all there: so its twin is the increment's."""
    stage.kill(FULL_REFRESH, stage.moment("first", FULL_REFRESH, fraction))
    stage.run(*again)
    stage.check("first", "second")


def test_no_refresh_builds_on_the_views_of_a_killed_full_refresh(stage: Stage) -> None:
    """Its views have other settings, and its tables were dropped."""
    stage.begin("first", "second")
    stage.kill(
        FULL_REFRESH, r'create or replace table \S*"int_event_log', session_timeout_minutes=30
    )
    result = stage.dbt(*RUN)
    assert "created by a run that did not finish" in result.error
    stage.run(*RUN_WITH_VIEWS)
    stage.check("first", "second")


@pytest.mark.parametrize("moment", [4, 5, 6])
def test_a_full_refresh_as_it_drops_what_is_stored(stage: Stage, moment: int) -> None:
    """A log without its record starts anew; a record without its log would never know."""
    stage.begin("first", "second")
    stage.kill(FULL_REFRESH, moment)
    stage.run(*RUN)
    stage.check("first", "second")


@pytest.mark.parametrize("fraction", spread(3))
def test_two_kills_in_a_row(stage: Stage, fraction: float) -> None:
    moment = stage.moment("first", RUN, fraction)
    stage.kill(RUN, moment)
    stage.kill(RUN, stage.counts["first", RUN] - moment - 5)
    stage.run(*RUN)
    stage.check("first", "second")


def test_the_next_runs_load_a_slice_each(stage: Stage) -> None:
    """The first of them commits rows of all slices that the killed run had loaded."""
    stage.kill(RUN, stage.moment("first", RUN, 0.75))
    for _ in DELIVERIES["second"]:
        stage.run(*RUN, slices_per_run=1)
    stage.check("first", "second")


@pytest.mark.parametrize("fraction", spread(3))
def test_a_new_file_changes_before_the_next_run(stage: Stage, fraction: float) -> None:
    stage.kill(RUN, stage.moment("first", RUN, fraction))
    stage.deliver("second, one changed")
    stage.run(*RUN)
    stage.check("first", "second, one changed")


@pytest.mark.parametrize("fraction", spread(3))
def test_a_new_file_goes_before_the_next_run(stage: Stage, fraction: float) -> None:
    """Its rows are all in, or none: what lies between is no state."""
    stage.kill(RUN, stage.moment("first", RUN, fraction))
    stage.deliver("second, one lost")
    stage.run(*RUN)
    stage.check_either(
        ("first", "second", "second, one lost"),
        ("first", "second, one lost"),
    )


@pytest.mark.parametrize("fraction", spread(2))
def test_a_file_of_the_first_load_goes_before_the_next(stage: Stage, fraction: float) -> None:
    """Its rows were not in yet, or they stay, or the run stops, for it would lose them."""
    stage.kill(BUILD, stage.moment("nothing", BUILD, fraction))
    before = log_after_kill(stage)
    stage.deliver("first, one lost")
    result = stage.dbt(*BUILD)
    if result.success:  # it was committed, or not even logged
        stage.check_either(("first", "first, one lost"), ("first, one lost",))
    else:
        assert re.search(r"\blos[et]\b", result.output + result.error), result
        assert log_after_kill(stage) == before != Counter()


def log_after_kill(stage: Stage) -> Counter:
    """The log's rows, none where there is no log, from a copy: to open it would mend it."""
    copy = stage.snapshots / "after the kill"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in filter(Path.is_file, stage.project.folder.glob("warehouse.duckdb*")):
        shutil.copy2(path, copy)
    with duckdb.connect(str(copy / "warehouse.duckdb")) as warehouse:
        has_log = ("main_internal", LOG) in warehouse.execute(RELATIONS).fetchall()
        return Counter(
            warehouse.execute(LOG_ROWS.replace(LOG, f"main_internal.{LOG}")).fetchall()
            if has_log
            else []
        )


@pytest.mark.parametrize("fraction", spread(3))
def test_the_log_is_made_alone_before_the_next_run(stage: Stage, fraction: float) -> None:
    """Whether a run of one model can do that or stops, it commits nothing."""
    stage.kill(RUN, stage.moment("first", RUN, fraction))
    stage.dbt(*LOG_ALONE)
    stage.run(*RUN)
    stage.check("first", "second")


@pytest.mark.parametrize("fraction", spread(3))
def test_an_increment_killed_from_outside(stage: Stage, fraction: float) -> None:
    """At a time, not at a moment: in the middle of a statement, and with several threads."""
    seconds = usual_time(stage)
    stage.begin("first", "second")
    process = stage.start(RUN, last=None)
    time.sleep(seconds * (0.15 + 0.85 * fraction))
    process.kill()
    process.join()
    stage.run(*RUN)
    stage.check("first", "second")


def usual_time(stage: Stage) -> float:
    stage.begin("first", "second")
    started = time.monotonic()
    process = stage.start(RUN, last=None)
    process.join()
    assert process.exitcode == 0
    return time.monotonic() - started
