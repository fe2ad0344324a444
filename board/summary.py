"""The board in a few lines of text, which build.py prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from marts import BoardError, Marts, Row


def read_text(board: Row, marts: Marts) -> Row:
    """What the text tells and the page doesn't."""
    text = board["text"]
    columns = [text["window"]["column"], text["is_comparable"]]
    columns += [choice["all_column"] for choice in board["filters"]]
    columns += [figure["column"] for figure in text["shown"]]
    (sessions,) = marts.rows(
        "sessions", "count(*) as session_count, count_if(is_concluded) as concluded_count", ""
    )
    (ambiguous,) = marts.rows("events", "count(*) as event_count", "where is_time_ambiguous")
    return {
        "summary": marts.rows(text["mart"], ", ".join(columns)),
        "sessions": sessions,
        "ambiguous_event_count": ambiguous["event_count"],
        "agreements": read_agreements(marts),
    }


def read_agreements(marts: Marts) -> list[Row]:
    """How many sessions the vendor and we have, by agreement and reason; none where the models of
    the reconciliation are switched off."""
    try:
        return marts.rows(
            "session_reconciliation",
            "agreement, coalesce(reason, 'no reason known') as reason, count(*) as session_count",
            "group by all order by session_count desc, agreement, reason",
        )
    except BoardError:
        return []


def summary(board: Row, found: Row) -> Iterator[str]:
    """The lines."""
    settings = found["settings"]
    yield ""
    if settings["as_of"] is None:
        yield f"{board['title']}: there is no event yet"
    else:
        yield f"{board['title']}, as of {settings['as_of']:%Y-%m-%d %H:%M:%S} UTC"
        yield from figures(board, found)
        yield from why_zeros(settings, found["sessions"])
    yield f"Raw rows: {counts(found['accounting'], 'row_count', 'kind') or 'none'}"
    ambiguous = found["ambiguous_event_count"]
    if ambiguous:
        yield f"Events at local times that clocks skip or repeat: {ambiguous:,}"
    yield from reconciliation(found["agreements"])


def figures(board: Row, found: Row) -> Iterator[str]:
    """The figures of board.yml over all apps and platforms, against the window before."""
    settings, named = found["settings"], board["text"]
    now, before = (total(board, found, window) for window in ("current", "previous"))
    is_comparable = before[named["is_comparable"]]
    days = settings["board_days"]
    compared = f", compared with the {f'{days} days' if days > 1 else 'day'} before"
    yield (
        f"From {settings['first_day']} to {settings['last_day']} ({settings['timezone']})"
        f"{compared if is_comparable else ''}:"
    )
    for figure in named["shown"]:
        value, past = now[figure["column"]], before[figure["column"]]
        text = TEXTS[figure["format"]]
        if value is not None:
            change = f" ({difference(value, past)}{text(past)} before)" if past is not None else ""
            yield f"  {figure['title']}: {text(value)}{change if is_comparable else ''}"


def total(board: Row, found: Row, window: str) -> Row:
    """The figures of a window, `current` or `previous`, over all apps and platforms."""
    named = board["text"]["window"]
    rows = [row for row in found["summary"] if row[named["column"]] == named[window]]
    return next(
        row for row in rows if all(row[choice["all_column"]] for choice in board["filters"])
    )


def difference(value: float, before: float) -> str:
    return f"{100 * (value / before - 1):+.1f} %, ".replace("-0.0", "+0.0") if before else ""


def count(value: int) -> str:
    return f"{value:,}"


def duration(seconds: float) -> str:
    """Hours from one hour on, else minutes and seconds."""
    if seconds >= 3600:
        return f"{seconds / 3600:,.1f} hours"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


TEXTS: dict[str, Callable[[Any], str]] = {"count": count, "duration": duration}


def why_zeros(settings: Row, sessions: Row) -> Iterator[str]:
    """Why the board counts no session."""
    if not settings["is_session_tracking_on"]:
        yield "Session tracking is switched off: no event belongs to a session."
    elif sessions["session_count"] and not sessions["concluded_count"]:
        opened = sessions["session_count"]
        yield (
            f"No session is concluded yet: {opened:,} {'is' if opened == 1 else 'are'} open."
            " The board counts a session once its last event is"
            f" {settings['session_timeout_minutes']:g} minutes before the time above."
        )


def reconciliation(agreements: list[Row]) -> Iterator[str]:
    """How far the vendor's sessions and ours agree, where the export tells of theirs."""
    if all(row["agreement"] == "ours_only" for row in agreements):
        return
    matched = sum(row["session_count"] for row in agreements if row["agreement"] == "matched")
    total = sum(row["session_count"] for row in agreements)
    others = [
        {**row, "kind": f"{row['agreement']} ({row['reason']})"}
        for row in agreements
        if row["agreement"] != "matched"
    ]
    yield (
        f"The vendor's sessions and ours: {100 * matched / total:.1f} % of {total:,} matched;"
        f" {counts(others, 'session_count', 'kind') or 'all'}"
    )


def counts(rows: list[Row], number: str, kind: str) -> str:
    """1,234 of this, 5 of that."""
    return ", ".join(f"{row[number]:,} {row[kind]}" for row in rows)
