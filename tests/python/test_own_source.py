"""A table, and a source of one's own, as docs/sources.md has them, over several runs."""

from __future__ import annotations

import re
import shutil

import duckdb
import pytest
import yaml
from conftest import REFRESH, ROOT, SEEDS_AND_MODELS, Project, clone

TABLE = "create or replace table raw.clicks as select * from (values {rows}) as clicks"
VARIABLES = {"event_source": "shop", "staging_sources": ["clevertap", "flat", "shop"]}
COLUMNS = "(click_id, customer, action, clicked_at, device, details, loaded_at)"


def blocks(language: str) -> list[str]:
    """The documentation's code, with the indentation of its list taken away."""
    text = (ROOT / "docs/sources.md").read_text()
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in found]


@pytest.fixture(scope="module")
def copy_of_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project for all tests: dbt parses again only what a test changes."""
    folder = tmp_path_factory.mktemp("own_source")
    return Project(folder, clone(folder / "project"))


@pytest.fixture
def copy(copy_of_project: Project) -> Project:
    """The copy without a warehouse, and without the source of another test."""
    copy_of_project.warehouse.unlink(missing_ok=True)
    for source in ("shop", "acme"):
        shutil.rmtree(copy_of_project.root / "models/staging" / source, ignore_errors=True)
    return copy_of_project


@pytest.fixture(params=["all of the table", "an hour of loaded_at"])
def shop(copy: Project, request: pytest.FixtureRequest) -> Project:
    """The copy with the model of the documentation."""
    folder = copy.root / "models/staging/shop"
    folder.mkdir()
    (sources,) = (block for block in blocks("yaml") if "name: shop" in block)
    model, slice_by_hour, _ = blocks("sql")
    if request.param == "an hour of loaded_at":
        model = model.replace("select\n", f"select\n{slice_by_hour}")
    (folder / "_shop__sources.yml").write_text(sources)
    (folder / "stg_shop__events.sql").write_text(model)
    return copy


def write(project: Project, *rows: str) -> None:
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(TABLE.format(rows=", ".join(rows)) + COLUMNS)


def click(number: int, minute: int, hour: int = 9) -> str:
    at = f"timestamptz '2026-01-01 08:{minute:02}:00+00'"
    loaded_at = f"timestamp '2026-01-01 {hour:02}:00:00.{number}'"
    return f"('{number}', 'u', 'Viewed', {at}, 'iOS', {{'page': 'home'}}, {loaded_at})"


def test_a_source_of_ones_own_over_several_runs(shop: Project) -> None:
    write(shop, click(1, 0), click(2, 30))
    shop.build(**VARIABLES)
    assert shop.query("select event_count from sessions order by 1") == [(1,), (1,)]
    write(shop, click(1, 0), click(2, 30), click(3, 15, hour=10))
    assert shop.dbt(*REFRESH, **VARIABLES).success
    assert shop.query("select event_count, platform from sessions") == [(3, "iOS")]
    write(shop, click(1, 0), click(2, 31))
    assert shop.dbt(*REFRESH, **VARIABLES).success
    assert shop.query("select event_count from sessions") == [(1,), (1,)]
    batches = shop.query("select max(batch) from loaded_slices")
    assert shop.dbt(*REFRESH, **VARIABLES).success
    assert shop.query("select max(batch) from loaded_slices") == batches
    assert shop.query("select count(*) from events") == [(2,)]


def test_rows_that_say_no_slice_are_one(shop: Project) -> None:
    path = shop.root / "models/staging/shop/stg_shop__events.sql"
    path.write_text(re.sub(r".* as slice,\n", "", path.read_text()))
    write(shop, click(1, 0))
    shop.build(**VARIABLES)
    write(shop, click(1, 0), click(2, 10))
    assert shop.dbt(*REFRESH, **VARIABLES).success
    assert shop.query("select event_count from sessions") == [(2,)]
    assert shop.query("select slice, row_count from loaded_slices") == [("shop", 2)]


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        (("customer as user_id", "customer as userid"), "stg_shop__events has no column user_id: "),
        (
            ("clicked_at at time zone 'UTC' as", "clicked_at as"),
            "The column event_at of stg_shop__events is TIMESTAMP WITH TIME ZONE: expected a"
            " timestamp in UTC, without a time zone.",
        ),
    ],
)
def test_a_mistake_in_the_model_is_told_before_it_is_loaded(
    shop: Project, mistake: tuple[str, str], sentence: str
) -> None:
    path = shop.root / "models/staging/shop/stg_shop__events.sql"
    right = path.read_text()
    path.write_text(right.replace(*mistake))
    write(shop, click(1, 0))
    result = shop.dbt("build", *SEEDS_AND_MODELS, **VARIABLES)
    assert not result.success
    assert sentence in result.output
    path.write_text(right)
    shop.build(**VARIABLES)
    assert shop.query("select event_count from sessions") == [(1,)]


def test_files_of_one_s_own(copy: Project) -> None:
    """As the documentation has them, beside files that another source reads."""
    folder = copy.root / "models/staging/acme"
    folder.mkdir()
    sources, models = (block for block in blocks("yaml") if "acme" in block)
    (folder / "_acme__sources.yml").write_text(sources)
    (folder / "_acme__models.yml").write_text(models)
    (folder / "stg_acme__events.sql").write_text(blocks("sql")[-1])
    events = copy.folder / "events"
    events.mkdir()
    (events / "a.json").write_text('{"uid": "u1", "what": "Play", "when_ms": 1767261600000}\n1\n')
    (events / "b.csv").write_text("uid,what,when_ms\nu1,Play,1767261660000\n")
    (events / "c.csv").write_text("user_id,event_name,event_at\nu1,Play,2026-01-01 10:02:00\n")
    project = yaml.safe_load((copy.root / "dbt_project.yml").read_text())
    file_sources = [*project["vars"]["file_sources"], "acme"]
    copy.build(events, file_sources=file_sources)
    assert copy.query("select event_count from sessions") == [(3,)]
    accounting = "select slice, rejection_reason, row_count from event_accounting order by all"
    assert copy.query(accounting) == [
        ("acme/a.json", "unreadable_row", 1), ("acme/a.json", None, 1), ("acme/b.csv", None, 1),
        ("flat/c.csv", None, 1),
    ]  # fmt: skip
    # a mistake in the model is told before a row is loaded
    model = blocks("sql")[-1]
    (events / "a.json").write_text('{"uid": "u2", "what": "Play", "when_ms": 1767261600000}\n')
    for mistake, sentence in [
        (("    slice,\n", ""), "stg_acme__events has no column slice: found is_unreadable, "),
        (("_timestamp(", "_timestamptz("), "event_at of stg_acme__events is TIMESTAMP WITH TIME"),
    ]:
        (folder / "stg_acme__events.sql").write_text(model.replace(*mistake))
        result = copy.dbt("run", events=events, file_sources=file_sources)
        assert not result.success
        assert sentence in result.output
        assert copy.query("select distinct user_id from events") == [("u1",)]
    (folder / "stg_acme__events.sql").write_text(model)
    (folder / "_acme__models.yml").write_text(models.split("    config:")[0])
    result = copy.dbt("run", events=events, file_sources=file_sources)
    assert "stg_acme__events has no names in its meta" in result.error
    # the source is left out, or goes
    result = copy.dbt("run", events=events)
    assert ": expected acme in it, too. The variable event_source chooses" in result.error
    shutil.rmtree(folder)
    result = copy.dbt("run", events=events)
    assert "event_source is any of amplitude, clevertap, " in result.error
    assert " and was any of acme, amplitude, clevertap, " in result.error


def test_a_table_that_has_the_contract_s_columns(project: Project) -> None:
    """One variable is enough, as the documentation has it."""
    variables = yaml.safe_load(blocks("yaml")[2])["vars"]
    schema, table = variables["events_relation"].split(".")
    events = "'u' as user_id, 'Play' as event_name, timestamp '2026-01-01' as event_at"
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(
            f"create schema {schema}; create table {schema}.{table} as select {events}"
        )
    project.build(**variables)
    assert project.query("select user_id, event_count from sessions") == [("u", 1)]
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(f"insert into {schema}.{table} select 'v', 'Play', '2026-01-01'")
    assert project.dbt(*REFRESH, **variables).success
    assert project.query("select user_id from sessions order by all") == [("u",), ("v",)]
