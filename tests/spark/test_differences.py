"""Does the comparison of two tables notice each row that only one of them has?"""

import duckdb
import pytest
from engines import differences

ROWS = [("ann", 1, 0.5), ("ann", 1, 0.5), ("bob", None, 0.0), (None, 2, None)]


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (ROWS, (4, 0, 0)),
        (ROWS[::-1], (4, 0, 0)),
        (ROWS[1:], (4, 1, 0)),  # a row that comes twice comes once
        ([*ROWS, ROWS[0]], (4, 0, 1)),
        ([*ROWS[:3], (None, 3, None)], (4, 1, 1)),  # a cell
        ([*ROWS[:3], (None, None, 2.0)], (4, 1, 1)),
        ([], (4, 4, 0)),
    ],
)
def test_differences(theirs: list[tuple], expected: tuple[int, int, int]) -> None:
    connection = duckdb.connect()
    for name, rows in (("ours", ROWS), ("theirs", theirs)):
        connection.execute(f"create table {name} (a varchar, b bigint, c double)")
        for row in rows:
            connection.execute(f"insert into {name} values (?, ?, ?)", row)
    assert differences(connection, ["a", "b", "c"], "ours", "theirs") == expected
