"""What a run on nothing new costs, beside dbt's own run of an empty project.

    python bench/overhead.py                     5 runs of each, in turn

CPU seconds of the whole command, dbt's start with it: on a shared machine they vary less than
the time. A process that keeps refreshing starts dbt once: there, it is one refresh. Writes its
part of bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from increments import REFRESH, ROOT
from results import write_part

sys.path.insert(0, str(ROOT / "operations"))
import refresh
from run import Dbt
from settings import read_settings

TITLE = "What a run on nothing costs"
COMMANDS = {
    "dbt's own run of an empty project": ("run",),
    "`dbt run`": ("run",),
    "`dbt run --selector refresh`": REFRESH,
}
STAYS = "a refresh of `operations/refresh.py --every`"
REPORT = """`python bench/overhead.py` wrote this on {day}. Medians of {repeats} runs in
turn, in CPU seconds with dbt's start, but for the process that keeps refreshing; one file is
loaded, and nothing has arrived since.

| | CPU seconds | times dbt's own | nodes | statements |
|---|---|---|---|---|
{lines}
"""
EMPTY = "name: nothing\nprofile: session_analytics\nflags: {send_anonymous_usage_stats: false}\n"
VARIABLES = "event_source: flat"
EVENT = "user_id,event_name,event_at\nu1,Play,2026-01-01 10:00:00\n"


def environment(folder: Path, project: Path) -> dict[str, str]:
    return {
        "EVENTS_PATH": str(folder / "events"),
        "WAREHOUSE_PATH": str(folder / "warehouse.duckdb"),
        "PUBLISHED_PATH": str(folder / "published/warehouse.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_PROJECT_DIR": str(project),
    }


def dbt(folder: Path, project: Path, *command: str) -> tuple[float, int, int]:
    """CPU seconds, nodes and statements of a dbt command."""
    log = folder / "logs/dbt.log"
    log.unlink(missing_ok=True)
    arguments = ["--quiet", *command, "--vars", VARIABLES]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("dbt"), *arguments],
        env=os.environ | environment(folder, project),
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"dbt {' '.join(command)} failed")
    text = log.read_text()
    nodes = len(re.findall(r"Finished running node model", text))
    return usage.ru_utime + usage.ru_stime, nodes, text.count("SQL status: OK")


def refreshes(folder: Path, repeats: int) -> list[float]:
    """CPU seconds of each refresh in this process after the first two, which parse and publish."""
    os.environ.update(environment(folder, ROOT))
    settings, chosen = read_settings(), refresh.arguments(["--no-page"])
    stays = Dbt(settings.project, VARIABLES, is_shown=False)
    costs = []
    for _ in range(repeats + 2):
        before = time.process_time()
        refresh.refresh(settings, stays, chosen)
        costs.append(time.process_time() - before)
    return costs[2:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a run on nothing.")
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as name:
        folders = {command: Path(name, str(number)) for number, command in enumerate(COMMANDS)}
        projects = dict.fromkeys(COMMANDS, ROOT)
        for command, folder in folders.items():
            (folder / "events").mkdir(parents=True)
            events = folder / "events/a.csv"
            events.write_text(EVENT)
            os.utime(events, (1_767_300_000, 1_767_300_000))
            if "empty" in command:
                projects[command] = folder
                (folder / "dbt_project.yml").write_text(EMPTY)
            else:
                dbt(folder, ROOT, "build", "--resource-type", "seed", "model")
        runs = [
            {
                command: dbt(folders[command], projects[command], *arguments)
                for command, arguments in COMMANDS.items()
            }
            for _ in range(repeats + 1)
        ][1:]  # the first parses
        staying = statistics.median(refreshes(folders["`dbt run --selector refresh`"], repeats))
    costs = {command: statistics.median(run[command][0] for run in runs) for command in COMMANDS}
    own = costs["dbt's own run of an empty project"]
    lines = [
        f"| {command} | {cost:.1f} | {cost / own:.2f} | {runs[0][command][1]} |"
        f" {runs[0][command][2]} |"
        for command, cost in costs.items()
    ]
    lines.append(f"| {STAYS} | {staying:.1f} | {staying / own:.2f} | | |")
    write_part(
        TITLE,
        REPORT.format(day=time.strftime("%Y-%m-%d"), repeats=repeats, lines="\n".join(lines)),
    )


if __name__ == "__main__":
    main()
