"""The marts of a published file, as build.py reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]


class BoardError(Exception):
    """What stops the build, in a sentence."""


class Marts:
    """The marts of a published file, read only."""

    def __init__(self, published: Path, schema: str) -> None:
        if not published.is_file():
            raise BoardError(
                f"PUBLISHED_PATH is {published}: no file is there; `make run` writes one."
            )
        try:
            self.connection = duckdb.connect(str(published), read_only=True)
        except duckdb.Error as error:
            raise BoardError(f"PUBLISHED_PATH is {published}: {error}") from error
        self.published, self.schema = published, schema

    def name(self, mart: str) -> str:
        """The mart in SQL."""
        return f'"{self.schema}".{mart}'

    def rows(self, mart: str, columns: str = "*", rest: str = "order by all") -> list[Row]:
        """The rows of a mart; `columns` and `rest` are SQL around its name."""
        try:
            found = self.connection.execute(f"select {columns} from {self.name(mart)} {rest}")
        except duckdb.Error as error:
            raise BoardError(
                f"PUBLISHED_PATH is {self.published}: its schema {self.schema} has no mart {mart}"
                " with the columns that board.yml names; `make run` writes the marts. DuckDB says:"
                f" {error}"
            ) from error
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
