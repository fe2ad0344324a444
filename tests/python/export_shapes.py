"""A CleverTap event export in each of its shapes: the same events, a file per event name."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

RUN = 1770000000  # 2026-02-02 02:40:00, in each file's name
ZONE = "Asia/Kolkata"


@dataclass(frozen=True)
class Event:
    """An event as the export tells of it: at a time of the account's zone, by whom, with what."""

    name: str
    local_at: datetime
    profile: dict[str, Any] = field(default_factory=lambda: {"identity": "u1"})
    properties: dict[str, str] = field(default_factory=dict)

    def later(self, minutes: int) -> Event:
        return replace(self, local_at=self.local_at + timedelta(minutes=minutes))

    @property
    def record(self) -> dict[str, Any]:
        """The event as a record of the JSON export."""
        return {
            "ts": int(f"{self.local_at:%Y%m%d%H%M%S}"),
            "eventName": self.name,
            "profile": self.profile,
            "deviceInfo": {"make": "samsung", "dimensions": {"width": 47}},
            "eventProps": self.properties,
        }


def at(minute: int) -> datetime:
    return datetime(2026, 2, 1, 23, 30) + timedelta(minutes=minute)


EVENTS = [
    Event("App Launched", at(0), {"identity": "u1", "objectId": "d1", "platform": "Android"}),
    Event("Song Played", at(10), properties={"CT Source": "Mobile", "it's \"so\"": "é, ü"}),
    Event("Song Played", at(29), properties={"Song": "A\nB"}),
    Event("Song Played", at(49), {"objectId": "d2", "all_identities": ["a@b.c", "7"]}, {}),
    Event("Charged", at(50), {"all_identities": ["a@b.c", "7"], "platform": "Web"}, {"n": "1"}),
    Event("Charged", at(51), {"email": "e@f.g"}, {"CT Source": "API"}),
    Event("Notification Clicked", at(52), properties={"Campaign type": "Email"}),
]  # fmt: skip

FLAT_PROFILE = ("identity", "objectId", "all_identities", "platform", "email")


def json_lines(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def as_json(events: list[Event]) -> str:
    return json_lines([event.record for event in events])


def without_name(event: Event) -> dict[str, Any]:
    return {key: value for key, value in event.record.items() if key != "eventName"}


def as_json_with_name_line(events: list[Event]) -> str:
    return events[0].name + "\n" + json_lines([without_name(event) for event in events])


def as_json_with_name_object(events: list[Event]) -> str:
    name = {"eventName": events[0].name}
    return json_lines([name, *(without_name(event) for event in events)])


def as_json_without_names(events: list[Event]) -> str:
    return json_lines([without_name(event) for event in events])


def as_api_records(events: list[Event]) -> str:
    """Records of the Get Events API."""
    return json_lines(
        [
            {
                "profile": event.profile,
                "ts": event.record["ts"],
                "event_props": event.properties,
                "session_props": {"utm_source": "google"},
            }
            for event in events
        ]
    )


def flat_columns(events: list[Event]) -> list[str]:
    properties = dict.fromkeys(name for event in events for name in event.properties)
    return ["ts", "eventName", *(f"profile.{name}" for name in FLAT_PROFILE), "deviceInfo.make",
            "controlGroupName", *(f"eventProps.{name}" for name in properties)]  # fmt: skip


def flat_row(event: Event) -> dict[str, str]:
    row = {"ts": str(event.record["ts"]), "eventName": event.name, "deviceInfo.make": "samsung"}
    row |= {f"profile.{name}": value for name, value in event.profile.items()}
    row |= {f"eventProps.{name}": value for name, value in event.properties.items()}
    if "all_identities" in event.profile:
        row["profile.all_identities"] = f"[{', '.join(event.profile['all_identities'])}]"
    return row


def as_csv(events: list[Event]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, flat_columns(events), lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat_row(event) for event in events)
    return text.getvalue()


def parquet(rows: list[dict[str, Any]], types: dict[str, str]) -> bytes:
    """The rows as a Parquet file: `types` are its columns."""
    names = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in types]
    columns = ", ".join(
        f"{name} {type_}" for name, type_ in zip(names, types.values(), strict=True)
    )
    marks = ", ".join("?" for _ in types)
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute(f"create table rows ({columns})")
        for row in rows:
            values = [row.get(name) for name in types]
            connection.execute(f"insert into rows values ({marks})", values)
        connection.execute(f"copy rows to '{folder}/rows.parquet' (format parquet)")
        return Path(folder, "rows.parquet").read_bytes()


def as_flat_parquet(events: list[Event]) -> bytes:
    types = dict.fromkeys(flat_columns(events), "varchar") | {"ts": "bigint"}
    return parquet([flat_row(event) for event in events], types)


def as_parquet_with_maps(events: list[Event]) -> bytes:
    maps = ("identity", "eventProps", "deviceInfo", "profile")
    types = {"eventName": "varchar", "eventTime": "varchar"} | dict.fromkeys(
        maps, "map(varchar, varchar)"
    )
    rows = []
    for event in events:
        profile = {
            name: f"[{', '.join(value)}]" if isinstance(value, list) else value
            for name, value in event.profile.items()
        }
        seconds = int(event.local_at.replace(tzinfo=ZoneInfo(ZONE)).timestamp())
        rows.append(
            {
                "eventName": event.name,
                "eventTime": str(seconds),
                "identity": {name: profile.pop(name) for name in ("identity",) if name in profile},
                "eventProps": event.properties,
                "deviceInfo": {"make": "samsung"},
                "profile": profile,
            }
        )
    return parquet(rows, types)


def todays_record(event: Event) -> dict[str, Any]:
    """The event as CleverTap's Event Exports write it today."""
    profile = dict(event.profile)
    identity = {"all_identities": profile.pop("all_identities", None)}  # the order means nothing
    identity["clevertapId"] = profile.pop("objectId", None)
    identity["identity"] = profile.pop("identity", None)
    device = {"make": "samsung", "platform": profile.pop("platform", None)}
    return {
        "commPrefs": {},
        "deviceInfo": present(device),
        "eventName": event.name,
        "eventProps": event.properties,
        "eventTime": str(int(event.local_at.replace(tzinfo=ZoneInfo(ZONE)).timestamp())),
        "identity": present(identity),
        "profile": {name.capitalize(): value for name, value in profile.items()},
    }


def present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def as_todays_json(events: list[Event]) -> str:
    return json_lines([todays_record(event) for event in events])


def with_texts(record: dict[str, Any]) -> dict[str, Any]:
    """The record with its objects as texts that hold JSON."""
    return {
        name: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if isinstance(value, dict)
        else value
        for name, value in record.items()
    }


def as_json_with_texts(events: list[Event]) -> str:
    return json_lines([with_texts(event.record) for event in events])


def as_csv_with_texts(events: list[Event]) -> str:
    text = io.StringIO()
    records = [with_texts(todays_record(event)) for event in events]
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


TEXT = "struct(member0 varchar, member1 integer)"
LISTS = f"struct(member0 double, member1 {TEXT}[], member2 varchar)"
DEEP = f"struct(member0 boolean, member1 map(varchar, {TEXT}), member2 {TEXT}[], member3 varchar)"


def union(value: Any, filled: int, members: int) -> dict[str, Any]:
    """A value as an Avro union: a struct of which one member is filled."""
    return {f"member{number}": value if number == filled else None for number in range(members)}


def as_parquet_of_unions(events: list[Event]) -> bytes:
    types = {
        "commPrefs": f"map(varchar, {TEXT})",
        "deviceInfo": f"map(varchar, {TEXT})",
        "eventName": "varchar",
        "eventProps": f"map(varchar, {DEEP})",
        "eventTime": "varchar",
        "identity": f"map(varchar, {LISTS})",
        "profile": f"map(varchar, {TEXT})",
    }
    rows = []
    for event in events:
        record = todays_record(event)
        for name in ("deviceInfo", "profile"):
            record[name] = {key: union(text, 0, 2) for key, text in record[name].items()}
        record["eventProps"] = {
            key: union(text, 3, 4) for key, text in record["eventProps"].items()
        }
        record["identity"] = {
            key: union([union(text, 0, 2) for text in value], 1, 3)
            if isinstance(value, list)
            else union(value, 2, 3)
            for key, value in record["identity"].items()
        }
        rows.append(record)
    return parquet(rows, types)


@dataclass(frozen=True)
class Shape:
    """How a list of events of one name is written, as what kind of file."""

    extension: str
    write: Callable[[list[Event]], str | bytes]

    def files(self, events: list[Event], run: int = RUN) -> dict[str, bytes]:
        """The export: each file's name and its bytes."""
        files = {}
        for name in dict.fromkeys(event.name for event in events):
            content = self.write([event for event in events if event.name == name])
            content = content.encode() if isinstance(content, str) else content
            if self.extension.endswith((".gz", ".gzip")):
                content = gzip.compress(content)
            file = f"1714112417-{run}-{name.replace(' ', '_')}-20260201-0-tunebox"
            files[f"{file}.{self.extension}"] = content
        return files


SHAPES = {
    "JSON": Shape("json", as_json),
    "JSON, gzip": Shape("json.gz", as_json),
    "JSON with a line of the name": Shape("json", as_json_with_name_line),
    "JSON with an object of the name": Shape("json", as_json_with_name_object),
    "JSON without names, gzip": Shape("json.gz", as_json_without_names),
    "API records": Shape("jsonl", as_api_records),
    "CSV": Shape("csv", as_csv),
    "CSV, gzip": Shape("csv.gz", as_csv),
    "flat Parquet": Shape("parquet", as_flat_parquet),
    "Parquet with maps": Shape("parquet", as_parquet_with_maps),
    "JSON of today": Shape("json", as_todays_json),
    "JSON with texts": Shape("json.gzip", as_json_with_texts),
    "CSV with texts": Shape("csv.gzip", as_csv_with_texts),
    "Parquet of unions": Shape("parquet", as_parquet_of_unions),
}
