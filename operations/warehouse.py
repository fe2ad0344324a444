"""The warehouse file and the published file, as a refresh opens them beside dbt."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

# the name under which the published file is attached to compare it with the warehouse
PUBLISHED = '"what is published"'


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a file for writing, with the settings of profiles.yml."""
    settings = {"storage_compatibility_version": "v1.4.0"} | limits()
    return duckdb.connect(str(path), config=settings)


def limits() -> dict[str, str]:
    """What DuckDB may use, from the environment."""
    return {
        "threads": os.environ.get("WAREHOUSE_THREADS", "4"),
        "memory_limit": os.environ.get("WAREHOUSE_MEMORY", "4GB"),
    }


def schemas(schema: str) -> dict[str, str]:
    """The three schemas as SQL identifiers, by what they hold; `schema` is that of the marts."""
    names = {"marts": schema, "internal": f"{schema}_internal", "raw": f"{schema}_raw"}
    return {what: quoted(name) for what, name in names.items()}


def literal(text: object) -> str:
    """A text as a SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
