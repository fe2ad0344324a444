"""Does Spark make the same marts as DuckDB, in a full build and in increments?"""

from pathlib import Path

from engines import Engines
from stories import Story


def test_spark_and_duckdb_agree_after_a_build_and_two_deliveries(tmp_path: Path) -> None:
    engines = Engines(tmp_path, is_small=True)
    story = Story(seed=18)
    engines.load(story.write(tmp_path / "events.parquet"))
    engines.build()
    check(engines)
    for _ in range(2):
        story.go_on()
        engines.load(story.write(tmp_path / "events.parquet"))
        engines.run("run", "--selector", "refresh")
    rows = check(engines)
    assert rows["session_concluded_changes"] > rows["session_concluded"]


def check(engines: Engines) -> dict[str, int]:
    """Every mart has the same rows; returns their number."""
    compared = engines.compare()
    assert [row for row in compared if row[2] or row[3]] == []
    rows = {name: count for name, count, _, _ in compared}
    assert all(rows.values()), rows
    return rows
