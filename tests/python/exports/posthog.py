"""A made-up batch export of PostHog, as JSON lines, with sessions by its rules.

A session is of a device. It ends after 30 minutes without an event, and after 24 hours. Its id is a
UUID of version 7, which begins with the time of the session's start. Events of a server are in no
session.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
# about how many seconds lie between two events of a user; every twentieth is never idle for long
GAPS = [2, 5, 10, 20, 40, 80, 150, 200, 420, 1500, 30000, 60000]
BUSY_GAPS = [1190]
EVENTS = ["$pageview", "$autocapture", "song played", "playlist created"]
LIBRARIES = ["web", "posthog-ios", "posthog-android"]
TIMEOUT, LONGEST = timedelta(minutes=30), timedelta(hours=24)


def records(count: int, seed: int) -> list[dict[str, Any]]:
    """So many events, the same for the same seed, in the order in which they were ingested."""
    chance = random.Random(seed)
    users = [records_of_user(number, chance) for number in range(max(1, count // 80))]
    found = [next(users[number % len(users)]) for number in range(count)]
    return sorted(found, key=lambda record: (record["created_at"], record["uuid"]))


def records_of_user(number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """A user's events without end. Every eighth user is anonymous, every fifth has two devices."""
    devices = [uuid7(START, chance) for _ in range(2 if number % 5 == 0 and number % 8 else 1)]
    person_id = str(uuid.UUID(int=chance.getrandbits(128), version=5))
    sessions: dict[str, tuple[str, datetime, datetime]] = {}  # by device: id, start, last event
    gaps = BUSY_GAPS if number % 20 == 1 else GAPS
    at = START + timedelta(seconds=chance.uniform(0, 86400))
    gap = 0.0
    while True:
        if gap == 0 or gap > 1800:  # a visit is on one device
            device_id = chance.choice(devices)
        distinct_id = f"user-{number}" if number % 8 else device_id
        if number % 8 and chance.random() < 0.02:
            name, properties = "invoice paid", {"$lib": "posthog-python", "plan": "pro"}
        else:
            session_id, started_at, last_at = sessions.get(device_id, ("", at, at))
            if not session_id or at - last_at >= TIMEOUT or at - started_at >= LONGEST:
                session_id, started_at = uuid7(at, chance), at
            sessions[device_id] = session_id, started_at, at
            name = chance.choice(EVENTS)
            properties = {
                "$lib": LIBRARIES[number % len(LIBRARIES)],
                "$device_id": device_id,
                "$session_id": session_id,
                "distinct_id": distinct_id,
                "$referrer": None,
            }
        yield ingested(name, properties, at, chance) | {
            "distinct_id": distinct_id,
            "person_id": person_id,
        }
        gap = chance.choice(gaps) * chance.uniform(0.5, 1.5)
        at += timedelta(seconds=gap)


def ingested(
    name: str, properties: dict[str, Any], at: datetime, chance: random.Random
) -> dict[str, Any]:
    """An event as PostHog exports it: some events arrive hours after they happened."""
    delay = chance.uniform(1, 20) if chance.random() < 0.98 else chance.uniform(3600, 86400)
    created_at = at + timedelta(seconds=delay)
    return {
        "uuid": uuid7(at, chance),
        "event": name,
        "properties": properties,
        "person_properties": {"plan": "pro"},
        "elements_chain": "",
        "timestamp": at.isoformat(),
        "created_at": created_at.isoformat(),
        "_inserted_at": (created_at + timedelta(seconds=1)).isoformat(),
    }


def uuid7(at: datetime, chance: random.Random) -> str:
    """A UUID of version 7: 48 bits of milliseconds, then chance."""
    milliseconds = int(at.timestamp() * 1000)
    bits = milliseconds << 80 | 7 << 76 | chance.getrandbits(12) << 64
    return str(uuid.UUID(int=bits | 2 << 62 | chance.getrandbits(62)))
