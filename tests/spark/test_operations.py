"""What runs leave behind on Spark, what compact_tables makes of it, and what a refresh refuses."""

from pathlib import Path

import pytest
from plays import Play

MORE_THAN_A_DAY = "{days: 1, min_files: 1}"


def files(play: Play) -> dict[str, set[Path]]:
    """The files of rows and of deletes in the log's folder."""
    folder = play.engines.folder / "lake" / "session_analytics_internal" / "int_event_log" / "data"
    return {kind: set(folder.rglob(f"*.{kind}")) for kind in ("parquet", "puffin")}


def dropped_tables(play: Play) -> list[str]:
    """The tables that are in no catalog and still have files of rows."""
    folder = play.engines.folder / "lake" / "session_analytics_internal"
    rows = [path.relative_to(folder).parts[0] for path in folder.rglob("*.parquet")]
    return sorted({table for table in rows if table.endswith("__rows")})


def compact(play: Play, arguments: str) -> None:
    play.engines.run_on_spark("run-operation", "compact_tables", "--args", arguments)


@pytest.mark.parametrize("days", ["-1", "soon"])
def test_days_that_are_no_number_stop_the_operation(
    play: Play, capfd: pytest.CaptureFixture[str], days: str
) -> None:
    with pytest.raises(SystemExit):
        compact(play, f"{{days: {days}}}")
    assert f"days is {days}: expected a number, 0 or more." in capfd.readouterr().out


def test_compaction_removes_deleted_rows_and_keeps_all_others(play: Play) -> None:
    play.deliver()
    play.check()
    assert dropped_tables(play) == []
    before = files(play)
    compact(play, MORE_THAN_A_DAY)
    young = files(play)
    assert before["parquet"] and before["puffin"]
    assert all(young[kind] >= before[kind] for kind in before)  # nothing is so old
    compact(play, "{days: 0, min_files: 1}")
    after = files(play)
    assert len(after["parquet"]) < len(before["parquet"]) and not after["puffin"]
    play.deliver()
    play.check()


def test_a_refresh_stops_where_views_have_another_setting(
    play: Play, capfd: pytest.CaptureFixture[str]
) -> None:
    play.engines.variables["board_days"] = 7
    try:
        with pytest.raises(SystemExit):
            play.engines.run_on_spark("run", "--selector", "refresh")
    finally:
        del play.engines.variables["board_days"]
    told = capfd.readouterr().out
    assert "board_days is 7 and was 30 when the views were created" in told
    assert "run `.spark/bin/dbt build --selector run --target spark_local` once" in told


def test_a_full_refresh_builds_everything_anew(play: Play) -> None:
    play.deliver()
    play.engines.run(
        "build", "--selector", "run", "--exclude-resource-type", "test", "--full-refresh"
    )
    play.check()
