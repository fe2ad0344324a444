"""A made-up export of Amplitude with sessions by its rules.

A browser's session ends after 30 minutes without an event, and a phone's after 5. The session's id
is the time of its start in milliseconds. Events out of sessions have the id -1.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
# about how many seconds lie between two events of a user
GAPS = [2, 5, 10, 20, 40, 80, 150, 200, 420, 1500, 30000, 60000]
EVENTS = ["Song Played", "Song Paused", "Playlist Created", "Search Performed"]
TIMEOUT = {"Web": timedelta(minutes=30), "iOS": timedelta(minutes=5)}


def records(count: int, seed: int) -> list[dict[str, Any]]:
    """So many events, the same for the same seed, in the order in which they were uploaded."""
    chance = random.Random(seed)
    users = [events_of_user(number, chance) for number in range(max(1, count // 40))]
    events = [next(users[number % len(users)]) for number in range(count)]
    return sorted(events, key=lambda event: (event["server_upload_time"], event["uuid"]))


def events_of_user(number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """A user's events without end. Every eighth user is anonymous."""
    platform = chance.choice(list(TIMEOUT))
    user_id = None if number % 8 == 0 else f"user-{number}"
    skew = timedelta(milliseconds=chance.randrange(-900, 900))  # of the device's clock
    at = last_at = START + timedelta(seconds=chance.uniform(0, 86400))
    session_id = None
    for event_id in range(1, 10**9):
        out_of_session = chance.random() < 0.02
        starts = not out_of_session and (session_id is None or at - last_at >= TIMEOUT[platform])
        if starts:
            session_id = int((at + skew).timestamp() * 1000)
        if not out_of_session:
            last_at = at
        name = "session_start" if starts and platform == "iOS" else chance.choice(EVENTS)
        yield {
            **event(at, skew, "Push Received" if out_of_session else name, chance),
            "user_id": user_id,
            "device_id": f"device-{number}",
            "amplitude_id": 10**9 + number,
            "event_id": event_id,
            "session_id": -1 if out_of_session else session_id,
            "platform": platform,
        }
        at += timedelta(seconds=chance.choice(GAPS) * chance.uniform(0.5, 1.5))


def event(at: datetime, skew: timedelta, name: str, chance: random.Random) -> dict[str, Any]:
    received_at = at + timedelta(milliseconds=chance.randrange(1, 5000))
    uploaded_at = received_at + timedelta(seconds=1)
    return {
        "app": 123456,
        "event_type": name,
        "event_time": text(at),
        "client_event_time": text(at + skew),
        "client_upload_time": text(received_at + skew),
        "server_received_time": text(received_at),
        "server_upload_time": text(uploaded_at),
        "processed_time": text(uploaded_at + timedelta(seconds=1)),
        "$insert_id": f"{chance.getrandbits(128):032x}",
        "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "library": "amplitude-ts/2.11.0",
        "event_properties": {"seconds": chance.randrange(300)},
        "user_properties": {"plan": chance.choice(["free", "premium"])},
        "groups": {},
        "data": {},
        "country": "Germany",
        "sample_rate": None,
    }


def text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"
