"""Made-up deliveries of flat events: what a table holds at one time after another.

A story is deterministic by its seed. Between two deliveries rows arrive (many of them late), rows
are repeated, changed or withdrawn, and whole hours are emptied.
"""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

COLUMNS = {
    "event_id": "varchar",
    "user_id": "varchar",
    "event_name": "varchar",
    "event_at": "timestamp",
    "source": "varchar",
    "platform": "varchar",
    "app_id": "varchar",
    "campaign_type": "varchar",
    "loaded_at": "timestamp",
    "properties": "varchar",
}
START = datetime(2026, 1, 30, 22)
NAMES = ["Play", "Search", "Notification Clicked", "UTM Visited", "App Installed", "Prix été", " "]
SOURCES = [None, None, None, "SDK", "api", " API\u2003", "apis"]
CAMPAIGNS = [None, "Email", "Mobile Push - Android", "web-push", "SMS"]
# at, below and above the timeout, equal times, and a day without an event
GAPS = [0, 0, 1, 30, 600, 1199.999999, 1200, 1200.000001, 1258, 5000, 90000]


class Story:
    """The rows of the table now; `go_on` makes them those of the next delivery."""

    def __init__(self, seed: int, users: int = 20, events_per_user: int = 40):
        self.random = random.Random(seed)
        self.now = START + timedelta(days=3)
        self.rows = [
            row for user in range(users) for row in self.visits(f"user {user}", events_per_user)
        ]
        self.rows += [self.event(None, START), self.event("ann\n", datetime(1999, 1, 1))]
        self.rows += [self.event("bob", datetime(2038, 1, 1))]

    def event(self, user: str | None, at: datetime) -> dict:
        choose = self.random.choice
        is_vendors = self.random.random() < 0.05
        second = int((at - datetime(1970, 1, 1)).total_seconds())
        told = {"Session Length": self.random.randrange(2000), "CT Session Id": str(second)}
        # of the rows without an id, equal ones are one event
        event_id = choose([None, "", f"e{self.random.randrange(10**6)}"])
        minutes = choose([0, 1, 70, 3000])
        loaded_at = choose([at + timedelta(minutes=minutes)] * 9 + [None])
        return {
            "event_id": event_id,
            "user_id": user,
            "event_name": "Session Concluded" if is_vendors else choose(NAMES),
            "event_at": at,
            "source": choose(SOURCES),
            "platform": choose([None, "Android", "iOS"]),
            "app_id": choose([None, "music"]),
            "campaign_type": choose(CAMPAIGNS),
            "loaded_at": START if at.year == 2038 else loaded_at,
            "properties": json.dumps(told) if is_vendors else choose([None, '{"a": 1.50}', "no"]),
        }

    def visits(self, user: str, count: int) -> list[dict]:
        at = START + timedelta(seconds=self.random.randrange(200_000))
        rows = []
        for _ in range(count):
            at += timedelta(seconds=self.random.choice(GAPS))
            rows.append(self.event(user, at))
        return rows

    def go_on(self) -> None:
        """Makes the next delivery: some of everything that can become of rows."""
        pick = self.random.sample
        self.now += timedelta(hours=5)
        # withdrawn: their hours hold fewer rows
        gone = pick(range(len(self.rows)), len(self.rows) // 50)
        # changed: the event is the same, and lies elsewhere
        changed = [
            dict(row, event_at=row["event_at"] + timedelta(seconds=self.random.choice(GAPS)))
            for row in pick(self.rows, 20)
        ]
        repeated = [dict(row) for row in pick(self.rows, 30)]
        late = [row for user in range(0, 50, 7) for row in self.visits(f"user {user}", 8)]
        self.rows = [row for place, row in enumerate(self.rows) if place not in set(gone)]
        for row in changed + repeated + late:
            self.rows.append(dict(row, loaded_at=self.now))

    def write(self, path: Path) -> Path:
        """Writes the rows as Parquet."""
        table = duckdb.connect()
        table.execute(f"create table events ({', '.join(map(' '.join, COLUMNS.items()))})")
        table.executemany(
            f"insert into events values ({', '.join('?' * len(COLUMNS))})",
            [list(row.values()) for row in self.rows],
        )
        table.execute(f"copy events to '{path}' (format parquet)")
        return path
