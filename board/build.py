"""Writes the Session Board, one HTML file that needs nothing else: site/index.html.

It reads what board.yml names and nothing else: marts of the warehouse (WAREHOUSE_PATH), and
for each chart charts/<mart>.vl.json, which vl-convert compiles. The page's own script sums the
rows over the apps and platforms that are chosen.

    python board/build.py [--schema main] [--output site/index.html]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from base64 import b64encode
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import vl_convert
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
VEGA_LITE = "6.4"  # one that vl-convert carries
Row = dict[str, Any]


class BoardError(Exception):
    """What stops the build, in a sentence."""


def plain(value: Any) -> Any:
    """A value of the warehouse as JSON holds it."""
    return value.isoformat(" ") if isinstance(value, datetime) else (
        value.isoformat() if isinstance(value, date) else value
    )  # fmt: skip


class Marts:
    """The marts of a warehouse, read only."""

    def __init__(self, warehouse: Path, schema: str) -> None:
        if not warehouse.is_file():
            raise BoardError(
                f"WAREHOUSE_PATH is {warehouse}: no file is there; `make run` writes one."
            )
        try:
            self.connection = duckdb.connect(str(warehouse), read_only=True)
        except duckdb.Error as error:
            raise BoardError(f"WAREHOUSE_PATH is {warehouse}: {error}") from error
        self.warehouse, self.schema = warehouse, schema

    def rows(self, mart: str, columns: str = "*", rest: str = "order by all") -> list[Row]:
        """The rows of a mart; `columns` and `rest` are SQL around its name."""
        try:
            found = self.connection.execute(f'select {columns} from "{self.schema}".{mart} {rest}')
        except duckdb.Error as error:
            raise BoardError(
                f"WAREHOUSE_PATH is {self.warehouse}: its schema {self.schema} has no mart {mart}"
                f" as the board needs it; `make run` writes it. DuckDB says: {error}"
            ) from error
        names = [column[0] for column in found.description]
        return [dict(zip(names, map(plain, row), strict=True)) for row in found.fetchall()]


def folded(rows: list[Row], by: list[str], sums: list[str], keys: list[str]) -> Row:
    """The rows of a mart without what repeats itself: `by`, what each row of the chart is, once;
    for each combination of `keys` (the filters' columns), per column of `sums`, a list of numbers
    in this order."""
    points = {tuple(row[name] for name in by): None for row in rows}
    order = {point: at for at, point in enumerate(points)}
    segments: dict[tuple, list[list[int]]] = {}
    for row in rows:
        segment = tuple(row[key] for key in keys)
        numbers = segments.setdefault(segment, [[0] * len(order) for _ in sums])
        for at, name in enumerate(sums):
            numbers[at][order[tuple(row[column] for column in by)]] = row[name]
    return {"points": list(points), "segments": [[*key, *rest] for key, rest in segments.items()]}


def read_chart(chart: Row, marts: Marts, keys: list[str]) -> Row:
    """What a chart shows: its rows, folded."""
    names = [*chart["by"], *keys, *chart["sum"]]
    rows = marts.rows(chart["mart"], ", ".join(names))
    return folded(rows, chart["by"], chart["sum"], keys)


def compile_chart(mart: str, config: Row) -> Row:
    """The Vega of charts/<mart>.vl.json."""
    path = HERE / "charts" / f"{mart}.vl.json"
    try:
        specification = json.loads(path.read_text())
        return vl_convert.vegalite_to_vega(specification, vl_version=VEGA_LITE, config=config)
    except (OSError, ValueError) as error:
        raise BoardError(f"{path.name} is no chart of Vega-Lite {VEGA_LITE}: {error}") from error


def read_accounting(accounting: Row, marts: Marts) -> list[Row]:
    """What became of the raw rows: a meaning, and how many."""
    kinds = marts.rows(
        accounting["mart"],
        "coalesce(rejection_reason, disposition) as kind, sum(row_count)::bigint as row_count",
        "group by kind order by row_count desc, kind",
    )
    meanings = accounting["meanings"]
    return [{**kind, "meaning": meanings.get(kind["kind"], kind["kind"])} for kind in kinds]


def packed(value: Any) -> str:
    """JSON as the page carries it, gzip in base64: the rows of 200 apps take a tenth of the room,
    and no text in them can end the element that they are in."""
    return b64encode(gzip.compress(json.dumps(value).encode(), mtime=0)).decode()


def day(text: str) -> str:
    """The day of a date or time: 3 Mar 2026."""
    time = datetime.fromisoformat(text)
    return f"{time.day} {time:%b %Y}"


def page(board: Row, marts: Marts, documentation: str | None) -> str:
    """The page's HTML; `documentation` is what it links to, if anything."""
    keys = [choice["column"] for choice in board["filters"]]
    figures = {**board["figures"], "rows": marts.rows(board["figures"]["mart"])}
    window = figures["window"]
    data = {
        "filters": board["filters"],
        "figures": figures,
        "charts": [
            {
                **chart,
                **read_chart(chart, marts, keys),
                "vega": compile_chart(chart["mart"], board["config"]),
            }
            for chart in board["charts"]
        ],
    }
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["time"] = lambda text: day(text) + f", {datetime.fromisoformat(text):%H:%M}"
    environment.filters["day"] = day
    return environment.get_template("page.html").render(
        board=board,
        settings=marts.rows(board["settings"])[0],
        previous=next(
            (x for x in figures["rows"] if x[window["column"]] == window["previous"]), None
        ),
        documentation=documentation,
        accounting=read_accounting(board["accounting"], marts),
        style=(HERE / "page.css").read_text(),
        script=(HERE / "page.js").read_text(),
        library=vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE),
        data=packed(data),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the Session Board.")
    parser.add_argument("--schema", default="main", help="where the marts are")
    parser.add_argument("--output", type=Path, default=HERE.parent / "site/index.html")
    arguments = parser.parse_args()
    warehouse = Path(os.environ.get("WAREHOUSE_PATH") or HERE.parent / "warehouse.duckdb")
    board = yaml.safe_load((HERE / "board.yml").read_text())
    output: Path = arguments.output
    documentation = "docs.html" if (output.parent / "docs.html").is_file() else None
    try:
        html = page(board, Marts(warehouse, arguments.schema), documentation)
    except BoardError as error:
        sys.exit(str(error))
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_suffix(".tmp")
    unfinished.write_text(html)
    unfinished.replace(output)  # who opens it meanwhile sees the old page, or the new one
    print(f"The board: {output.resolve()}")


if __name__ == "__main__":
    main()
