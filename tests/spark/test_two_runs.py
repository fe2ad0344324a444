"""Of two runs at once, does one stop with a sentence, and is nothing doubled or lost?

Runs are held (SIGSTOP), so that they meet at the same places in every test. They are held as they
write data, because in a commit they may have the catalog of SQLite locked.
"""

from plays import RUN, Play

INTERNAL = "session_analytics_internal"
CHOICE = f"{INTERNAL}/int_loaded_events_this_run/data/**/*.parquet"
LOG = f"{INTERNAL}/int_event_log/data/**/*.parquet"
SESSIONS = f"{INTERNAL}/int_sessions/data/**/*.parquet"
FEED = f"{INTERNAL}/int_session_concluded_changes/data/**/*.parquet"
FEED_COMMIT = f"{INTERNAL}/int_session_concluded_changes/metadata/*.metadata.json"
WORK = f"{INTERNAL}/int_events_this_run/data/**/*.parquet"
OVERTAKEN = "Another run has begun since, so this run stops."
DIFFERENT = "int_event_log, int_sessions, loaded_slices do not belong together"
CONFLICT = "Found conflicting files"
WRITTEN = "was written by something else while this run worked, so this run stops."


def test_an_overtaken_run_stops_before_it_writes(play: Play) -> None:
    play.deliver()
    first = play.drive(*RUN)
    first.wait_for(CHOICE)
    first.hold()
    second = play.drive(*RUN)
    second_succeeded = second.end()
    first.go_on()
    assert not first.end() and OVERTAKEN in first.told(), first.told()
    assert second_succeeded, second.told()
    play.check()


def test_a_merge_that_ends_late_stops_the_other_run(play: Play) -> None:
    play.deliver()
    first = play.drive(*RUN)
    first.wait_for(LOG)
    first.hold()
    second = play.drive(*RUN)
    second.wait_for(WORK)
    second.hold()
    first.go_on()
    assert not first.end() and OVERTAKEN in first.told(), first.told()
    second.go_on()
    assert not second.end() and WRITTEN in second.told(), second.told()
    play.check()


def test_a_log_that_is_written_anew_late_stops_the_other_run(play: Play) -> None:
    play.deliver()
    first = play.drive(*RUN, "--full-refresh")
    first.wait_for(LOG)
    first.hold()
    second = play.drive(*RUN)
    second.wait_for(SESSIONS)
    second.hold()
    first.go_on()
    assert not first.end() and OVERTAKEN in first.told(), first.told()
    second.go_on()
    assert not second.end() and WRITTEN in second.told(), second.told()
    assert play.engines.start("duckdb", *RUN, "--full-refresh").wait() == 0
    play.check()


def test_a_log_that_is_written_anew_after_the_other_run_stops_the_next_one(play: Play) -> None:
    play.deliver()
    first = play.drive(*RUN, "--full-refresh")
    first.wait_for(LOG)
    first.hold()
    second = play.drive(*RUN)
    assert second.end(), second.told()
    first.go_on()
    assert not first.end() and OVERTAKEN in first.told(), first.told()
    third = play.drive(*RUN)
    assert not third.end() and DIFFERENT in third.told(), third.told()
    assert play.engines.start("duckdb", *RUN).wait() == 0  # as the second run
    play.engines.run(*RUN, "--full-refresh")
    play.check()


def test_an_overtaken_run_that_ends_its_feed_late_tells_nothing_twice(play: Play) -> None:
    play.deliver()
    first = play.drive(*RUN)
    first.wait_for(FEED_COMMIT)  # of the update before the new rows
    first.wait_for(FEED)
    first.hold()
    second = play.drive(*RUN)
    assert second.end(), second.told()
    first.go_on()
    assert not first.end() and CONFLICT in first.told(), first.told()
    play.check()


def test_of_two_runs_that_begin_together_one_goes_on(play: Play) -> None:
    play.deliver()
    drivers = [play.drive(*RUN), play.drive(*RUN)]
    succeeded = [driver.end() for driver in drivers]
    told = [driver.told() for driver in drivers]
    assert sorted(succeeded) == [False, True], told
    assert OVERTAKEN in told[succeeded.index(False)], told
    play.check()
