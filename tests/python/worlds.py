"""Worlds: lists of raw rows drawn to hit what breaks a sessionizer, and writers.

What a format cannot carry (give the oracle what was written, see `as_written`):
- CSV: null against empty text: both are written as an empty, unquoted field and are null again.
  All else is quoted. An unreadable row is a line with three fields too many.
- JSON lines: `properties` is written as a string that holds JSON; `nested=True` writes it as the
  nested value it is (it is drawn compact, so that its text comes back the same). A null is written
  as null in even lines and left out in odd ones. An unreadable row is a broken line.
- Parquet: no unreadable row (ValueError). Times are text; `typed_times=True` makes the two times
  timestamps, and then a text that is no timestamp is a ValueError: see `only_typed`.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import duckdb
from oracle import CONTRACT, RawRow, Settings, is_blank, read_time

MICROSECOND = timedelta(microseconds=1)
# What stands in for a null `loaded_at`, by slice: whole seconds, one of them amid the events.
FILE_TIMES: dict[str, datetime | None] = {
    "s0": datetime(2024, 4, 20),
    "s1": datetime(2024, 3, 31, 4, 10, 1),
    "s2": datetime(2024, 4, 20, 0, 0, 5),
}
BASES = (  # around midnights, both DST changes of 2024's spring, and outside of a board's window
    datetime(2024, 3, 30, 23, 40),
    datetime(2024, 3, 31, 0, 59, 59, 999_999),
    datetime(2024, 3, 31, 3, 59, 30),
    datetime(2024, 3, 10, 6, 45),
    datetime(2024, 2, 10, 12),
)
FAR_TIMES = ("1969-12-31T23:59:59", "1999-12-31T23:59:59.999999", "2000-01-01 00:00:00")
FAR_TIMES += ("9999-06-15 12:00:00", "10000-01-01 00:00:00", "infinity", "-infinity")
BAD_TIMES = ("", " \t", "soon", "2024-02-30 10:00:00", "2024-03-31 25:00:00", "1711846800")
BAD_TIMES += ("2024-03-31 10:00:00+25:00", "2024-03-31 10:00:00 BST", "2024-03-31T10:00:00-12:01")
BLANKS = ("", " ", "\t\n", "\u00a0\u2003", "\x1c\u3000\u0085")
ODD_USERS = ("u2 ", " u2", "2:u1", "-", "o'u\"1,\n\t", "e\u0301", "é", "😀", "\uff5e", "1:-2:u1")
LETTERS = ("e", "E", "é", "\uff5e", "😀")  # the last two sort the other way in UTF-16
PARTS = (None, "", "-", "a", "a1:b", "2:u1", "1:a", " a", "ios", "é😀")
NAMES = ("App Launched", "Charged", "charged, 'twice'\n\"", " App Installed", "app installed")
NAMES += ("Session Concluded",)
EXCLUDED_NAMES = ("App Installed", "Identity Set", "Notification Sent", "Push Impressions")
CAMPAIGN_NAMES = ("Notification Clicked", "Notification Viewed")
CAMPAIGNS = (None, "", " ", "Email", "e-mail", "EMAIL - Weekly", "web\u00a0push", "WebPush2", "SMS")
CAMPAIGNS += ("Mobile Push - Android", "mobile-push", "Mobile", "In-App", "A Email")
SOURCES = ("API", "api", " Api\t", "\u00a0aPI ", "APIs", "A P I", "", "SDK")
PROPERTIES = (None, "", "{}", '{"a":1}', '{"a":2}', '{"a":"1","b":[1,null,"é"]}')


def mostly(rng: Random, usual: Sequence, odd: Sequence, one_in: int = 6) -> Any:
    """One of the usual values, and now and then one of the odd ones."""
    return rng.choice(odd if rng.randint(1, one_in) == one_in else usual)


def spelled(rng: Random, time: datetime) -> str:
    """A time as a text: with T or a space, with or without an offset, a fraction or none."""
    offset = rng.choice([None, None, None, 0, 330, -240, 840, -720])
    separator = rng.choice("T ")
    nanoseconds = rng.choice(["", "", "001", "999"]) if time.microsecond else ""
    zone = timezone(timedelta(minutes=offset or 0))
    text = time.replace(tzinfo=timezone.utc).astimezone(zone).isoformat(separator)
    ends = {None: "", 0: rng.choice(["Z", "z", " UTC", "+00", "+00:00"])}
    return text[:-6] + nanoseconds + ends.get(offset, rng.choice(["", " "]) + text[-6:])


def gap(rng: Random, timeout: timedelta) -> timedelta:
    """A gap that matters to a timeout: a tie, its edges, a half that only a bridge can join."""
    edges = [timeout, timeout - MICROSECOND, timeout + MICROSECOND]
    small = [timedelta(0), MICROSECOND, timedelta(seconds=1), timedelta(milliseconds=999)]
    other = [timeout * 0.6, timeout / 3, timeout * 2, timedelta(hours=7), timedelta(days=1)]
    below = rng.randint(0, timeout // MICROSECOND) * MICROSECOND
    return rng.choice([*edges, *small, *other, below, below, below])


def loaded_text(rng: Random, time: datetime, tolerance: timedelta) -> str | None:
    """A `loaded_at`: null, after the event, before it, at the tolerance and just beyond it."""
    minutes = [timedelta(minutes=m) for m in (-1, 0, 1, 5, 300)]
    odd = [-tolerance, -tolerance - MICROSECOND, timedelta(days=9), *BAD_TIMES[:4], BAD_TIMES[-2]]
    delay = mostly(rng, [None, None, *minutes], odd)
    return spelled(rng, time + delay) if isinstance(delay, timedelta) else delay


def fresh_row(rng: Random, user: str, time: datetime, number: int, settings: Settings) -> RawRow:
    """A new event of a user at a time."""
    name = mostly(rng, NAMES[:2], [*NAMES, *EXCLUDED_NAMES, *CAMPAIGN_NAMES], 3)
    far = mostly(rng, [None], [*FAR_TIMES, *BAD_TIMES, None], 12)
    return RawRow(
        slice=rng.choice(list(FILE_TIMES)),
        event_id=mostly(rng, [f"{c}{number}" for c in LETTERS], [None, *BLANKS, "e1", "-"], 5),
        user_id=mostly(rng, [user], [None, *BLANKS], 25),
        event_name=mostly(rng, [name], [None, *BLANKS], 25),
        event_at=spelled(rng, time) if far is None else far,
        source=mostly(rng, [None, "SDK"], SOURCES),
        platform=mostly(rng, ["ios", "android"], PARTS),
        app_id=mostly(rng, ["a", "b"], PARTS),
        campaign_type=rng.choice(CAMPAIGNS) if name in CAMPAIGN_NAMES else None,
        properties=rng.choice(PROPERTIES),
        loaded_at=loaded_text(rng, time, settings.tolerance),
    )


def copy_of(rng: Random, row: RawRow, settings: Settings, users: list[str]) -> RawRow:
    """Another row of an event: the same in all, changed in a column, elsewhere in time, of
    another user; in the same slice or another one."""
    row = replace(row, slice=rng.choice([row.slice, *FILE_TIMES]))
    time, _ = read_time(row.event_at)
    change = rng.choice(["none", "time", "loaded", "column", "user"])
    if change in ("time", "loaded") and time is not None and time.year == 2024:
        moved = time + rng.choice([-1, 1]) * gap(rng, settings.timeout)
        if change == "time":
            return replace(row, event_at=spelled(rng, moved))
        return replace(row, loaded_at=loaded_text(rng, time, settings.tolerance))
    if change == "column":
        column = rng.choice(["event_name", "source", "platform", "app_id", "properties"])
        values = {"event_name": NAMES, "source": SOURCES, "properties": PROPERTIES}
        return replace(row, **{column: rng.choice(values.get(column, PARTS))})
    return replace(row, user_id=rng.choice(users)) if change == "user" else row


def random_world(
    rng: Random,
    settings: Settings,
    max_events: int = 12,
    unreadable: bool = False,
    file_times: Mapping[str, datetime | None] = FILE_TIMES,
) -> list[RawRow]:
    """A few users' chains of events with gaps about the timeout, and copies of them, shuffled.

    `file_times` must have the slices of `FILE_TIMES`; for a table, let each be None.
    """
    users = ["u1", "u2", rng.choice(ODD_USERS), rng.choice(ODD_USERS)][: rng.randint(1, 4)]
    common_base = rng.choice(BASES)
    rows: list[RawRow] = []
    for user in users:
        time = mostly(rng, [common_base], BASES, 3)
        for _ in range(rng.randint(1, max_events)):
            rows.append(fresh_row(rng, user, time, len(rows), settings))
            time += gap(rng, settings.timeout)
    for _ in range(rng.randint(0, max(2, len(rows) // 3))):
        rows.append(copy_of(rng, rng.choice(rows), settings, users))
    if unreadable and rng.choice([True, False]):
        rows.append(RawRow(slice=rng.choice(list(FILE_TIMES)), unreadable=True))
    rng.shuffle(rows)
    return [replace(row, file_loaded_at=file_times[row.slice]) for row in rows]


def prefixed(rows: Iterable[RawRow], world_number: int) -> list[RawRow]:
    """The rows with `w<number>/` before each user that is one, so that worlds can share a build."""
    return [
        row if is_blank(row.user_id) else replace(row, user_id=f"w{world_number}/{row.user_id}")
        for row in rows
    ]


def only_typed(rows: Iterable[RawRow]) -> list[RawRow]:
    """The rows that a table or Parquet with timestamps can hold."""
    carried = (None, "infinity", "-infinity")
    return [
        row
        for row in rows
        if not row.unreadable
        and all(t in carried or read_time(t)[0] is not None for t in (row.event_at, row.loaded_at))
    ]


def before_2100(rows: Iterable[RawRow]) -> list[RawRow]:
    """Without events of the year 9999: where no `loaded_at` rejects one, it is the clock."""
    times = [(row, read_time(row.event_at)[0]) for row in rows]
    return [row for row, time in times if time is None or time.year < 2100]


def as_written(rows: Iterable[RawRow], file_format: str) -> list[RawRow]:
    """The rows as the format carries them: in CSV an empty text is null."""
    if file_format != "csv":
        return list(rows)
    return [replace(r, **{c: None for c in CONTRACT if getattr(r, c) == ""}) for r in rows]


def text_of(value: str | datetime | None) -> str | None:
    return value.isoformat(" ") if isinstance(value, datetime) else value


def write_csv(rows: Iterable[RawRow], path: str | os.PathLike) -> None:
    """Header, then every value quoted, null and empty as nothing."""
    lines = [",".join(CONTRACT)]
    for row in rows:
        texts = [text_of(getattr(row, column)) for column in CONTRACT]
        fields = ['"' + text.replace('"', '""') + '"' if text else "" for text in texts]
        lines.append(",".join(fields + ["x"] * 3 if row.unreadable else fields))
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


def write_jsonl(rows: Iterable[RawRow], path: str | os.PathLike, nested: bool = False) -> None:
    """One object a line; see the head of this file."""
    lines = []
    for number, row in enumerate(rows):
        values = {column: text_of(getattr(row, column)) for column in CONTRACT}
        if nested and values["properties"]:
            values["properties"] = json.loads(values["properties"])
        if number % 2:
            values = {column: value for column, value in values.items() if value is not None}
        text = json.dumps(values, ensure_ascii=False)
        lines.append('{"event_id": "broken", "user_id' if row.unreadable else text)
    Path(path).write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="")


def write_parquet(
    rows: Iterable[RawRow], path: str | os.PathLike, typed_times: bool = False
) -> None:
    """All columns text, or the two times timestamps; see the head of this file."""
    rows = list(rows)
    if any(row.unreadable for row in rows):
        raise ValueError("Parquet has no unreadable rows")
    lists, columns = [], []
    for number, column in enumerate(CONTRACT, start=1):
        is_time = typed_times and column in ("event_at", "loaded_at")
        as_text = typed_text if is_time else text_of
        lists.append([as_text(getattr(row, column)) for row in rows])
        columns.append(f"unnest(${number}::varchar[])::{'timestamp' if is_time else 'varchar'}")
        columns[-1] += f" as {column}"
    connection = memory()
    connection.execute(f"create or replace table flat as select {', '.join(columns)}", lists)
    connection.execute(f"copy flat to '{str(path).replace(chr(39), chr(39) * 2)}'(format parquet)")


@cache
def memory() -> duckdb.DuckDBPyConnection:
    """A connection that stays: to open one costs ten times what a small file does. It has no
    thread of its own, because tests fork this process."""
    return duckdb.connect(config={"threads": 1})


def typed_text(value: str | datetime | None) -> str | None:
    """A text that DuckDB reads as the very timestamp (in UTC) that the oracle reads."""
    if value is None or value in ("infinity", "-infinity"):
        return value
    time, reason = read_time(value)
    if time is None:
        raise ValueError(f"{value!r} is no timestamp: {reason}")
    return time.isoformat(" ")
