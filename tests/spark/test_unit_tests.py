"""Do dbt's unit tests pass on Spark as well?"""

from pathlib import Path

from dbt.cli.main import dbtRunner
from engines import PROJECT, Engines
from stories import Story

STAY_WITH_DUCKDB = [
    "int_slices_this_run",  # sources of the user's own
    "an_infinite_time_is_out_of_range",  # Spark has no infinite times
]
# the models that are not there on Spark
EXPORTS = [
    path.stem
    for path in (PROJECT / "models" / "staging").rglob("*.sql")
    if path.parent.name != "flat"
]


def test_the_unit_tests_pass_on_spark(tmp_path: Path) -> None:
    engines = Engines(tmp_path, is_small=True)
    engines.load(Story(seed=18).write(tmp_path / "events.parquet"))
    engines.run_on_spark("run")  # a unit test takes the types of its rows from tables
    told = dbtRunner().invoke(
        engines.arguments(
            *("spark_local", "test", "--select", "test_type:unit"),
            *("--exclude", *STAY_WITH_DUCKDB),
        )
    )
    tests = [result for result in told.result if result.node.resource_type == "unit_test"]
    assert [test.node.name for test in tests if test.status != "pass"] == []
    assert told.success
    listed = dbtRunner().invoke(
        engines.arguments(
            *("duckdb", "ls", "--resource-type", "unit_test", "--output", "name"),
            *("--exclude", *STAY_WITH_DUCKDB, *EXPORTS),
        )
    )
    assert {test.node.name for test in tests} == set(listed.result)
