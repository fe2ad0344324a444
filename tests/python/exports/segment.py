"""A made-up export of RudderStack, in the shape that Segment has too, with sessions by its rules.

A browser's session ends after 30 minutes without a call, and a phone's after 5. The session's id is
the time of its start: milliseconds in a browser, seconds on a phone. Calls of a server name none.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
# about how many seconds lie between two events of a user
GAPS = [2, 5, 10, 20, 40, 80, 150, 200, 420, 1500, 30000, 60000]
EVENTS = ["Song Played", "Song Paused", "Playlist Created", "Search Performed"]
WEB, PHONE, SERVER = "web", "mobile", "server"
VIEW = {WEB: "page", PHONE: "screen", SERVER: "track"}
TIMEOUT = {WEB: timedelta(minutes=30), PHONE: timedelta(minutes=5)}


def records(count: int, seed: int) -> list[dict[str, Any]]:
    """So many calls, the same for the same seed, in the order in which they were received."""
    chance = random.Random(seed)
    users = [calls_of_user(number, chance) for number in range(max(1, count // 40))]
    calls = [next(users[number % len(users)]) for number in range(count)]
    return sorted(calls, key=lambda call: (call["receivedAt"], call["messageId"]))


def calls_of_user(number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """A user's calls without end. Every eighth user is anonymous; the others signed in before."""
    device = chance.choice([WEB, PHONE])
    user_id = "" if number % 8 == 0 else f"user-{number}"
    skew = timedelta(milliseconds=chance.randrange(-900, 900))  # of the device's clock
    at = last_at = START + timedelta(seconds=chance.uniform(0, 86400))
    session_id = None
    while True:
        channel = SERVER if user_id and chance.random() < 0.02 else device
        session = {}
        if channel != SERVER:
            if session_id is None or at - last_at >= TIMEOUT[device]:
                session_id = int((at + skew).timestamp() * (1000 if device == WEB else 1))
                session["sessionStart"] = True
            session["sessionId"] = session_id
            last_at = at
        yield {
            **call(at, skew, channel, chance),
            "userId": user_id,
            "anonymousId": "" if channel == SERVER else f"device-{number}",
            "context": {
                "app": {"name": "Music", "namespace": "com.example.music", "version": "1.4.0"},
                "library": {"name": f"rudder-{channel}", "version": "2.1.0"},
                **({"device": {"type": "Android"}} if channel == PHONE else {}),
                **session,
            },
        }
        at += timedelta(seconds=chance.choice(GAPS) * chance.uniform(0.5, 1.5))


def call(at: datetime, skew: timedelta, channel: str, chance: random.Random) -> dict[str, Any]:
    sent_at = at + timedelta(milliseconds=chance.randrange(1, 5000))
    kind = chance.choice(["track", "track", "track", VIEW[channel]])
    return {
        "type": kind,
        "event": chance.choice(EVENTS) if kind == "track" else None,
        "messageId": f"{chance.getrandbits(128):032x}",
        "channel": channel,
        "properties": {"name": "Home"} if kind != "track" else {"seconds": chance.randrange(300)},
        "integrations": {"All": True},
        "originalTimestamp": text(at + skew),
        "sentAt": text(sent_at + skew),
        "timestamp": text(at),
        "receivedAt": text(sent_at),
    }


def text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
