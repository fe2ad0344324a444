"""A Dagster job that refreshes Session Analytics every five minutes.

    dagster dev --python-file operations/schedulers/dagster_job.py

EVENTS_PATH and WAREHOUSE_PATH are read from the environment of Dagster's processes.
"""

import subprocess
from pathlib import Path

from dagster import (
    DefaultScheduleStatus,
    Definitions,
    Failure,
    OpExecutionContext,
    ScheduleDefinition,
    job,
    op,
)

ROOT = Path(__file__).resolve().parents[2]
LOCKED = 75  # another refresh is running: the next one loads what this one has left


@op
def refresh(context: OpExecutionContext) -> None:
    """Load new events, publish them, and write the Session Board."""
    process = subprocess.run(
        [ROOT / ".venv/bin/python", "operations/refresh.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    context.log.info(process.stdout + process.stderr)
    if process.returncode not in (0, LOCKED):
        raise Failure(process.stderr.strip(), metadata={"exit_code": process.returncode})


@job
def session_analytics() -> None:
    refresh()


definitions = Definitions(
    jobs=[session_analytics],
    schedules=[
        ScheduleDefinition(
            job=session_analytics,
            cron_schedule="*/5 * * * *",
            default_status=DefaultScheduleStatus.RUNNING,
        )
    ],
)
