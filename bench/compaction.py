"""What many runs leave behind on Spark, and what the operation compact_tables makes of it.

    .spark/bin/python bench/compaction.py                  20,000 events, 50 runs
    .spark/bin/python bench/compaction.py 1e6 --runs 10    others

Each run loads what arrives in five minutes, and 20 events more from any of the 90 days. Spark
works in this process, on two cores. Writes its part of bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from generate import generate
from increments import REFRESH, ROOT, Warehouse, five_minutes, late
from results import write_part

sys.path.insert(0, str(ROOT / "tests" / "spark"))
from engines import Engines

TITLE = "What many runs leave on Spark"
REPORT = """`bench/compaction.py` wrote this on {day}: {cores} cores, {events:,} events of 90 days,
in the target spark_local, a shuffle in one partition. Each of {runs} runs loads what arrives in
five minutes, and {late} events more from any of the 90 days. Files and snapshots are those of the
log. The size is that of all tables with their metadata. Seconds are those of the step.

| after | seconds | files of rows | files of deletes | snapshots | size of all tables |
|---|---|---|---|---|---|
{steps}
"""
LATE_EVENTS = 20
LOG = "lake.session_analytics_internal.int_event_log"


class Lake:
    """The tables of Spark in `folder`, and the rows of the report."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.engines = Engines(folder, is_small=True)  # what costs is planning, not rows
        self.steps: list[str] = []

    def count(self, metadata: str) -> int:
        rows = self.engines.start_spark().sql(f"select count(*) from {LOG}.{metadata}")
        return rows.collect()[0][0]

    def step(self, name: str, *command: str, is_told: bool = True) -> None:
        """A command of dbt, and what it leaves if that is to be told."""
        start = time.monotonic()
        self.engines.run_on_spark(*command)
        seconds = time.monotonic() - start
        if not is_told:
            return
        tables = self.folder / "lake"
        size = sum(path.stat().st_size for path in tables.rglob("*") if path.is_file())
        figures = [
            f"{seconds:.0f}",
            *(str(self.count(of)) for of in ("data_files", "delete_files", "snapshots")),
            f"{size / 1e6:,.0f} MB",
        ]
        self.steps.append("| " + " | ".join([name, *figures]) + " |")
        print(self.steps[-1], flush=True)

    def deliver(self, history: Warehouse, events: int, number: int) -> None:
        path = self.folder / "delivery.parquet"
        duckdb.execute(f"""
            copy (
                {five_minutes(events, number)}
                union all by name
                select * replace (loaded_at + interval {number} hour as loaded_at)
                from ({late(history, number)}) limit {LATE_EVENTS}
            ) to '{path}' (format parquet)
        """)
        self.engines.tell_spark(f"insert into lake.input.events select * from parquet.`{path}`")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure small files on Spark.")
    parser.add_argument("events", type=float, nargs="?", default=2e4)
    parser.add_argument("--runs", type=int, default=50)
    arguments = parser.parse_args()
    events = int(arguments.events)
    with tempfile.TemporaryDirectory() as name:
        history = Warehouse(Path(name) / "history")
        generate(history.events, events)
        lake = Lake(Path(name) / "engines")
        lake.engines.load(history.events / "*.parquet")
        lake.step("the first build", "build", "--resource-type", "seed", "--resource-type", "model")
        for number in range(1, arguments.runs + 1):
            lake.deliver(history, events, number)
            is_told = number == 1 or number % 10 == 0
            lake.step(f"run {number}", *REFRESH, is_told=is_told)
        lake.step("`compact_tables`", "run-operation", "compact_tables", "--args", "{days: 0}")
        lake.deliver(history, events, arguments.runs + 1)
        lake.step("one run more", *REFRESH)
        lake.engines.stop_spark()
    write_part(
        TITLE,
        REPORT.format(
            day=time.strftime("%Y-%m-%d"),
            cores=os.cpu_count(),
            events=events,
            runs=arguments.runs,
            late=LATE_EVENTS,
            steps="\n".join(lake.steps),
        ),
    )


if __name__ == "__main__":
    main()
