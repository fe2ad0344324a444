"""Writes the Session Board, one HTML file that needs nothing else: site/index.html.

It reads the marts that board.yml names from the published file (PUBLISHED_PATH). The page's own
scripts sum the rows over the apps and platforms that are chosen, and draw them. summary.py prints
a few lines of text.

    python board/build.py [--schema main] [--output site/index.html]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
from base64 import b64encode
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from marts import BoardError, Marts, Row
from revisions import read_revisions
from single_sessions import read_sessions
from summary import read_text, summary

HERE = Path(__file__).parent
SCRIPTS = ("texts", "choices", "rows", "drawings", "charts", "figures", "sessions", "page")
DRAWINGS = {"days", "bars", "cells"}
DERIVED = {"share_of", "ratio", "before", "days_with", "week_over"}  # what the page works out
KEPT_VALUES = 40  # of a column such as the event's name, of which the page shows the most frequent
DOCUMENTATION = "docs.html#!/exposure/exposure.session_analytics.session_board"


def folded(
    rows: list[Row], points: list[Row], by: list[str], sums: list[str], keys: list[str]
) -> Row:
    """The rows of a mart without what repeats itself: `by`, what each row of the chart is, once;
    for each combination of `keys` (the filters' columns and what else tells numbers apart), per
    column of `sums`, a list of numbers in this order. `points` come first and may have no row."""
    known = {tuple(row[name] for name in by): None for row in [*points, *rows]}
    order = {point: at for at, point in enumerate(known)}
    segments: dict[tuple, list[list[int]]] = {}
    for row in rows:
        segment = tuple(row[key] for key in keys)
        numbers = segments.setdefault(segment, [[0] * len(order) for _ in sums])
        for at, name in enumerate(sums):
            numbers[at][order[tuple(row[column] for column in by)]] += row[name]
    return {"points": list(known), "segments": segments}


def check_chart(chart: Row) -> None:
    """Every column of a chart is read or worked out, and every column that it draws is shown."""
    known = {*chart["by"], *chart["sum"], "is_weekend"}
    for column in chart["columns"]:
        if not DERIVED & column.keys() and column["column"] not in known:
            raise BoardError(
                f"board.yml, chart {chart['name']}: the column {column['column']} is neither in"
                f" `by` nor in `sum`, nor one of {', '.join(sorted(DERIVED))}."
            )
    if chart["draw"] not in DRAWINGS:
        raise BoardError(
            f"board.yml, chart {chart['name']}: `draw` is {chart['draw']}: expected one of"
            f" {', '.join(sorted(DRAWINGS))}."
        )
    shown = {column["column"] for column in chart["columns"]} | {"part", "unfinished"}
    for series in chart["series"]:
        templates = series["label"] + series.get("amount", "")
        for column in [series["column"], *re.findall(r"{(\w+)", templates)]:
            if column not in shown:
                raise BoardError(
                    f"board.yml, chart {chart['name']}: the series {series['column']} names"
                    f" {column}, which is not in `columns`."
                )


def shown_charts(charts: list[Row], settings: Row) -> list[Row]:
    """Those whose setting is set, if they need one; `about` may name it."""
    return [
        {**chart, "about": chart["about"].replace("{setting}", str(settings.get(setting)))}
        for chart in charts
        if (setting := chart.get("only_with")) is None or settings[setting] is not None
    ]


def read_chart(chart: Row, marts: Marts, board: Row) -> Row:
    """What a chart shows: its rows, folded."""
    check_chart(chart)
    by, sums, kind = chart["by"], chart["sum"], chart["rows"]
    of = filter_columns(board, chart.get("totals", False)) if kind != "of_all" else []
    days = [board["periods"]["days"]] if kind == "of_periods" else []
    where = chart.get("where", "true").format(mart=marts.name(chart["mart"]))
    columns = ", ".join([*by, *of, *days, *sums])
    rows = marts.rows(chart["mart"], columns, f"where {where} order by all")
    if "most" in chart:
        keep_most(rows, **chart["most"])
    found = folded(rows, read_points(chart, marts), by, sums, [*of, *days])
    segments = [
        {"of": key[: len(of)], "numbers": numbers} | ({"days": key[-1]} if days else {})
        for key, numbers in found["segments"].items()
    ]
    return {"points": found["points"], "segments": segments}


def read_points(chart: Row, marts: Marts) -> list[Row]:
    """The rows that a chart has in any case."""
    points = chart.get("points", [])
    if isinstance(points, list):
        return [dict(zip(chart["by"], point, strict=True)) for point in points]
    return marts.rows(points, f"distinct {', '.join(chart['by'])}")


def filter_columns(board: Row, has_totals: bool) -> list[str]:
    """The columns that name the app and platform of a row, and whether it is a total of all."""
    columns = [choice["column"] for choice in board["filters"]]
    return columns + [choice["all_column"] for choice in board["filters"] if has_totals]


def keep_most(rows: list[Row], column: str, of: list[str], **_: Any) -> None:
    """Names none but the values with the largest numbers: there may be thousands."""
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row[column]] += sum(row[name] for name in of)
    kept = {value for value, _ in totals.most_common(KEPT_VALUES)}
    for row in rows:
        row[column] = row[column] if row[column] in kept else None


def read_figures(board: Row, marts: Marts) -> list[Row]:
    """The rows of the periods' mart, as the page looks for them."""
    periods, figures = board["periods"], board["figures"]
    of, columns = filter_columns(board, True), [*figures["sum"], *figures["other"]]
    window = periods["window"]["column"]
    rows = marts.rows(periods["mart"], ", ".join([periods["days"], window, *of, *columns]))
    return [
        {
            "days": row[periods["days"]],
            "window": row[window],
            "of": [row[column] for column in of],
            "values": [row[column] for column in columns],
        }
        for row in rows
    ]


def read_periods(board: Row, marts: Marts, settings: Row) -> Row | None:
    """The periods with their days; none if there is no event yet."""
    periods = board["periods"]
    days, window = periods["days"], periods["window"]
    columns = [days, window["column"], "first_day", "last_day", periods["is_comparable"]]
    rows = marts.rows(periods["mart"], f"distinct {', '.join(columns)}")
    if not rows:
        return None
    before = {row[days]: row for row in rows if row[window["column"]] == window["previous"]}
    found = [
        {
            "days": row[days],
            "first_day": row["first_day"],
            "last_day": row["last_day"],
            "before": {name: before[row[days]][name] for name in ("first_day", "last_day")},
            "is_comparable": before[row[days]][periods["is_comparable"]],
        }
        for row in rows
        if row[window["column"]] == window["current"]
    ]
    offered = [period["days"] for period in found]
    first = settings["board_days"] if settings["board_days"] in offered else offered[0]
    clock, timeout = settings["local_as_of"], settings["session_timeout_minutes"]
    return {
        "all": found,
        "first": first,
        "last_hour": clock.hour,
        "complete_before": (clock - timedelta(minutes=timeout)).date(),
    }


def filter_values(board: Row, charts: list[Row]) -> list[list[str | None]]:
    """The values that a filter offers: those of the charts without rows of totals."""
    chosen = [
        [segment["of"] for segment in chart["segments"]]
        for chart in charts
        if chart["rows"] != "of_all" and not chart.get("totals")
    ]
    return [
        sorted(
            {of[at] for segments in chosen for of in segments},
            key=lambda value: (value is None, (value or "").casefold(), value or ""),
        )
        for at in range(len(board["filters"]))
    ]


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
    with marts.connection:
        (settings,) = marts.rows(
            board["settings"], "*, current_timestamp at time zone timezone as local_written_at", ""
        )
        charts = shown_charts(board["charts"], settings)
        periods = read_periods(board, marts, settings)
        has_sessions = periods is not None and settings["has_board_sessions"]
        of = filter_columns(board, False)
        return {
            "settings": settings,
            "periods": periods,
            "single_sessions": read_sessions(marts, of, periods, packed) if has_sessions else None,
            "figures": read_figures(board, marts),
            "charts": [{**chart, **read_chart(chart, marts, board)} for chart in charts],
            "accounting": read_accounting(board["accounting"], marts),
            "revisions": read_revisions(marts),
            **read_text(board, marts),
        }


def page(board: Row, found: Row, documentation: str | None) -> str:
    """The page's HTML; `documentation` is what it links to, if anything."""
    data = {
        "filters": board["filters"],
        "values": filter_values(board, found["charts"]),
        "periods": found["periods"],
        "figures": {**board["figures"], "rows": found["figures"]},
        "charts": found["charts"],
    }
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["time"] = lambda time: f"{day(time)}, {time:%H:%M}"
    environment.filters["day"] = day
    return environment.get_template("page.html").render(
        board=board,
        settings=found["settings"],
        periods=found["periods"],
        documentation=documentation,
        accounting=found["accounting"],
        revisions=found["revisions"],
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        script="\n".join(
            (HERE / f"scripts/{name}.js").read_text(encoding="utf-8") for name in SCRIPTS
        ),
        data=packed(data),
        sessions=packed(found["single_sessions"]) if found["single_sessions"] else None,
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
