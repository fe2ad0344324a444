"""What a refresh costs step by step, and what other ways to publish cost.

    python bench/publishing.py                   1 and 10 million events
    python bench/publishing.py 1e6 1e7 5e7       50 million, too (40 GB of disk)

The refreshes run one after the other in one process, as with --every. CPU seconds hold those of
the process that writes the page. Writes its part of bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import functools
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from generate import generate
from increments import ROOT, Warehouse, five_minutes, late, table
from results import write_part

sys.path.insert(0, str(ROOT / "operations"))
import publish
import refresh
from run import Dbt
from settings import read_settings
from warehouse import connect

REPEATS = 3
TITLE = "What a refresh and its publication cost"
REPORT = """`python bench/publishing.py` wrote this on {day}: {machine}, {versions}.
Medians of {repeats} refreshes of each kind, in a process that stays; each cell is seconds / CPU
seconds. Publishing compares, records and checkpoints, and has four more steps, which are told
apart. A copy of the file is published, and the file system cannot clone blocks.

{steps}
## Ways to publish what the warehouse holds

Until it is on the disk.

{ways}"""
# what is called for each step
STEPS = {
    "lock": (refresh, "connect_when_free"),
    "dbt": (Dbt, "refresh"),
    "publishing": (refresh, "publish_news"),
    "copy": (publish, "copy"),
    "fsync": (publish, "synchronize"),
    "check": (publish, "check"),
    "rename": (Path, "replace"),  # the kernel also frees the blocks of the old file
    "page": (refresh, "write_page"),
}
Costs = dict[str, tuple[float, float]]  # by step: seconds, CPU seconds
costs: Costs = defaultdict(lambda: (0.0, 0.0))  # of what is being measured


@contextmanager
def measured(step: str) -> Iterator[None]:
    seconds, cpu = clocks()
    yield
    seconds_after, cpu_after = clocks()
    total, total_cpu = costs[step]
    costs[step] = (total + seconds_after - seconds, total_cpu + cpu_after - cpu)


def clocks() -> tuple[float, float]:
    """The time, and the CPU seconds of this process and of those that it has waited for."""
    return time.perf_counter(), sum(os.times()[:4])


def measure_steps() -> None:
    """Let each step of a refresh add to `costs`."""

    def measuring(function: Callable, step: str) -> Callable:
        @functools.wraps(function)
        def call(*arguments: Any, **options: Any) -> Any:
            with measured(step):
                return function(*arguments, **options)

        return call

    for step, (owner, name) in STEPS.items():
        setattr(owner, name, measuring(getattr(owner, name), step))


def refreshes(warehouse: Warehouse, events: int) -> dict[str, list[Costs]]:
    """What refreshes cost, by what has arrived."""
    settings = read_settings()
    dbt = Dbt(settings.project, "event_source: flat", is_shown=False)
    chosen = refresh.arguments(["--page", str(warehouse.folder / "page.html")])
    runs: dict[str, list[Costs]] = defaultdict(list)

    def run(kind: str) -> None:
        costs.clear()
        with measured("all"):
            refresh.refresh(settings, dbt, chosen)
        runs[kind].append(defaultdict(lambda: (0.0, 0.0), costs))

    run("all of it")
    for number in range(REPEATS):
        for kind, query in (
            ("five minutes", five_minutes(events, number)),
            ("1,000 events, 90 days late", late(warehouse, number)),
        ):
            path = warehouse.events / f"{kind}-{number}.parquet"
            duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")
            os.utime(path, (time.time() - 10,) * 2)
            run(kind)
        run("nothing")
    return runs


def line_of_steps(kind: str, events: int, runs: list[Costs]) -> list[str]:
    middle = {
        step: [
            statistics.median(values) for values in zip(*(run[step] for run in runs), strict=True)
        ]
        for step in ["all", *STEPS]
    }
    share = middle["publishing"][1] / middle["all"][1]
    return [
        kind,
        f"{events:,}",
        *(f"{seconds:.2f} / {cpu:.2f}" for seconds, cpu in middle.values()),
        f"{share:.0%}",
    ]


def ways(warehouse: Warehouse) -> list[list[str]]:
    """What each way to publish costs, and how much it writes."""
    lines = []
    with warehouse.file.open("rb") as file, connect(warehouse.file) as connection:
        (database,) = connection.execute("select current_database()").fetchone()
        marts = connection.execute(publish.MARTS, [database, "main"]).fetchall()

        def parquet(target: Path) -> None:
            target.mkdir()
            for mart, _ in marts:
                connection.execute(f"copy (from main.{mart}) to '{target}/{mart}.parquet'")

        for way, write in {
            "a copy of the file": lambda target: publish.copy(file, target),
            "the marts, as tables": lambda target: publish.write_marts(connection, target, "main"),
            "the marts, as Parquet files": parquet,
        }.items():
            target = warehouse.folder / f"way-{len(lines)}"
            costs.clear()
            with measured("all"):
                write(target)
                files = list(target.iterdir()) if target.is_dir() else [target]
                for written in files:
                    publish.synchronize(written)
            seconds, cpu = costs["all"]
            size = sum(written.stat().st_size for written in files)
            lines.append([way, f"{seconds:.1f}", f"{cpu:.1f}", f"{size / 2**20:,.0f} MiB"])
            for written in files:
                written.unlink()
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure refreshes and ways to publish.")
    parser.add_argument("events", type=float, nargs="*", default=[1e6, 1e7])
    sizes = [int(events) for events in parser.parse_args().events]
    lines: dict[str, list[list[str]]] = defaultdict(list)
    lines_of_ways = []
    measure_steps()
    os.chdir(ROOT)
    for events in sizes:
        with tempfile.TemporaryDirectory() as name:
            warehouse = Warehouse(Path(name))
            generate(warehouse.events, events)
            os.environ |= warehouse.settings
            os.environ["PUBLISHED_PATH"] = f"{name}/published/{warehouse.file.name}"
            for kind, runs in refreshes(warehouse, events).items():
                lines[kind].append(line_of_steps(kind, events, runs))
            for way, *cells in ways(warehouse):
                lines_of_ways.append([way, f"{events:,}", *cells])
    header = ["what arrives", "events stored", "all", *STEPS, "share of publishing"]
    report = REPORT.format(
        day=time.strftime("%Y-%m-%d"),
        machine=f"{os.cpu_count()} cores ({platform.machine()})",
        versions=f"Python {platform.python_version()}, DuckDB {duckdb.__version__}",
        repeats=REPEATS,
        steps=table(header, [line for of_kind in lines.values() for line in of_kind]),
        ways=table(["way", "events", "seconds", "CPU seconds", "size"], lines_of_ways),
    )
    write_part(TITLE, report)


if __name__ == "__main__":
    main()
