"""An Airflow DAG that refreshes Session Analytics every five minutes.

Copy this file into Airflow's folder of DAGs, and set the three paths in the environment of its
workers: SESSION_ANALYTICS (a clone in which `make install` has run), EVENTS_PATH and
WAREHOUSE_PATH.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

LOCKED = 75  # another refresh is running: the next one loads what this one has left

with DAG(
    "session_analytics",
    description="Loads new events, publishes them, and writes the Session Board",
    schedule="*/5 * * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="refresh",
        bash_command=".venv/bin/python operations/refresh.py",
        cwd=os.environ.get("SESSION_ANALYTICS", "/srv/session-analytics"),
        append_env=True,
        skip_on_exit_code=LOCKED,
        execution_timeout=timedelta(hours=1),
    )
