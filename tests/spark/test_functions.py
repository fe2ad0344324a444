"""Does each function of macros/engine say on both engines what functions.sql expects?

A line of functions.sql is a query of one value, then the value as a text.
"""

from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from engines import Engines

LINES = (Path(__file__).parent / "functions.sql").read_text().splitlines()
QUERIES, VALUES = zip(*(line.rsplit(" -- ", 1) for line in LINES), strict=True)


@pytest.mark.parametrize("target", ["duckdb", "spark_local"])
def test_a_function_gives_the_expected_value(target: str, tmp_path: Path) -> None:
    engines = Engines(tmp_path, is_small=True)
    selects = [
        f"select {place} as place, ({query})::string as found"
        for place, query in enumerate(QUERIES)
    ]
    told = dbtRunner().invoke(
        [
            *engines.arguments(target, "show", "--limit", "-1"),
            *("--inline", " union all ".join(selects)),
        ]
    )
    assert told.success
    found = {row["place"]: str(row["found"]) for row in told.result.results[0].agate_table.rows}
    differing = [
        (query, value, found[place])
        for place, (query, value) in enumerate(zip(QUERIES, VALUES, strict=True))
        if found[place] != value
    ]
    assert differing == []
