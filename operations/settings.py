"""The settings of a refresh, from the environment and the command line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
from errors import INPUT_OR_SETTING, RefreshError, in_one_line
from warehouse import limits

ROOT = Path(__file__).resolve().parents[1]
NOT_A_NAME = {"main", "memory", "system", "temp"}


@dataclass(frozen=True)
class Settings:
    """`project` is the folder in which dbt runs; relative paths start there."""

    project: Path
    warehouse: Path
    published: Path


def read_settings() -> Settings:
    """The settings of the environment. Stops if the two files cannot be what they are meant to."""
    project = Path(os.environ.get("DBT_PROJECT_DIR") or ROOT).resolve()
    warehouse = project / (os.environ.get("WAREHOUSE_PATH") or "warehouse.duckdb")
    default = warehouse.parent / "published" / warehouse.name
    # links are followed, so that a rename replaces the file and not a link to it
    published = (project / (os.environ.get("PUBLISHED_PATH") or default)).resolve()
    if published.stem != warehouse.stem:
        raise RefreshError(
            f"PUBLISHED_PATH is {published}: expected a file called {warehouse.stem}, as in"
            f" {warehouse.name}, because views name their database after the file: rename it.",
            INPUT_OR_SETTING,
        )
    if published == warehouse.resolve():
        raise RefreshError(
            f"PUBLISHED_PATH is {published}, and so is WAREHOUSE_PATH: expected two files, the one"
            " that is written and the one that is read: name another folder.",
            INPUT_OR_SETTING,
        )
    if warehouse.stem in NOT_A_NAME:
        raise RefreshError(
            f"WAREHOUSE_PATH is {warehouse}: {warehouse.stem} is a name that DuckDB uses itself:"
            " give the file another name.",
            INPUT_OR_SETTING,
        )
    for variable, path in (("WAREHOUSE_PATH", warehouse), ("PUBLISHED_PATH", published)):
        if path.is_dir():
            raise RefreshError(
                f"{variable} is {path}: expected a file, and this is a folder: name a file.",
                INPUT_OR_SETTING,
            )
    check_limits()
    if not warehouse.parent.is_dir():
        raise RefreshError(
            f"WAREHOUSE_PATH is {warehouse}: there is no folder {warehouse.parent}: create it, or"
            " name another one.",
            INPUT_OR_SETTING,
        )
    return Settings(project, warehouse, published)


def check_limits() -> None:
    """Stop if DuckDB does not understand the limits of threads and memory."""
    try:
        duckdb.connect(config=limits()).close()
    except duckdb.Error as error:
        threads, memory = limits().values()
        raise RefreshError(
            f"WAREHOUSE_THREADS is {threads} and WAREHOUSE_MEMORY is {memory}: expected a number"
            f" from 1 and an amount such as 4GB: DuckDB says: {in_one_line(str(error))}",
            INPUT_OR_SETTING,
        ) from error
