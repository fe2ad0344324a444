"""A made-up raw export of Mixpanel with sessions by its rules.

A session is of a user, on any device. It ends after 30 minutes without an event, and at midnight.
Mixpanel does not export its sessions, so the project is one with property-based sessions: each
event has the id of its session in the property session_id. Events that Mixpanel leaves out of
sessions have none. Some records are exported twice, as Mixpanel's documentation warns.
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
OUT_OF_SESSION = ["$campaign_delivery", "$identify"]
LIBRARIES = ["web", "android"]  # by device
TIMEOUT = timedelta(minutes=30)


def records(count: int, seed: int) -> list[dict[str, Any]]:
    """So many records, the same for the same seed, in the order in which they were processed."""
    chance = random.Random(seed)
    users = [records_of_user(number, chance) for number in range(max(1, count // 40))]
    found = [next(users[number % len(users)]) for number in range(count)]
    return sorted(found, key=processing_order)


def processing_order(record: dict[str, Any]) -> tuple[int, str]:
    properties = record["properties"]
    return properties["mp_processing_time_ms"], properties["$insert_id"]


def records_of_user(number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """A user's records without end. Every eighth user is anonymous, every third has two devices."""
    devices = [unique_id(chance) for _ in range(2 if number % 3 == 0 and number % 8 else 1)]
    at = last_at = START + timedelta(seconds=chance.randrange(86400))
    session_id = None
    gap = 0
    while True:
        if gap == 0 or gap > 1800:  # a visit is on one device
            device_id = chance.choice(devices)
        user = {"distinct_id": f"user-{number}", "$user_id": f"user-{number}"}
        if number % 8 == 0:
            user = {"distinct_id": f"$device:{device_id}"}
        properties = {"time": int(at.timestamp()), "$device_id": device_id, **user}
        if chance.random() < 0.02:
            name = chance.choice(OUT_OF_SESSION)
        else:
            name = chance.choice(EVENTS)
            is_another_day = at.date() != last_at.date()
            if session_id is None or at - last_at >= TIMEOUT or is_another_day:
                session_id = f"s-{int(at.timestamp())}-{number}"
            properties["session_id"] = session_id
            last_at = at
        record = processed(name, properties, devices.index(device_id), at, chance)
        yield record
        if chance.random() < 0.01:
            again = record["properties"]["mp_processing_time_ms"] + 60000
            yield {**record, "properties": {**record["properties"], "mp_processing_time_ms": again}}
        gap = int(chance.choice(GAPS) * chance.uniform(0.5, 1.5))
        at += timedelta(seconds=gap)


def processed(
    name: str, properties: dict[str, Any], device: int, at: datetime, chance: random.Random
) -> dict[str, Any]:
    """An event as Mixpanel exports it: some events arrive hours after they happened."""
    delay = chance.uniform(1, 20) if chance.random() < 0.98 else chance.uniform(3600, 86400)
    return {
        "event": name,
        "properties": {
            **properties,
            "$insert_id": unique_id(chance),
            "mp_processing_time_ms": int((at.timestamp() + delay) * 1000),
            "mp_lib": LIBRARIES[device],
            "$city": chance.choice(["Berlin", "Pune", None]),
        },
    }


def unique_id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
