"""Events to measure with: 90 days, bursts of sessions, wide properties, in daily Parquet files.

    python bench/generate.py FOLDER [EVENTS]

The events come as a collector delivers them: in the order of time, with event ids, a hundred users
a session's length apart. All of it is arithmetic on a counter: the same each time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

DAYS = 90
EVENTS_PER_SESSION = 10
DAY_OF_EVENTS = """
    with

    sessions as (
        select
            session_number,
            hash(session_number) as chance,
            -- a few users come many times a day, most once in a while
            (chance % 1000 * (chance // 1000 % 1000) * {users}) // 1000000 as user_number,
            timestamp '2026-01-01' + interval {day} day
            + to_microseconds((chance // 7 % 86400000000)::bigint) as started_at,
            1 + chance // 11 % {longest} as event_count
        from range({day} * {sessions}, ({day} + 1) * {sessions}) as numbers (session_number)
    ),

    events as (
        select
            session_number,
            chance,
            user_number,
            unnest(range(event_count::bigint)) as event_number,
            hash(session_number, event_number) as luck,
            -- a burst within seconds, then minutes, never a timeout
            started_at + to_microseconds(
                event_number * (1000000 + (chance // 13 % 90000000)::bigint)
                + (luck % 900000)::bigint
            ) as event_at
        from sessions
    )

    select
        printf('%016x', luck) || printf('%08x', session_number) as event_id,
        'user-' || lpad(user_number::varchar, 8, '0') as user_id,
        ['Song Played', 'Page Viewed', 'Search', 'App Launched', 'Notification Sent'][
            1 + (luck // 17 % 20)::integer // 4
        ] as event_name,
        event_at,
        if(luck % 50 = 0, 'API', 'Mobile') as source,
        ['iOS', 'Android', 'Web'][1 + (chance % 3)::integer] as platform,
        ['music', 'radio'][1 + (chance // 3 % 2)::integer] as app_id,
        null::varchar as campaign_type,
        event_at + interval 3 minute as loaded_at,
        json_object(
            'song', printf('Song %d of the album %d', luck % 9973, luck // 3 % 997),
            'artist', printf('Artist %d', luck // 7 % 1999),
            'genre', ['rock', 'jazz', 'folk', 'pop'][1 + (luck % 4)::integer],
            'duration', luck % 400,
            'position', luck // 5 % 400,
            'playlist', printf('Playlist %d of user-%08d', luck % 7, user_number),
            'screen', printf('/library/artists/%d/albums/%d', luck // 7 % 1999, luck // 3 % 997),
            'referrer', printf('https://www.example.com/search?q=song+%d', luck // 11 % 99991),
            'is_offline', luck % 9 = 0,
            'volume', luck % 101,
            'experiments', ['layout-b', 'autoplay-on', printf('price-%d', chance % 5)],
            'device', json_object(
                'make', 'Example', 'model', printf('Phone %d', chance % 40),
                'os', printf('%d.%d', 14 + chance % 5, luck % 4), 'locale', 'en_GB',
                'network', ['wifi', '4g', '5g'][1 + (luck % 3)::integer]
            ),
            'version', printf('5.%d.%d', chance % 9, chance % 10),
            'request', printf('%016x', hash(luck))
        )::varchar as properties
    from events
    -- one in a hundred comes twice
    cross join range(1 + (luck % 100 = 0)::bigint) as copies
    order by event_at
"""


def query_of_day(events: int, day: int) -> str:
    """The events of one day of a history of so many events; days after it may be asked for, too."""
    return DAY_OF_EVENTS.format(
        day=day,
        sessions=max(1, events // DAYS // EVENTS_PER_SESSION),
        users=max(10, events // 100),
        longest=2 * EVENTS_PER_SESSION - 1,
    )


def generate(folder: Path, events: int) -> None:
    """Write `events` events, give or take a few percent, as one file a day."""
    folder.mkdir(parents=True, exist_ok=True)
    for day in range(DAYS):
        query = query_of_day(events, day)
        duckdb.execute(f"copy ({query}) to '{folder}/day-{day:02}.parquet' (format parquet)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Generate events to measure with.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("events", type=int, nargs="?", default=10_000_000)
    arguments = parser.parse_args()
    generate(arguments.folder, arguments.events)
