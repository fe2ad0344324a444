"""A made-up export of Google Analytics 4 from BigQuery to JSON lines, with sessions by its rules.

A session is of a device. It ends after 30 minutes without an event. Its id is the Unix second of
its start. BigQuery writes whole numbers as text and leaves nulls out. The removal of an app is in
no session, and events without consent have neither a device nor a session.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
# about how many seconds lie between two events of a user
GAPS = [2, 5, 10, 20, 40, 80, 150, 200, 420, 1500, 30000, 60000]
EVENTS = {"WEB": ["page_view", "scroll", "click"], "ANDROID": ["screen_view", "song_played"]}
STREAMS = {"WEB": "2001", "ANDROID": "2002"}
TIMEOUT = timedelta(minutes=30)


def records(count: int, seed: int) -> list[dict[str, Any]]:
    """So many events, the same for the same seed, in the order of their times."""
    chance = random.Random(seed)
    users = [records_of_user(number, chance) for number in range(max(1, count // 40))]
    found = [next(users[number % len(users)]) for number in range(count)]
    return sorted(found, key=lambda record: (record["event_timestamp"], record["stream_id"]))


def records_of_user(number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """A user's events without end. Every second user signs in, some of these on two devices."""
    platforms = chance.sample(list(STREAMS), k=2 if number % 10 == 0 else 1)
    devices = {
        platform: f"{chance.getrandbits(30)}.{chance.getrandbits(30)}" for platform in platforms
    }
    sessions: dict[str, tuple[int, int, datetime]] = {}  # by platform: id, number, last event
    at = START + timedelta(seconds=chance.uniform(0, 86400))
    gap = 0.0
    while True:
        if gap == 0 or gap > 1800:  # a visit is on one device
            platform = chance.choice(platforms)
        user = {"user_pseudo_id": devices[platform]}
        if number % 2 == 0:
            user["user_id"] = f"user-{number}"
        session_id, session_number, last_at = sessions.get(platform, (0, 0, at))
        kind = chance.random()
        if kind < 0.01:
            yield exported("page_view", "WEB", at, {}, chance)  # without consent
        elif kind < 0.02 and platform == "ANDROID":
            yield exported("app_remove", platform, at, {}, chance) | user
        else:
            name = chance.choice(EVENTS[platform])
            if not session_id or at - last_at >= TIMEOUT:
                name, session_id = "session_start", int(at.timestamp())
                session_number += 1
            sessions[platform] = session_id, session_number, at
            params = {"ga_session_id": session_id, "ga_session_number": session_number}
            yield exported(name, platform, at, params, chance) | user
        gap = chance.choice(GAPS) * chance.uniform(0.5, 1.5)
        at += timedelta(seconds=gap)


def exported(
    name: str, platform: str, at: datetime, params: dict[str, int], chance: random.Random
) -> dict[str, Any]:
    """An event as BigQuery writes it."""
    record = {
        "event_date": f"{at:%Y%m%d}",
        "event_timestamp": str(int(at.timestamp()) * 1000000 + at.microsecond),
        "event_name": name,
        "event_params": [
            {"key": "engagement_time_msec", "value": {"int_value": str(chance.randrange(9000))}},
            *({"key": key, "value": {"int_value": str(value)}} for key, value in params.items()),
        ],
        "event_bundle_sequence_id": str(chance.getrandbits(30)),
        "event_server_timestamp_offset": str(chance.randrange(10**6)),
        "privacy_info": {"analytics_storage": "Yes" if params else "No"},
        "platform": platform,
        "stream_id": STREAMS[platform],
    }
    return record if platform == "WEB" else record | {"app_info": {"id": "com.example.music"}}
