"""What builds and runs cost on a cluster of Spark, beside DuckDB on the same events.

    .spark/bin/python bench/spark.py                       5 million events, one and two workers
    .spark/bin/python bench/spark.py 1e6 --workers 2       fewer
    .spark/bin/python bench/spark.py 2e7 --short           a build and late events, not compared

The cluster is on this machine (tests/spark/cluster.py), a core for each worker. The engines run
one after the other. Spark's tasks and bytes are those of its event log; CPU seconds are those of
the processes. Writes its part of bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import duckdb
from generate import generate
from increments import REFRESH, ROOT, Warehouse, five_minutes, late
from results import write_part

sys.path.insert(0, str(ROOT / "tests" / "spark"))
from cluster import Cluster, free_port, stop_once
from engines import Engines

TITLE = "What Spark costs"
REPORT = """`bench/spark.py` wrote this on {day}: {machine}, {versions}. Each worker has one core
and {memory}, and a shuffle {partitions} partitions. CPU seconds of Spark are those of dbt / the
driver / the workers, and of DuckDB those of the whole command. The load is that of the machine in
the minute before the step ended, with this work.

| events | workers | step | engine | seconds | CPU s | of tasks | shuffled | spilled | load |
|---|---|---|---|---|---|---|---|---|---|
{costs}

The models whose tasks take most of the CPU seconds:

| events | workers | step | model | CPU s | shuffled |
|---|---|---|---|---|---|
{models}
"""
BUILD = ("build", "--resource-type", "seed", "--resource-type", "model")
MOST = 5  # models that are named
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(groups: set[int]) -> float:
    """Those of all processes in these groups, which are still there."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) in groups:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


class EventLog:
    """What Spark's tasks cost, by the node of dbt whose statement they work for."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.seen = 0  # events of earlier steps

    def read(self) -> dict[str, Counter]:
        """What has come since the last time."""
        lines = [
            line
            for path in sorted(self.folder.rglob("events_*"))
            for line in path.read_text().splitlines()
        ]
        costs: dict[str, Counter] = {}
        nodes: dict[int, str] = {}
        for event in map(json.loads, lines[self.seen :]):
            if event["Event"] == "SparkListenerJobStart":
                statement = event.get("Properties", {}).get("spark.job.description", "")
                node = statement.partition('"node_id": "')[2].partition('"')[0]
                nodes |= dict.fromkeys(event["Stage IDs"], node.rpartition(".")[2] or "the hooks")
            elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                task = event["Task Metrics"]
                cost = costs.setdefault(nodes.get(event["Stage ID"], "other"), Counter())
                cost["cpu"] += task["Executor CPU Time"] / 1e9
                cost["shuffled"] += task["Shuffle Write Metrics"]["Shuffle Bytes Written"] / 1e6
                cost["spilled"] += task["Disk Bytes Spilled"] / 1e6
        self.seen = len(lines)
        return costs


class Measurement:
    """Both engines over one history, and the rows of the two tables of the report."""

    def __init__(self, folder: Path, events: int, workers: int):
        os.environ.update(SPARK_PORT=str(free_port()), SPARK_EVENT_LOG=str(folder / "event-log"))
        self.folder = folder
        self.events = events
        self.workers = workers
        self.engines = Engines(folder, spark="spark")
        (folder / "conf").mkdir()
        (folder / "event-log").mkdir()
        (folder / "conf" / "spark-defaults.conf").write_text("spark.eventLog.compress false\n")
        os.environ["SPARK_CONF_DIR"] = str(folder / "conf")
        self.log = EventLog(folder / "event-log")
        self.costs: list[str] = []
        self.models: list[str] = []

    def step(self, name: str, cluster: Cluster, *command: str) -> None:
        """The command on both engines, in turn."""
        self.log.read()
        driver = {cluster.processes["thrift"].pid}
        workers = {process.pid for process in cluster.processes.values()} - driver
        before = cpu_seconds(driver), cpu_seconds(workers)
        seconds, of_dbt = self.dbt("spark", *command)
        of_driver = cpu_seconds(driver) - before[0]
        of_workers = cpu_seconds(workers) - before[1]
        by_model = self.log.read()
        total = sum(by_model.values(), Counter())
        megabytes = [f"{total[kind]:,.0f} MB" for kind in ("shuffled", "spilled")]
        self.add(
            *(name, "Spark", f"{seconds:,.0f}"),
            f"{of_dbt:,.0f} / {of_driver:,.0f} / {of_workers:,.0f}",
            *(f"{total['cpu']:,.1f}", *megabytes),
        )
        for model in sorted(by_model, key=lambda model: -by_model[model]["cpu"])[:MOST]:
            cost = by_model[model]
            figures = f"{cost['cpu']:,.1f} | {cost['shuffled']:,.0f} MB"
            row = f"{self.events:,} | {self.workers} | {name} | `{model}` | {figures}"
            print(row, flush=True)
            self.models.append(f"| {row} |")
        seconds, of_dbt = self.dbt("duckdb", *command)
        self.add(name, "DuckDB", f"{seconds:,.1f}", f"{of_dbt:,.1f}", "", "", "")

    def add(self, *cells: str) -> None:
        load = f"{os.getloadavg()[0]:.1f}"
        row = " | ".join([f"{self.events:,}", str(self.workers), *cells, load])
        print(row, flush=True)
        self.costs.append(f"| {row} |")

    def dbt(self, target: str, *command: str) -> tuple[float, float]:
        """Seconds and CPU seconds of dbt's process."""
        start = time.monotonic()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        dbt = Path(sys.executable).with_name("dbt")
        subprocess.run([dbt, *self.engines.arguments(target, *command)], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        of_dbt = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return time.monotonic() - start, of_dbt

    def deliver(self, query: str) -> None:
        """Adds the rows of a query of DuckDB to the table of each engine."""
        path = self.folder / "delivery.parquet"
        duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")
        with duckdb.connect(os.environ["WAREHOUSE_PATH"]) as warehouse:
            warehouse.execute(f"insert into input.events from read_parquet('{path}')")
        self.engines.tell_spark(f"insert into lake.input.events select * from parquet.`{path}`")

    def run(self, history: Warehouse, is_short: bool) -> None:
        port = int(os.environ["SPARK_PORT"])
        with Cluster(self.folder / "lake", port, free_port(), self.workers) as cluster:
            self.engines.load(history.events / "*.parquet")
            self.step("full build", cluster, *BUILD)
            if not is_short:
                self.step("nothing", cluster, *REFRESH)
                self.deliver(five_minutes(self.events, 0))
                self.step("five minutes", cluster, *REFRESH)
            self.deliver(late(history, 1))
            self.step("1,000 events, 90 days late", cluster, *REFRESH)
            compared = self.engines.compare() if not is_short else []
        differing = [row for row in compared if row[2] or row[3]]
        if differing:
            raise SystemExit(f"The marts differ: {differing}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure Spark beside DuckDB.")
    parser.add_argument("events", type=float, nargs="*", default=[5e6])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--short", action="store_true")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, stop_once)  # the cluster stops, too
    costs: list[str] = []
    models: list[str] = []
    for events in map(int, arguments.events):
        with tempfile.TemporaryDirectory() as name:
            history = Warehouse(Path(name))
            generate(history.events, events)
            for workers in arguments.workers:
                with tempfile.TemporaryDirectory() as folder:
                    measurement = Measurement(Path(folder), events, workers)
                    measurement.run(history, arguments.short)
                costs += measurement.costs
                models += measurement.models
    report = REPORT.format(
        day=time.strftime("%Y-%m-%d"),
        machine=f"{os.cpu_count()} cores ({platform.machine()})",
        versions=f"DuckDB {duckdb.__version__}",
        memory=os.environ.get("SPARK_WORKER_MEMORY", "1g"),
        partitions=os.environ.get("SPARK_PARTITIONS", "4"),
        costs="\n".join(costs),
        models="\n".join(models),
    )
    write_part(TITLE, report)


if __name__ == "__main__":
    main()
