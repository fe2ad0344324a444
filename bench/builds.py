"""What a full build costs, beside the cheapest and the usual ways, in one run.

    make bench                   1, 10 and 50 million events
    python bench/builds.py 1e6   fewer

Each candidate runs in a process and a DuckDB file of its own, in turn, so that a noisy machine is
noisy for all; ratios are of medians. Writes its part of bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import dbt.version
import duckdb
from generate import generate
from results import write_part

ROOT = Path(__file__).parents[1]
MEMORY = "3GB"
ROUNDS = 3
LARGE = 20_000_000  # events from which on one round must do
TEXTS = 10_000_000  # events of which a tenth is measured as text, too

COPY = "create table events as select * from {rows}"

# The session step alone, over the events: no copies chosen, nothing rejected or left out.
TEXTBOOK = """
    create table events as
    with
    lagged as (
        select *, lag(event_at) over (partition by user_id order by event_at, event_id) as last_at
        from {rows}
    ),
    numbered as (
        select
            *,
            sum((last_at is null or event_at - last_at >= interval 20 minute)::integer) over (
                partition by user_id order by event_at, event_id
            ) as session_number
        from lagged
    )
    select *, min(event_at) over (partition by user_id, session_number) as session_started_at
    from numbered
"""
WINDOWS = """
    create table events as
    with
    started as (
        select
            *,
            case
                when event_at - lag(event_at) over (
                    partition by user_id order by event_at, event_id
                ) < interval 20 minute then null
                else event_at
            end as started_at
        from {rows}
    )
    select
        *,
        max(started_at) over (
            partition by user_id order by event_at, event_id
        ) as session_started_at
    from started
"""


TITLE = "What a full build costs"
REPORT = """`make bench` wrote this on {day}: {machine}, {versions}, memory limit {memory}. Seconds
differ from machine to machine; ratios are what counts. Medians of {rounds} rounds, taken in turn,
of the largest of one; the two kinds of windows once. Events are of 90 days, one in a hundred twice,
with {width:.0f} characters of properties each.

{parquet}
The textbook and the windows cut sessions and nothing else: they choose no copy of an event,
reject and leave out nothing, and give no ids.

{texts}
The log reads a source three times: once for the keys of all events, once for the events that have
copies, once for all that is written (to write it first and read it back would cost a copy more).
JSON lines are read once more for the names of their columns, CSV once more for the lines that
DuckDB leaves out, both before anything is written.
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of SQL, and the process's peak memory in GiB."""

    seconds: float
    memory: float


def run(command: list[str], environment: dict[str, str]) -> tuple[str, float]:
    """Run a process; give what it printed and its peak memory in GiB."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read().decode()
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{text}")
    return text, usage.ru_maxrss / 2**20


def plain_sql(sql: str, rows: str, folder: Path) -> Cost:
    """A statement in a fresh DuckDB file with the settings of the profile."""
    warehouse = folder / "plain.duckdb"
    warehouse.unlink(missing_ok=True)
    script = f"""
import time, duckdb
connection = duckdb.connect(
    {str(warehouse)!r},
    config={{"storage_compatibility_version": "v1.4.0", "memory_limit": {MEMORY!r}}},
)
started = time.perf_counter()
connection.execute({sql.format(rows=rows)!r})
print(time.perf_counter() - started)
"""
    text, memory = run([sys.executable, "-c", script], dict(os.environ))
    warehouse.unlink()
    return Cost(float(text.split()[-1]), memory)


def dbt_build(events: Path, folder: Path) -> dict[str, Cost]:
    """The project's models, by name, in a fresh warehouse: what dbt says they took."""
    warehouse = folder / "bench.duckdb"
    warehouse.unlink(missing_ok=True)
    environment = dict(os.environ) | {
        "EVENTS_PATH": str(events),
        "WAREHOUSE_PATH": str(warehouse),
        "WAREHOUSE_MEMORY": MEMORY,
        "WAREHOUSE_THREADS": str(os.cpu_count()),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    command = [sys.executable, "-m", "dbt.cli.main", "build", "--resource-type", "seed", "model"]
    _, memory = run([*command, "--vars", "event_source: flat"], environment)
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return {
        result["unique_id"].split(".")[-1]: Cost(result["execution_time"], memory)
        for result in results
        if result["unique_id"].startswith("model.")
    }


def median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.seconds for cost in costs), max(cost.memory for cost in costs)
    )


def compare(
    events: Path, rows: str, folder: Path, rounds: int, with_windows: bool
) -> dict[str, Cost]:
    """The candidates over the same events: name to cost."""
    copies, logs, builds = [], [], []
    by_model: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        copies.append(plain_sql(COPY, rows, folder))
        models = dbt_build(events, folder)
        for name, cost in models.items():
            by_model.setdefault(name, []).append(cost)
        logs.append(models["int_event_log"])
        memory = logs[-1].memory
        builds.append(Cost(sum(cost.seconds for cost in models.values()), memory))
    costs = {
        "bare copy of the rows": median(copies),
        "the log (`int_event_log`)": median(logs),
        "all models": median(builds),
    }
    if with_windows:
        costs["textbook: lag, running sum, min"] = plain_sql(TEXTBOOK, rows, folder)
        costs["windows over the events: lag, running max"] = plain_sql(WINDOWS, rows, folder)
    for name, model_costs in by_model.items():
        cost = median(model_costs)
        if cost.seconds >= 0.2 and name != "int_event_log":
            costs[f"of these: `{name}`"] = cost
    return costs


def table(title: str, costs: dict[str, Cost]) -> str:
    """The costs as Markdown, with the ratio to the first."""
    base = next(iter(costs.values())).seconds
    lines = [f"## {title}\n", "| | seconds | times the copy | peak memory |", "|---|---|---|---|"]
    for name, cost in costs.items():
        lines.append(
            f"| {name} | {cost.seconds:.1f} | {cost.seconds / base:.2f} | {cost.memory:.1f} GiB |"
        )
    return "\n".join(lines) + "\n"


def text_formats(events: Path, folder: Path) -> dict[str, dict[str, Cost]]:
    """The first tenth of the days as JSON lines and as CSV."""
    readers = {"jsonl": ("json", "read_json"), "csv": ("csv", "read_csv")}
    costs = {}
    for extension, (format_, reader) in readers.items():
        target = folder / extension
        target.mkdir()
        for path in sorted(events.glob("*.parquet"))[:9]:
            duckdb.execute(
                f"copy (from '{path}') to '{target / path.stem}.{extension}' (format {format_})"
            )
        rows = f"{reader}('{target}/*.{extension}')"
        costs[extension] = compare(target, rows, folder, ROUNDS, with_windows=False)
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a full build.")
    parser.add_argument("events", type=float, nargs="*", default=[1e6, 1e7, 5e7])
    parquet, texts = [], []
    for count in map(int, parser.parse_args().events):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            events = folder / "events"
            generate(events, count)
            files = f"read_parquet('{events}/*.parquet')"
            ((rows, width),) = duckdb.execute(
                f"select count(*), avg(length(properties)) from {files}"
            ).fetchall()
            rounds = ROUNDS if count < LARGE else 1
            costs = compare(events, files, folder, rounds, with_windows=True)
            parquet.append(table(f"Parquet, {rows:,} events", costs))
            if count == TEXTS:
                for extension, costs in text_formats(events, folder).items():
                    texts.append(table(f"{extension}, a tenth of {rows:,} events", costs))
    report = REPORT.format(
        day=time.strftime("%Y-%m-%d"),
        machine=f"{os.cpu_count()} cores ({platform.machine()})",
        versions=f"Python {platform.python_version()}, DuckDB {duckdb.__version__},"
        f" dbt {dbt.version.__version__}",
        memory=MEMORY,
        rounds=ROUNDS,
        width=width,
        parquet="\n".join(parquet),
        texts="\n".join(texts),
    )
    write_part(TITLE, report)


if __name__ == "__main__":
    main()
