"""What a run costs, by what arrives and how much is stored already.

    make bench                                   1, 10 and 50 million events, 500 runs in a row
    python bench/increments.py --runs 50 1e6     less

Seconds of SQL are those of dbt's log; those of a model or the hook, which dbt reports, hold what
dbt does around the SQL, too. Its start and parse are in neither. Writes its part of
bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from generate import DAYS, generate, query_of_day
from results import write_part

ROOT = Path(__file__).parents[1]
REFRESH = ("run", "--selector", "refresh")  # what a scheduler runs
REPEATS = 3
NAMED = 0.1  # seconds above which a model is named
MEMORY = "4GB"

TITLE = "What an increment costs"
REPORT = """`make bench` wrote this on {day}: {machine}, {versions}, memory limit {memory}.
Medians of {repeats} deliveries of each kind. Histories are of 90 days; a five-minute delivery is
what arrives in five minutes of such a day.

{costs}
{models}
{creep}
{bot}"""


@dataclass
class Run:
    """A run of dbt: seconds of SQL, seconds by model, rows that arrived, rows that it wrote."""

    sql: float
    models: dict[str, float]
    read: int
    written: int


@dataclass
class Warehouse:
    """The project over a folder of events, in a DuckDB file of its own."""

    folder: Path
    source: str = "flat"
    is_in_process: bool = False  # spares dbt's start, but its memory can't be told
    memory: float = 0.0  # the last run's peak, in GiB

    @property
    def events(self) -> Path:
        return self.folder / "events"

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "EVENTS_PATH": str(self.events),
            "WAREHOUSE_PATH": str(self.file),
            "WAREHOUSE_MEMORY": MEMORY,
            "WAREHOUSE_THREADS": str(os.cpu_count()),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_PROJECT_DIR": str(ROOT),
            "DBT_PROFILES_DIR": str(ROOT),
        }

    def dbt(self, *command: str) -> Run:
        arguments = ["--quiet", *command, "--vars", f"event_source: {self.source}"]
        if self.is_in_process:
            os.environ.update(self.settings)
            is_right = dbtRunner().invoke(arguments).success
            DuckDBConnectionManager.close_all_connections()
        else:
            process = subprocess.Popen(
                [Path(sys.executable).with_name("dbt"), *arguments],
                env=dict(os.environ) | self.settings,
            )
            _, status, usage = os.wait4(process.pid, 0)
            is_right = status == 0
            self.memory = usage.ru_maxrss / 2**20
        if not is_right:
            raise SystemExit(f"dbt {' '.join(command)} failed")
        results = json.loads((self.folder / "target" / "run_results.json").read_text())
        log = self.folder / "logs" / "dbt.log"
        seconds = re.findall(r"SQL status: .* in ([0-9.]+) seconds", log.read_text())
        log.write_text("")
        return Run(
            sum(map(float, seconds)),
            {
                result["unique_id"].split(".")[-1]: result["execution_time"]
                for result in results["results"]
                if not result["unique_id"].startswith("seed.")
            },
            *self.rows(),
        )

    def rows(self) -> tuple[int, int]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute("""
                with
                arrivals as (select slice from main_internal.int_slices_this_run),
                batches as (select max(batch) as batch from loaded_slices)
                select
                    (select coalesce(sum(row_count), 0) from loaded_slices
                    where slice in (from arrivals)),
                    (select count(*) from main_internal.int_event_log as log, batches
                    where log.batch = batches.batch
                        and exists (from arrivals))
            """).fetchone()

    def deliver(self, name: str, query: str) -> Run:
        """Write a file of the query's rows, and run."""
        path = self.events / f"{name}.parquet"
        duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")
        settled = time.time() - 10
        os.utime(path, (settled, settled))
        return self.dbt(*REFRESH)


def five_minutes(events: int, number: int) -> str:
    """The events of one of the five-minute stretches after the history."""
    day, stretch = divmod(number, 288)
    start = f"timestamp '2026-01-01' + interval {DAYS + day} day + interval {5 * stretch} minute"
    return (
        f"from ({query_of_day(events, DAYS + day)}) where event_at >= {start}"
        f" and event_at < {start} + interval 5 minute"
    )


def late(warehouse: Warehouse, number: int) -> str:
    """A thousand events of users that are there, spread over the history, loaded now."""
    return f"""
        select * replace (
            'late-{number}-' || event_id as event_id,
            event_at + interval 7 minute as event_at,
            timestamp '2026-05-01' as loaded_at
        )
        from read_parquet('{warehouse.events}/day-*.parquet')
        using sample reservoir (1000 rows) repeatable ({number})
    """


def deliveries(warehouse: Warehouse, events: int) -> dict[str, list[Run]]:
    """Each kind of delivery, several times."""
    runs: dict[str, list[Run]] = {}
    for number in range(REPEATS):
        for kind, name, query in (
            ("five minutes", f"five-{number}", five_minutes(events, number)),
            ("1,000 events, 90 days late", f"late-{number}", late(warehouse, number)),
            ("a day", f"whole-{number}", f"from ({query_of_day(events, DAYS + 1 + number)})"),
        ):
            runs.setdefault(kind, []).append(warehouse.deliver(name, query))
        runs.setdefault("nothing", []).append(warehouse.dbt(*REFRESH))
    return runs


def middle(runs: list[Run]) -> Run:
    """The run whose seconds are the median."""
    return sorted(runs, key=lambda run: run.sql)[len(runs) // 2]


def creep(folder: Path, events: int, count: int) -> str:
    """Many five-minute deliveries in a row: the time of a run and the size of the file."""
    warehouse = Warehouse(folder, is_in_process=True)
    generate(warehouse.events, events)
    warehouse.dbt("build", "--resource-type", "seed", "model")
    totals = [
        warehouse.deliver(f"five-{number:04}", five_minutes(events, number)).sql
        for number in range(count)
    ]
    size = warehouse.file.stat().st_size
    warehouse.file.unlink()
    warehouse.dbt("build", "--resource-type", "seed", "model")
    anew = warehouse.file.stat().st_size
    part = max(1, count // 10)
    first, last = statistics.median(totals[:part]), statistics.median(totals[-part:])
    return (
        f"## {count} five-minute deliveries in a row, on {events:,} events\n\n"
        f"The first tenth of the runs takes {first:.2f} s of SQL each (median), the last\n"
        f"{last:.2f} s: {last / first:.2f} times. The file has {size / 2**20:,.0f} MiB, a build\n"
        f"from scratch {anew / 2**20:,.0f} MiB: {size / anew:.2f} times.\n"
    )


def bot(folder: Path) -> str:
    """A session of a million events that never ends, and one more event."""
    warehouse = Warehouse(folder)
    warehouse.events.mkdir(parents=True)
    query = """
        select
            'bot-' || number as event_id, 'bot' as user_id, 'Page Viewed' as event_name,
            timestamp '2026-01-01' + to_seconds(8 * number) as event_at,
            repeat('x', 400) as properties, event_at as loaded_at
        from range({first}, {last}) as numbers (number)
    """
    first = query.format(first=0, last=1_000_000)
    duckdb.execute(f"copy ({first}) to '{warehouse.events}/bot.parquet' (format parquet)")
    full = warehouse.dbt("build", "--resource-type", "seed", "model")
    run = warehouse.deliver("next", query.format(first=1_000_000, last=1_000_001))
    return (
        "## A session of a million events\n\n"
        f"Its full build takes {full.sql:.1f} s of SQL; one more event of it {run.sql:.1f} s, for"
        f" the session\nis cut again whole: {run.written:,} rows are written.\n"
    )


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def table_of_costs(costs: dict[int, dict[str, list[Run]]], memory: dict[int, float]) -> str:
    rows = []
    for kind in next(iter(costs.values())):
        for events, runs in costs.items():
            run = middle(runs[kind])
            peak = f"{memory[events]:.1f} GiB" if kind == "full build" else ""
            models = sum(run.models.values())
            figures = [f"{run.read:,}", f"{run.written:,}", f"{run.sql:.2f}", f"{models:.2f}", peak]
            rows.append([kind, f"{events:,}", *figures])
    header = ["delivery", "events stored", "rows read", "rows written"]
    header += ["seconds of SQL", "seconds of models", "peak memory"]
    return "## By delivery and history\n\n" + table(header, rows)


def table_of_models(costs: dict[int, dict[str, list[Run]]]) -> str:
    rows = []
    kinds = [kind for kind in next(iter(costs.values())) if kind != "full build"]
    for name in middle(costs[max(costs)]["nothing"]).models:
        for events, runs in costs.items():
            seconds = [middle(runs[kind]).models.get(name, 0.0) for kind in kinds]
            if max(seconds) >= NAMED:
                rows.append([f"`{name}`", f"{events:,}", *(f"{value:.2f}" for value in seconds)])
    title = f"## Seconds of models that take {NAMED} s and more\n\n"
    return title + table(["model", "events stored", *kinds], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure increments.")
    parser.add_argument("events", type=float, nargs="*", default=[1e6, 1e7, 5e7])
    parser.add_argument("--runs", type=int, default=500, help="deliveries in a row")
    arguments = parser.parse_args()
    costs: dict[int, dict[str, list[Run]]] = {}
    memory: dict[int, float] = {}
    for events in map(int, arguments.events):
        with tempfile.TemporaryDirectory() as name:
            warehouse = Warehouse(Path(name))
            generate(warehouse.events, events)
            full = warehouse.dbt("build", "--resource-type", "seed", "model")
            memory[events] = warehouse.memory
            costs[events] = {"full build": [full], **deliveries(warehouse, events)}
    with tempfile.TemporaryDirectory() as name:
        creeping = creep(Path(name), int(min(arguments.events)), arguments.runs)
    with tempfile.TemporaryDirectory() as name:
        endless = bot(Path(name))
    report = REPORT.format(
        day=time.strftime("%Y-%m-%d"),
        machine=f"{os.cpu_count()} cores ({platform.machine()})",
        versions=f"Python {platform.python_version()}, DuckDB {duckdb.__version__}",
        memory=MEMORY,
        repeats=REPEATS,
        costs=table_of_costs(costs, memory),
        models=table_of_models(costs),
        creep=creeping,
        bot=endless,
    )
    write_part(TITLE, report)


if __name__ == "__main__":
    main()
