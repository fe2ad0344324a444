"""What a CleverTap export in thousands of small files costs: a first load, and deliveries after it.

    make bench                          5,000 files
    python bench/exports.py 500         fewer

Three of five files are JSON lines, one is CSV, one Parquet, the texts compressed. Writes its part
of bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import duckdb
from increments import REFRESH, Run, Warehouse
from results import write_part

ROWS = 40  # a file
EVENT_NAMES = 60
DELIVERED = 12  # files that arrive in five minutes: one for each event that happened
TITLE = "What an export in small files costs"
REPORT = """`make bench` wrote this on {day}. {files:,} files of {rows} events each, of {names}
kinds: three of five are JSON lines, one is CSV, one Parquet. Five minutes bring {delivered} files
more. Seconds of all, dbt's start with it.

| | seconds | of these SQL | rows | peak memory |
|---|---|---|---|---|
{lines}
"""

EVENTS = """
    select
        strftime(
            timestamp '2026-01-01' + ({number} * 300 + number * 7) * interval 1 second,
            '%Y%m%d%H%M%S'
        )::bigint as ts,
        'Event {kind}' as "eventName",
        'u' || ({number} * 31 + number) % 5000 as identity,
        'Android' as platform,
        'Mobile' as source,
        'Song ' || number as song
    from range({rows}) as numbers (number)
"""
JSON = """
    select
        ts,
        "eventName",
        {{'identity': identity, 'platform': platform}} as profile,
        {{'CT Source': source, 'Song': song}} as "eventProps"
    from ({events})
"""
FLAT = """
    select
        ts,
        "eventName",
        identity as "profile.identity",
        platform as "profile.platform",
        source as "eventProps.CT Source",
        song as "eventProps.Song {kind}"
    from ({events})
"""
SHAPES = {
    "json.gz": (JSON, "format json, compression gzip"),
    "csv.gz": (FLAT, "format csv, compression gzip"),
    "parquet": (FLAT, "format parquet"),
}


def write(folder: Path, number: int) -> None:
    """The file of a number: each is of one event, as the vendor's are."""
    extension = ["json.gz", "csv.gz", "json.gz", "parquet", "json.gz"][number % 5]
    select, options = SHAPES[extension]
    kind = number % EVENT_NAMES
    events = EVENTS.format(number=number, kind=kind, rows=ROWS)
    name = f"1714112417-{1767300000 + number * 300}-Event_{kind}-20260101-{number}-tunebox"
    path = folder / f"{name}.{extension}"
    duckdb.execute(f"copy ({select.format(events=events, kind=kind)}) to '{path}' ({options})")
    settled = time.time() - 10
    os.utime(path, (settled, settled))


def line(name: str, warehouse: Warehouse, *command: str) -> str:
    started = time.perf_counter()
    run: Run = warehouse.dbt(*command)
    seconds = time.perf_counter() - started
    return f"| {name} | {seconds:.1f} | {run.sql:.1f} | {run.read:,} | {warehouse.memory:.1f} GiB |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure an export in small files.")
    parser.add_argument("files", type=int, nargs="?", default=5000)
    count = parser.parse_args().files
    with tempfile.TemporaryDirectory() as name:
        warehouse = Warehouse(Path(name), source="clevertap")
        warehouse.events.mkdir()
        for number in range(count):
            write(warehouse.events, number)
        lines = [line("first load", warehouse, "build", "--resource-type", "seed", "model")]
        for delivery in range(2):
            for number in range(DELIVERED):
                write(warehouse.events, count + delivery * DELIVERED + number)
            lines.append(line("five minutes", warehouse, *REFRESH))
        lines.append(line("nothing", warehouse, *REFRESH))
    write_part(
        TITLE,
        REPORT.format(
            day=time.strftime("%Y-%m-%d"),
            files=count,
            rows=ROWS,
            names=EVENT_NAMES,
            delivered=DELIVERED,
            lines="\n".join(lines),
        ),
    )


if __name__ == "__main__":
    main()
