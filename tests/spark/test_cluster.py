"""Does a cluster make the same marts as DuckDB, also when it loses a machine in a run?"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cluster import Cluster, free_port
from engines import Engines
from plays import RUN
from stories import Story
from test_story import check

pytestmark = pytest.mark.skipif(not shutil.which("java"), reason="A cluster needs Java.")


def test_a_cluster_that_loses_a_worker_or_dbt_in_a_run_agrees_with_duckdb(tmp_path: Path) -> None:
    engines = Engines(tmp_path, is_small=True, spark="spark")
    os.environ["SPARK_PORT"] = str(free_port())
    story = Story(seed=7)
    with Cluster(tmp_path / "lake", int(os.environ["SPARK_PORT"]), free_port()) as cluster:
        engines.load(story.write(tmp_path / "events.parquet"))
        engines.run("build", "--selector", "run")

        story.go_on()
        engines.load(story.write(tmp_path / "events.parquet"))
        log = tmp_path / "lake" / "logs" / "thrift.log"
        killer = threading.Thread(target=kill_worker_in_step_of_log, args=(log, cluster))
        killer.start()
        try:
            engines.run(*RUN)
        finally:
            killer.join()
        assert cluster.ended() == ["worker-1"]
        assert "failed because while it was being computed, its executor exited" in log.read_text()
        check(engines)
        compact = ("run-operation", "compact_tables", "--args", "{days: 0, min_files: 1}")
        engines.run_on_spark(*compact)

        story.go_on()
        engines.load(story.write(tmp_path / "events.parquet"))
        kill_dbt_in_merge_of_log(log, engines)
        engines.run(*RUN)
        check(engines)
        engines.run_on_spark("test", "--selector", "audit")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [(signal.SIGINT, "Starting a cluster"), (signal.SIGTERM, "reaches it")],
)
def test_a_cluster_stops_all_that_it_started(tmp_path: Path, how: int, sentence: str) -> None:
    ports = {"SPARK_PORT": str(free_port()), "SPARK_MASTER_PORT": str(free_port())}
    script = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("cluster.py")],
        env={**os.environ, **ports, "SPARK_LAKE": str(tmp_path / "lake")},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert any(sentence in line for line in script.stdout)
        wait_until(lambda: len(processes_with(tmp_path)) >= 2)
        os.killpg(script.pid, how)  # as a terminal does
        assert script.wait(60) == 0
        assert processes_with(tmp_path) == []
    finally:
        script.kill()


def processes_with(folder: Path) -> list[str]:
    """The commands of processes that have the folder among their arguments, or work in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text().replace("\0", " ")
            if str(folder) in command or (process / "cwd").readlink().is_relative_to(folder):
                found.append(command)
        except OSError:  # it has ended
            continue
    return found


def kill_worker_in_step_of_log(log: Path, cluster: Cluster) -> None:
    """Kills it with tasks of the model int_event_log, of which it ends none: it is held first."""
    step = "create or replace table session_analytics_internal.int_event_log__rows"
    wait_for_more(lambda: log.read_text().count(step))
    cluster.hold_worker(1)
    time.sleep(10)  # the driver gives it tasks
    cluster.kill_worker(1)


def kill_dbt_in_merge_of_log(log: Path, engines: Engines) -> None:
    """Kills dbt alone: the Thrift server goes on with the statement that it has begun."""
    step = "merge into session_analytics_internal.int_event_log"
    dbt = engines.start("spark", *RUN)
    wait_for_more(lambda: log.read_text().count(step))
    assert dbt.poll() is None
    dbt.kill()
    dbt.wait()


def wait_for_more(count: Callable[[], int]) -> None:
    """Until there are more of them."""
    before = count()
    wait_until(lambda: count() > before)


def wait_until(is_so: Callable[[], bool], seconds: int = 120) -> None:
    """Fails where this takes too long."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
