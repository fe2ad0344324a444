"""Is a run exact after a driver of Spark was killed (SIGKILL) in the middle of a whole run?

Each moment has a delivery of its own, which the killed run was loading.
"""

import pytest
from plays import Play

INTERNAL = "session_analytics_internal"
COMMITS = "metadata/*.metadata.json"
MOMENTS = [
    f"session_analytics_raw/slices_to_load/{COMMITS}",  # before the first model
    f"{INTERNAL}/int_events_this_run/data/**/*.parquet",  # as it writes a table
    f"{INTERNAL}/int_event_log__rows/{COMMITS}",
    f"{INTERNAL}/int_event_log/data/**/*.parquet",  # in the middle of a merge
    f"{INTERNAL}/int_event_log/{COMMITS}",  # as the merge commits
    f"{INTERNAL}/int_sessions/data/**/*.parquet",
    f"{INTERNAL}/int_sessions/{COMMITS}",
    "session_analytics/loaded_slices/data/**/*.parquet",
    f"session_analytics/loaded_slices/{COMMITS}",
    f"{INTERNAL}/int_session_concluded_changes/data/**/*.parquet",  # after the commit
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_after_a_killed_one_is_exact(play: Play, moment: str) -> None:
    play.deliver()
    driver = play.drive("run")
    driver.wait_for(moment)
    driver.kill()
    play.check()
