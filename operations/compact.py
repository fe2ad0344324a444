"""Write the warehouse into a new file, which has nothing but what its tables hold."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
from errors import RefreshError
from publish import put_in_place
from warehouse import connect, literal, quoted

NEW = '"the new file"'
TABLES = """
    select schema_name, table_name from duckdb_tables() where database_name = $1 order by all
"""


def compact(warehouse: Path) -> None:
    """Replace the file by one rename. If this fails or is killed, the file stays as it is."""
    warehouse = warehouse.resolve()
    new = remove_unfinished(warehouse)
    try:
        with connect(warehouse) as connection:
            (name,) = connection.execute("select current_database()").fetchone()
            connection.execute(f"attach {literal(new)} as {NEW}")
            connection.execute(f"copy from database {quoted(name)} to {NEW}")
            check_rows(connection, name)
            connection.execute(f"detach {NEW}")
        new.chmod(stat.S_IMODE(warehouse.stat().st_mode))
        put_in_place(new, warehouse)
    except (OSError, duckdb.Error) as error:
        raise RefreshError(
            f"WAREHOUSE_PATH is {warehouse}: it was not written into a new file: {error}"
        ) from error
    finally:
        remove_unfinished(warehouse)


def check_rows(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Stop unless each table of the new file has as many rows as that of the old one."""
    tables = connection.execute(TABLES, [name]).fetchall()
    for schema, table in tables:
        counts = {
            connection.execute(
                f"select count(*) from {database}.{quoted(schema)}.{quoted(table)}"
            ).fetchone()
            for database in (quoted(name), NEW)
        }
        if len(counts) > 1:
            raise RefreshError(f"The new file has another number of rows in {schema}.{table}.")


def remove_unfinished(warehouse: Path) -> Path:
    """Remove what a killed process left. The path of the new file."""
    new = warehouse.with_name(f".{warehouse.name}.compact")
    for path in (new, new.with_name(f"{new.name}.wal")):
        path.unlink(missing_ok=True)
    return new
