"""The longest single sessions of each day and bucket, with their users and events. The page has
them if the variable `board_sessions` is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from marts import Marts, Row

LONGEST = (100, 50, 20, 10, 5, 2, 1, 0)  # sessions of what is chosen: the first number that fits
MOST_SESSIONS, MOST_EVENTS = 100_000, 500_000  # that are read
ROOM = 1_000_000  # characters of the page


def read_sessions(
    marts: Marts, columns: list[str], periods: Row, packed: Callable[[Any], str]
) -> Row:
    """Sessions and events, as many as fit. What is chosen on the page is made of days or buckets
    of an app and platform (`columns`), so the longest of each are all that it can show."""
    rank_sessions(marts, columns, [period["first_day"] for period in periods["all"]])
    for longest in LONGEST:
        ((count,),) = marts.connection.execute(
            "select count(*) from ranked where rank <= $1", [longest]
        ).fetchall()
        if count <= MOST_SESSIONS:
            sessions = {
                "longest": longest,
                "names": [],
                "rows": session_rows(marts, columns, longest),
            }
            if len(packed(sessions)) <= ROOM:
                return add_events(marts, sessions, packed)
    raise AssertionError("no session takes no room")


def rank_sessions(marts: Marts, columns: list[str], first_days: list[date]) -> None:
    """The table `ranked`: the sessions of the periods, each with the lowest of its ranks by length
    on its day and, in each period, in its bucket; and with its `place` among all."""

    def rank(*of: str) -> str:
        return (
            f"row_number() over (partition by {', '.join([*of, *columns])}"
            " order by session_length_seconds desc, ct_session_id)"
        )

    ranks = [rank("day")]
    for day in first_days:
        is_in_period = f"day >= date '{day}'"
        ranks.append(f"case when {is_in_period} then {rank('bucket_order', is_in_period)} end")
    marts.connection.execute(f"""
        create temp table ranked as
        select
            * exclude (session_number, is_first_session),
            least({", ".join(ranks)}) as rank,
            row_number() over (order by session_length_seconds desc, ct_session_id) as place
        from {marts.name("sessions")}
        asof join {marts.name("session_length_buckets")}
            on session_length_seconds >= lower_bound_seconds
        where is_concluded and day >= date '{min(first_days)}'
    """)


def session_rows(marts: Marts, columns: list[str], longest: int) -> list[list]:
    """The sessions, longest first, without events."""
    found = marts.connection.execute(f"""
        select
            day, bucket_order, [{", ".join(columns)}], user_id,
            strftime(local_started_at, '%Y-%m-%d %H:%M:%S'), session_length_seconds, event_count
        from ranked
        where rank <= {longest}
        order by place
    """).fetchall()
    return [[*row, None] for row in found]


def add_events(marts: Marts, sessions: Row, packed: Callable[[Any], str]) -> Row:
    """The same with the events of the longest sessions of each day and bucket, as many as fit: a
    list of the number of a name and the seconds since the start, of each event in turn."""
    found = marts.connection.execute(f"""
        with

        turns as (
            select
                ct_session_id, user_id, session_started_at,
                row_number() over (order by place) - 1 as at,
                row_number() over (order by rank, place) as turn,
                sum(event_count) over (order by rank, place) as events_so_far
            from ranked
            where rank <= {sessions["longest"]}
        )

        select
            turns.turn, turns.at, events.event_name,
            (epoch_us(events.event_at) - epoch_us(turns.session_started_at)) // 1000000
        from {marts.name("events")} as events
        inner join turns using (ct_session_id, user_id)
        where events.is_session_event and turns.events_so_far <= {MOST_EVENTS}
        order by turns.turn, events.event_at, events.event_id
    """).fetchall()
    names = {name: number for number, name in enumerate(sorted({row[2] for row in found}))}
    last_turn = found[-1][0] if found else 0
    while last_turn:
        steps: dict[int, list[int]] = {}
        for turn, at, name, seconds in found:
            if turn <= last_turn:
                steps.setdefault(at, []).extend((names[name], seconds))
        rows = [[*row[:-1], steps.get(at)] for at, row in enumerate(sessions["rows"])]
        whole = {**sessions, "names": list(names), "rows": rows}
        size = len(packed(whole))
        if size <= ROOM:
            return whole
        last_turn = int(0.97 * last_turn * ROOM / size)
    return sessions
