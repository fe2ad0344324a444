"""Does the operation compact_tables leave less, and all rows as they were?"""

import pytest
from plays import Play

MORE_THAN_A_DAY = "{days: 1}"


def files(play: Play) -> dict[str, int]:
    """How many files of rows and of deletes the log's folder has."""
    folder = play.engines.folder / "lake" / "session_analytics_internal" / "int_event_log" / "data"
    return {kind: len(list(folder.rglob(f"*.{kind}"))) for kind in ("parquet", "puffin")}


def compact(play: Play, arguments: str) -> None:
    play.engines.run_on_spark("run-operation", "compact_tables", "--args", arguments)


@pytest.mark.parametrize("days", ["-1", "soon"])
def test_days_that_are_no_number_stop_the_operation(play: Play, days: str) -> None:
    with pytest.raises(SystemExit):
        compact(play, f"{{days: {days}}}")


def test_compaction_removes_deleted_rows_and_keeps_all_others(play: Play) -> None:
    play.deliver()
    play.check()
    before = files(play)
    compact(play, MORE_THAN_A_DAY)
    young = files(play)
    assert young["parquet"] >= before["parquet"] > 0 < before["puffin"]  # nothing is so old
    compact(play, "{days: 0}")
    after = files(play)
    assert after["parquet"] < before["parquet"] and not after["puffin"]
    play.deliver()
    play.check()
