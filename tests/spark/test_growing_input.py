"""Is a run exact where the table of events grows while it works?"""

import time

from plays import RUN, Play

KEYS = "session_analytics_internal/int_touched_keys_this_run/data/**/*.parquet"
SECONDS_IN_CACHE = 30  # for which a driver keeps what it has read of a table


def test_rows_that_arrive_in_the_middle_of_a_run_cost_no_stored_row(play: Play) -> None:
    play.deliver()
    assert play.engines.start("duckdb", *RUN).wait() == 0
    driver = play.drive(*RUN)
    driver.wait_for(KEYS)
    driver.hold()
    stored = [row for row in play.story.rows if row["event_id"] and row["loaded_at"]]
    play.story.rows += [dict(row, loaded_at=play.story.now) for row in stored[:10]]
    play.load()
    play.engines.stop_spark()
    time.sleep(SECONDS_IN_CACHE + 5)
    driver.go_on()
    assert driver.end(), driver.told()
    play.check()
