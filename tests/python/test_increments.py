"""After any sequence of runs the marts are those of the rows that were delivered.

Sequences of deliveries drawn at random, against the oracle and against a build from scratch;
the stories of test_delivery_stories.py are written by hand.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import duckdb
import pytest
from any_world import any_settings
from comparison import FORMATS, assert_equal_to_oracle, assert_same_rows, rows_of, variables
from conftest import REFRESH, ROOT, Project
from deliveries import Sequence, Table
from feed import assert_feed_adds_up, changes
from forgetting import assert_nothing_is_left_of, forget
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle import Row, Settings, build, is_blank
from steps import STEPS

WORLDS_PER_SEQUENCE = 20
RUNS = (3, 4, 4, 5, 5, 6, 8)
SEQUENCES = settings(
    max_examples=int(os.environ.get("SEQUENCES", "6")),
    derandomize="SEQUENCES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MARTS = [mart for mart in build([]) if mart != "dispositions"]
LOG = """
    select
        slice, user_id, event_id, event_name, event_at, loaded_at, disposition, rejection_reason,
        ct_session_id, session_started_at
    from int_event_log
    where disposition != 'withdrawn'
"""


def is_model(name: str) -> bool:
    return any(ROOT.glob(f"models/**/{name}.sql"))


def run(project: Project, command: str, **settings: Any) -> bool:
    """Run dbt, but for models that there aren't; whether it was a whole run."""
    if command.startswith("build") and not project.warehouse.exists():
        project.build(**settings)
        return True
    words, _, selected = command.partition(" --select ")
    models = [name for name in selected.split() if is_model(name.strip("+"))]
    if models or not selected:
        arguments = [*words.split(), "--select", *models] if models else words.split()
        result = project.dbt(*arguments, **settings)
        assert result.success, f"dbt {command}: {result.output} {result.error}"
    return not selected


def assert_slices(project: Project, expected: dict[str, int]) -> None:
    """Every slice that was delivered is recorded, with its rows; the log has just these."""
    found = project.query("select slice, count(*) from (" + LOG + ") group by slice")
    assert dict(found) == {name: count for name, count in expected.items() if count}
    if is_model("loaded_slices"):
        found = project.query("select slice, row_count from loaded_slices")
        # of an hour that is empty now, no matter whether there is a record
        assert sorted(f for f in found if f[1] or f[0] in expected) == sorted(expected.items())


def assert_equal_to_scratch(project: Project, chosen: Settings, **settings: Any) -> None:
    """The marts and the log have the rows of a build of everything anew."""
    queries = {mart: f"select * from {mart}" for mart in MARTS} | {"the log": LOG}
    played = rows_of(project, queries)
    result = project.dbt(*REFRESH, "--full-refresh", **settings)
    assert result.success, result.output
    for name, expected in rows_of(project, queries).items():
        assert_same_rows(f"{name}, against scratch", played[name], expected, chosen)


def forget_two_users(project: Project, sequence: Sequence) -> set[str]:
    users = sorted({row.user_id for row in sequence.expected() if not is_blank(row.user_id)})
    chosen = sequence.rng.sample(users, min(2, len(users)))
    for user in chosen:
        forget(project, user)
    return set(chosen)


def play(project: Project, sequence: Sequence, runs: int) -> None:
    """Deliver and run, again and again, and once forget two users; each whole run is exact."""
    folder = project.folder / "events"
    folder.mkdir()
    settings = {"events": folder, **variables(sequence.chosen)}
    feed, forgotten = [], set()
    forgets_before = sequence.rng.randrange(1, 2 * runs)
    for number, command in enumerate(sequence.commands(runs)):
        if number:
            sequence.deliver()
        if number == forgets_before:
            forgotten = forget_two_users(project, sequence)
        sequence.write(folder)
        is_whole = run(project, command, **settings)
        sequence.ran(is_whole)
        print(f"run {number}: {command}; until now {dict(sequence.happened)}")
        if is_whole:
            assert_equal_to_oracle(project, sequence.expected(), sequence.chosen, forgotten)
            assert_nothing_is_left_of(forgotten, project)
            slices = sequence.slices().items()
            assert_slices(project, {name: len(version.rows) for name, version in slices})
            feed = assert_feed_adds_up(project, feed)
        else:
            assert changes(project) == feed, "a run of some models told of changes"
    sequence.put_back()
    sequence.write(folder)
    assert_equal_to_scratch(project, sequence.chosen, **settings)
    assert assert_feed_adds_up(project, feed) == feed, "what is as it was is told again"


@SEQUENCES
@given(seed=st.integers(0, 2**32), chosen=any_settings().filter(lambda s: s.session_tracking))
def test_after_any_sequence_of_deliveries_the_marts_are_exact(
    tmp_path_factory: pytest.TempPathFactory, seed: int, chosen: Settings
) -> None:
    rng = Random(seed)
    sequence = Sequence(rng, chosen, rng.choice(list(FORMATS)), WORLDS_PER_SEQUENCE)
    play(Project(tmp_path_factory.mktemp("sequence")), sequence, rng.choice(RUNS))


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that several tests empty and use again: what dbt has parsed, it needn't again."""
    return Project(tmp_path_factory.mktemp("workshop"))


@pytest.fixture
def emptied(workshop: Project) -> Project:
    workshop.warehouse.unlink(missing_ok=True)
    folder = workshop.folder / "events"
    for path in folder.glob("*"):
        path.unlink()
    if folder.is_dir():
        folder.rmdir()
    return workshop


@pytest.mark.parametrize("seed", range(10))
def test_a_world_alone_whose_clock_moves(emptied: Project, seed: int) -> None:
    rng = Random(seed)
    sequence = Sequence(rng, Settings(), list(FORMATS)[seed % len(FORMATS)], size=8)
    play(emptied, sequence, rng.choice([3, 3, 4]))


@pytest.mark.parametrize("seed", range(5))
def test_after_any_changes_of_a_table_the_marts_are_exact(emptied: Project, seed: int) -> None:
    """Its slices are hours of `loaded_at`, and the rows without one; or it is one slice."""
    chosen = Settings(session_key=("app_id", "user_id"), timezone="Europe/Berlin")
    table = Table(Random(seed), chosen, has_loaded_at=seed % 5 < 3, worlds=10)
    settings = {"events_relation": "clicks", **variables(chosen)}
    feed = []
    for command in ("build --resource-type seed model", "run --selector refresh", "run"):
        table.change()
        table.write(emptied.warehouse, "clicks")
        run(emptied, command, **settings)
        assert_equal_to_oracle(emptied, table.expected(), chosen)
        assert_slices(emptied, Counter(row.slice for row in table.expected()))
        feed = assert_feed_adds_up(emptied, feed)
    assert_equal_to_scratch(emptied, chosen, **settings)


@pytest.mark.parametrize("command", [REFRESH, ("build", "--selector", "run")])
def test_a_row_that_arrives_in_the_middle_of_a_run_costs_no_stored_row(
    project: Project, command: tuple[str, ...]
) -> None:
    """The view shows the copy of a stored row once the run has read the loaded rows."""
    settings = {"events_relation": "clicks", "event_source": "flat"}
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("""
            create table arrived as
            select
                'ann' as user_id, 'e1' as event_id, 'Play' as event_name,
                timestamp '2026-01-01 10:00' as event_at, timestamp '2026-01-01 11:00' as loaded_at
        """)
        connection.execute("create view clicks as from arrived")
    project.build(**settings)
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("""
            insert into arrived by name
            select * replace ('bob' as user_id, timestamp '2026-01-01 12:00' as loaded_at)
            from arrived
        """)
        connection.execute("""
            create or replace view clicks as
            from arrived
            union all
            select * replace (timestamp '2026-01-01 12:30' as loaded_at)
            from arrived
            where
                user_id = 'ann'
                and exists (from main_internal.int_loaded_events_this_run)
        """)
    rows = "select slice[-2:], user_id, disposition from int_event_log order by all"
    stored = [("11", "ann", "session"), ("12", "bob", "session")]
    assert project.dbt(*command, **settings).success
    assert project.query(rows) == stored
    assert project.dbt(*REFRESH, **settings).success
    assert project.query(rows) == [stored[0], ("12", "ann", "duplicate"), stored[1]]


def test_every_kind_of_step_occurs_and_has_its_effect() -> None:
    """A check of the check, with the sessions that the oracle finds between the runs."""
    happened: Counter[str] = Counter()
    for seed in range(100):
        sequence = Sequence(Random(seed), Settings(), "csv", worlds=3, size=8)
        before = None
        for command in sequence.commands(8):
            sequence.ran(" --select " not in command)
            sessions = {s["ct_session_id"]: s for s in build(sequence.expected())["sessions"]}
            happened.update(effects(before, sessions) if before is not None else [])
            happened[command] += 1
            before = sessions
            sequence.deliver()
        happened += sequence.happened
    wanted = {step.__name__ for step in STEPS} | {"nothing"}
    wanted |= {"begins", "vanishes", "grows", "shrinks", "joins", "splits", "reopens", "concludes"}
    assert {kind for kind in wanted if happened[kind] < 10} == set(), happened


def effects(before: dict[str, Row], after: dict[str, Row]) -> Iterator[str]:
    """What happened to sessions, by their ids."""
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        if new["event_count"] != old["event_count"]:
            yield "grows" if new["event_count"] > old["event_count"] else "shrinks"
        if new["is_concluded"] != old["is_concluded"]:
            yield "concludes" if new["is_concluded"] else "reopens"
    for one, other, none, several in (
        (before, after, "vanishes", "splits"),
        (after, before, "begins", "joins"),
    ):
        for session in one.values():
            within = [s for s in other.values() if overlap(session, s)]
            if len(within) != 1:
                yield several if within else none


def overlap(one: Row, other: Row) -> bool:
    return (
        one["session_key"] == other["session_key"]
        and one["session_started_at"] <= other["session_ended_at"]
        and other["session_started_at"] <= one["session_ended_at"]
    )
