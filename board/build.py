"""Writes the Session Board, one HTML file that needs nothing else: site/index.html.

It reads the marts that board.yml names from the published file (PUBLISHED_PATH), and for each
chart charts/<mart>.vl.json, which vl-convert compiles. The page's own script sums the rows over the
apps and platforms that are chosen. summary.py says the same in a few lines of text.

    python board/build.py [--schema main] [--output site/index.html]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Any

import vl_convert
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from marts import BoardError, Marts, Row
from summary import read_summary, summary

HERE = Path(__file__).parent
VEGA_LITE = "6.4"  # one that vl-convert carries
DOCUMENTATION = "docs.html#!/exposure/exposure.session_analytics.session_board"


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
            numbers[at][order[tuple(row[column] for column in by)]] += row[name]
    return {"points": list(points), "segments": [[*key, *rest] for key, rest in segments.items()]}


def read_chart(chart: Row, marts: Marts, keys: list[str]) -> Row:
    """What a chart shows: its rows, folded."""
    known = {*chart["by"], *chart["sum"]}
    for column in chart["columns"]:
        if not {"share_of", "ratio"} & column.keys() and column["column"] not in known:
            raise BoardError(
                f"board.yml, chart {chart['mart']}: the column {column['column']} is neither in"
                " `by` nor in `sum`, nor a `share_of` or a `ratio`."
            )
    rows = marts.rows(chart["mart"], ", ".join([*chart["by"], *keys, *chart["sum"]]))
    return folded(rows, chart["by"], chart["sum"], keys)


def compile_chart(mart: str, config: Row) -> Row:
    """The Vega of charts/<mart>.vl.json."""
    path = HERE / "charts" / f"{mart}.vl.json"
    try:
        specification = json.loads(path.read_text(encoding="utf-8"))
        vega = vl_convert.vegalite_to_vega(specification, vl_version=VEGA_LITE, config=config)
    except (OSError, ValueError) as error:
        raise BoardError(f"{path.name} is no chart of Vega-Lite {VEGA_LITE}: {error}") from error
    if "rows" not in [data["name"] for data in vega["data"]]:
        raise BoardError(f'{path.name} draws no data set "rows": "data": {{"name": "rows"}}.')
    return vega


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
    return b64encode(gzip.compress(json.dumps(value, default=str).encode(), mtime=0)).decode()


def day(time: date) -> str:
    """The day of a date or time: 3 Mar 2026."""
    return f"{time.day} {time:%b %Y}"


def read(board: Row, marts: Marts) -> Row:
    """All that the page and the text show; no mart is open any more afterwards."""
    filters, figures, window = board["filters"], board["figures"], board["figures"]["window"]
    columns = [window["column"], figures["is_comparable"], "first_day", "last_day"]
    columns += [choice[key] for choice in filters for key in ("column", "all_column")]
    columns += [figure["column"] for figure in figures["shown"]]
    keys = [choice["column"] for choice in filters]
    with marts.connection:
        found = {
            "settings": marts.rows(board["settings"]),
            "summary": marts.rows(figures["mart"], ", ".join(columns)),
            "charts": [read_chart(chart, marts, keys) for chart in board["charts"]],
            "accounting": read_accounting(board["accounting"], marts),
            **read_summary(marts),
        }
    previous = [row for row in found["summary"] if row[window["column"]] == window["previous"]]
    return {**found, "previous": previous[0] if previous else None}


def page(board: Row, found: Row, documentation: str | None) -> str:
    """The page's HTML; `documentation` is what it links to, if anything."""
    previous = found["previous"]
    is_comparable = previous is not None and previous[board["figures"]["is_comparable"]]
    charts = zip(board["charts"], found["charts"], strict=True)
    data = {
        "filters": board["filters"],
        "figures": {**board["figures"], "rows": found["summary"], "is_comparable": is_comparable},
        "charts": [
            {**chart, **rows, "vega": compile_chart(chart["mart"], board["config"])}
            for chart, rows in charts
        ],
    }
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["time"] = lambda time: f"{day(time)}, {time:%H:%M}"
    environment.filters["day"] = day
    return environment.get_template("page.html").render(
        board=board,
        settings=found["settings"][0],
        previous=previous,
        is_comparable=is_comparable,
        documentation=documentation,
        accounting=found["accounting"],
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        script=(HERE / "page.js").read_text(encoding="utf-8"),
        library=vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE),
        data=packed(data),
    )


def write(html: str, output: Path) -> None:
    """Write the page; who opens it meanwhile sees the old one or the new one."""
    unfinished = output.parent / f".{output.name}.{os.getpid()}"
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(html, encoding="utf-8")
        unfinished.replace(output)
    except OSError as error:
        if unfinished.is_file():
            unfinished.unlink()
        raise BoardError(
            f"--output is {output}: the page can't be written there: {error}."
        ) from error


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the Session Board.")
    parser.add_argument("--schema", default="main", help="where the marts are")
    parser.add_argument("--output", type=Path, default=HERE.parent / "site/index.html")
    arguments = parser.parse_args()
    warehouse = Path(os.environ.get("WAREHOUSE_PATH") or HERE.parent / "warehouse.duckdb")
    published = Path(
        os.environ.get("PUBLISHED_PATH") or warehouse.parent / "published" / warehouse.name
    )
    board = yaml.safe_load((HERE / "board.yml").read_text(encoding="utf-8"))
    output: Path = arguments.output
    documentation = DOCUMENTATION if (output.parent / "docs.html").is_file() else None
    try:
        found = read(board, Marts(published, arguments.schema))
        print("\n".join(summary(board, found)), flush=True)
        write(page(board, found, documentation), output)
    except BoardError as error:
        sys.exit(str(error))
    except (IndexError, KeyError, UndefinedError) as error:
        sys.exit(f"board.yml, or a mart that it names, lacks what the page needs: {error}.")
    print(f"The published file: {published.resolve()}\nThe board: {output.resolve()}")


if __name__ == "__main__":
    main()
