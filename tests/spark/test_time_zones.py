"""Do both engines say the same of 30 time zones, at every change of clocks from 2015 to 2027?"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
from dbt.cli.main import dbtRunner
from engines import Engines

# both engines know the same rules of these. Of America/Havana they do not, from November 2026:
# DuckDB 2.0.1 knows a rule that Java 17.0.15 does not.
# north and south, halves and quarters of hours, changes by half an hour and by two hours, changes
# at midnight, zones that gave up their changes or changed their offset, and zones without changes
ZONES = [
    "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Tripoli", "Africa/Windhoek",
    "America/Anchorage", "America/Caracas", "America/Los_Angeles",
    "America/New_York", "America/Santiago", "America/Sao_Paulo", "America/St_Johns",
    "Antarctica/Troll", "Asia/Amman", "Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata",
    "Asia/Pyongyang", "Asia/Tehran", "Asia/Tokyo", "Atlantic/Azores", "Australia/Adelaide",
    "Australia/Lord_Howe", "Europe/Berlin", "Europe/Dublin", "Europe/Istanbul", "Europe/London",
    "Europe/Volgograd", "Pacific/Apia", "Pacific/Chatham",
]  # fmt: skip
FIRST, END = datetime(2015, 1, 1), datetime(2028, 1, 1)
QUARTER = timedelta(minutes=15)
COLUMNS = """
    zone, given_at, {{ utc_to_local('given_at', zone) }} as local_at,
    {{ hour_as_text(utc_to_local('given_at', zone)) }} as local_hour,
    {{ utc_to_local('given_at', zone) }}::date as local_day,
    {{ weekday_of(utc_to_local('given_at', zone) ~ '::date') }} as local_weekday,
    {{ local_to_utc('given_at', zone) }} as utc_at
"""
QUERY = (
    f"{{% for zone in {ZONES} %}}"
    f"select {COLUMNS} from {{{{ var('events_relation') }}}} where zone = {{{{ literal(zone) }}}}"
    "{{ ' union all ' if not loop.last }}{% endfor %}"
)


def test_the_time_zones_are_the_same_on_both_engines(tmp_path: Path) -> None:
    engines = Engines(tmp_path, is_small=True)
    times = write_times(tmp_path / "times.parquet")
    engines.load(times)
    spark = engines.start_spark()
    exported = tmp_path / "times_of_spark"
    spark.sql(compiled(engines, "spark_local")).write.parquet(str(exported))
    engines.stop_spark()
    with duckdb.connect() as warehouse:  # dbt has the file open with settings of its own
        warehouse.execute("set TimeZone = 'UTC'; create schema input")
        warehouse.execute(f"create view input.events as from read_parquet('{times}')")
        warehouse.execute(f"create table ours as {compiled(engines, 'duckdb')}")
        warehouse.execute(f"create table theirs as from read_parquet('{exported}/*.parquet')")
        assert warehouse.execute("select count(distinct zone) from theirs").fetchone() == (30,)
        different = warehouse.execute(
            "(from ours except all from theirs) union all (from theirs except all from ours)"
        ).fetchall()
    assert Counter(zone for zone, *_ in different) == {}, sorted(different)[:10]


def compiled(engines: Engines, target: str) -> str:
    """The query as an engine spells it."""
    told = dbtRunner().invoke(engines.arguments(target, "compile", "--inline", QUERY))
    assert told.success
    return told.result.results[0].node.compiled_code


def write_times(path: Path) -> Path:
    """Writes each zone with its times, which are read in UTC and as local ones."""
    rows = [(zone, at) for zone in ZONES for at in sorted(set(times_of(zone)))]
    table = duckdb.connect()
    table.execute(
        "copy (select unnest($1::varchar[]) as zone, unnest($2::timestamp[]) as given_at)"
        f" to '{path}'",
        [list(column) for column in zip(*rows, strict=True)],
    )
    return path


def times_of(zone: str) -> Iterator[datetime]:
    """Every 37th hour, and the quarters around each change of clocks, in UTC and in local time."""
    at = FIRST
    while at < END:
        yield at
        at += timedelta(hours=37)
    for change in changes_of(zone):
        ways = {timedelta(0), offset(zone, change), offset(zone, change - timedelta(seconds=1))}
        for way in ways:
            yield change + way - timedelta(microseconds=1)
            yield from (change + way + quarter * QUARTER for quarter in range(-16, 17))


def changes_of(zone: str) -> Iterator[datetime]:
    """The times at which the offset of a zone changes, to the second."""
    days = [FIRST + timedelta(days=day) for day in range((END - FIRST).days + 1)]
    for before, after in pairwise(days):
        if offset(zone, before) != offset(zone, after):
            low, high = 0, 86400
            while high - low > 1:
                middle = (low + high) // 2
                is_before = offset(zone, before + timedelta(seconds=middle)) == offset(zone, before)
                low, high = (middle, high) if is_before else (low, middle)
            yield before + timedelta(seconds=high)


def offset(zone: str, at: datetime) -> timedelta:
    return at.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).utcoffset()


def test_the_times_hold_the_changes() -> None:
    """A check of the check."""
    assert list(changes_of("Europe/Berlin"))[:2] == [
        datetime(2015, 3, 29, 1),
        datetime(2015, 10, 25, 1),
    ]
    counts = {zone: len(list(changes_of(zone))) for zone in ZONES}
    assert counts["Europe/Berlin"] == 26 and counts["Asia/Kolkata"] == 0, counts
    assert sum(counts.values()) > 400, counts
