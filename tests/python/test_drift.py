"""What becomes of odd files, each line of the table in docs/sources.md: read in a build of everything,
and delivered to what is stored, with the same result."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from conftest import ROOT, SEEDS_AND_MODELS, Project

HEADER = b"user_id,event_name,event_at,properties\n"
TEN_MB = "x" * 10_000_000
SQL_NAME = 'Robert\'); drop table events; -- "Play"'


def row(user: str, event_name: str = "Play", properties: str = "") -> bytes:
    return f"{user},{event_name},2026-01-01 10:00:00,{properties}\n".encode()


def record(user: str, **values: object) -> bytes:
    """A line of JSON for the source flat."""
    event = {"user_id": user, "event_name": "Play", "event_at": "2026-01-01 10:00:00"} | values
    return json.dumps(event).encode() + b"\n"


def exported(user: str, **values: object) -> bytes:
    """A line of JSON as CleverTap exports it."""
    event = {"ts": 20260101100000, "eventName": "Play", "profile": {"identity": user}} | values
    return json.dumps(event).encode() + b"\n"


def typed(user: str, columns: str = "") -> bytes:
    """A Parquet file of one event for the source flat."""
    select = f"select {user} as user_id, 'Play' as event_name{columns}"
    select += ", timestamp '2026-01-01 10:00' as event_at"
    with TemporaryDirectory() as folder:
        duckdb.execute(f"copy ({select}) to '{folder}/a.parquet' (format parquet)")
        return Path(folder, "a.parquet").read_bytes()


@dataclass(frozen=True)
class Case:
    """Files by name; whose events they give; why rows are rejected, how often; what the run says."""

    what: str
    files: dict[str, bytes]
    users: set[str] = field(default_factory=set)
    rejected: dict[str, int] = field(default_factory=dict)
    says: str = ""
    source: str = "flat"
    stops: bool = False


UNKNOWN = "Left out, for the contract of events has no such column: colour of "
NO_UTF_8 = "Lines that can't be read, for they are no UTF-8 or longer than 32 MB"
CASES = [
    Case("an unknown column", {"a.csv": b"user_id,event_name,event_at,colour\nu1,Play,2026-01-01,red\n", "b.json": record("u2", colour="red"), "c.parquet": typed("'u3'", ", 'red' as colour")}, {"u1", "u2", "u3"}, says=UNKNOWN),
    Case("an unknown column", {"a.csv": b"ts,eventName,profile.identity,colour\n20260101100000,Play,u1,red\n"}, {"u1"}, says="CleverTap's export has no such column: colour of ", source="clevertap"),
    Case("a column whose type changed between files", {"a.parquet": typed("7"), "b.parquet": typed("'07'"), "c.parquet": typed("7.0::decimal(9, 0)"), "d.json": record("u1", user_id=8), "e.json": record("08")}, {"7", "07", "8", "08"}),
    Case("a column whose type changed between files", {"a.json": exported("", profile={"identity": 7}), "b.json": exported("07")}, {"7", "07"}, source="clevertap"),
    Case("a truncated gzip", {"a.csv.gz": gzip.compress(HEADER + row("u1") * 9)[:-9]}, says="GZIP stream: {folder}/a.csv.gz", stops=True),
    Case("a truncated gzip", {"a.json.gz": gzip.compress(exported("u1") * 9)[:40]}, says="GZIP stream: {folder}/a.json.gz", source="clevertap", stops=True),
    Case("a half-written last line", {"a.csv": HEADER + row("u1") + b"u2,Pl", "b.json": record("u3") + record("u4")[:-20]}, {"u1", "u3"}, {"missing_time": 1, "unreadable_row": 1}),
    Case("a half-written last line", {"a.json": exported("u1") + exported("u2")[:-20]}, {"u1"}, {"unreadable_row": 1}, source="clevertap"),
    Case("a malformed line in the middle", {"a.csv": HEADER + row("u1") + b"u2,Play,2026-01-01,{},x,y\n" + row("u3"), "b.json": record("u4") + b"Play\n[1, 2]\n" + record("u5")}, {"u1", "u3", "u4", "u5"}, {"unreadable_row": 3}),
    Case("a malformed line in the middle", {"a.json": b"Play\n" + exported("u1") + b"Pl{ay\n17\n" + exported("u3")}, {"u1", "u3"}, {"unreadable_row": 2}, source="clevertap"),
    Case("a byte order mark", {"a.csv": b"\xef\xbb\xbf" + HEADER + row("u1"), "b.json": b"\xef\xbb\xbf" + record("u2")}, {"u1", "u2"}),
    Case("a byte order mark", {"b.json": b"\xef\xbb\xbf" + exported("u1"), "c.json": b"\xef\xbb\xbfPlay\n" + exported("u2")}, {"u1", "u2"}, source="clevertap"),
    Case("Latin-1 text", {"a.csv": HEADER + row("u1") + b"caf\xe9,Play,2026-01-01,\n" + row("u3"), "b.json": record("u4") + record("cafe").replace(b"cafe", b"caf\xe9") + record("u5")}, {"u1", "u3", "u4", "u5"}, {"unreadable_row": 2}, says=NO_UTF_8),
    Case("Latin-1 text", {"a.json.gz": gzip.compress(exported("u1") + exported("cafe").replace(b"cafe", b"caf\xe9"))}, {"u1"}, {"unreadable_row": 1}, says=NO_UTF_8, source="clevertap"),
    Case("Latin-1 names of columns", {"a.csv": b"user_id,event_name,event_at,\xe9\n" + row("u1")}, says="the first line of {folder}/a.csv is no text; expected names of columns in UTF-8", stops=True),
    Case("a 10 MB property", {"a.csv": HEADER + row("u1", properties=TEN_MB), "b.json": record("u2", properties=TEN_MB)}, {"u1", "u2"}),
    Case("a 10 MB property", {"a.json": exported("u1", eventProps={"text": TEN_MB})}, {"u1"}, source="clevertap"),
    Case("NUL characters", {"a.csv": HEADER + row("u\0") + row("u2"), "b.json": record("u\0", event_at="2026-01-01 11:00:00"), "c.json": record("u1").replace(b"Play", b"Pl\0y") + record("u3")}, {"u\0", "u2", "u3"}, {"unreadable_row": 1}),
    Case("a name with quotes or SQL in it", {f"{SQL_NAME}.json": record(SQL_NAME, event_name=SQL_NAME), "it's.csv": HEADER + row("u2", "'; --")}, {SQL_NAME, "u2"}),
    Case("a name with quotes or SQL in it", {"it's.csv": b"ts,eventName,profile.identity,\"eventProps.it's \"\"so\"\", '); --\"\n20260101100000,Play,u1,x\n"}, {"u1"}, source="clevertap"),
    Case("Windows line ends", {"a.csv": (HEADER + row("u1") + row("u2")).replace(b"\n", b"\r\n"), "b.json": record("u3").replace(b"\n", b"\r\n") * 2}, {"u1", "u2", "u3"}),
    Case("Windows line ends", {"a.json": b"Play\r\n" + exported("u1").replace(b"\n", b"\r\n")}, {"u1"}, source="clevertap"),
    Case("an empty file among full ones", {"a.csv": b"", "b.csv": HEADER, "c.json": b"", "d.json": b"\n\n", "e.csv.gz": gzip.compress(b""), "f.csv": HEADER + row("u1")}, {"u1"}),
    Case("an empty file among full ones", {"a.json": b"", "b.json.gz": gzip.compress(b"Play\n"), "c.parquet": b"", "d.json": exported("u1")}, {"u1"}, source="clevertap"),
    Case("a damaged Parquet file", {"a.parquet": typed("'u1'")[:-20]}, says="found {folder}/a.parquet, which is damaged or half-written", stops=True),
    Case("a file of another kind", {"a.xml": b"<root/>", "b.json": exported("u1")}, {"u1"}, says="XML is not read: have CleverTap export JSON, CSV or Parquet", source="clevertap"),
]  # fmt: skip


def deliver(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        os.utime(folder / name, (1_767_300_000, 1_767_300_000))  # not too young to be settled


def good_file(case: Case) -> dict[str, bytes]:
    return {"good.json": (record if case.source == "flat" else exported)("good")}


def found(project: Project) -> tuple[set[str], Counter]:
    users = {user for (user,) in project.query("select user_id from events")}
    reasons = project.query("select rejection_reason from rejected_events")
    return users - {"good"}, Counter(reason for (reason,) in reasons)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.what}-{case.source}")
def test_what_can_be_read_is_and_the_rest_is_told(project: Project, case: Case) -> None:
    if case.what == "a truncated gzip" and duckdb.__version__ < "2":
        pytest.skip("DuckDB 1.5, of Python 3.10, reads a truncated gzip as far as it goes")
    folder = project.folder / "events"
    expected = (case.users, Counter(case.rejected))
    says = case.says.format(folder=folder)
    deliver(folder, good_file(case))
    project.build(folder, event_source=case.source)
    before = project.query("from loaded_slices")
    deliver(folder, case.files)
    result = project.dbt("run", events=folder, event_source=case.source)
    assert says in result.output
    assert result.success is not case.stops
    if case.stops:
        assert project.query("from loaded_slices") == before
    assert found(project) == expected
    # and all at once
    project.warehouse.unlink()
    result = project.dbt("build", *SEEDS_AND_MODELS, events=folder, event_source=case.source)
    assert says in result.output
    assert result.success is not case.stops
    if case.stops:
        assert project.query("select table_name from duckdb_tables()") == []
    else:
        assert found(project) == expected


def test_every_line_of_the_documented_table_has_a_case() -> None:
    text = (ROOT / "docs/sources.md").read_text()
    (table,) = re.findall(r"## Odd files\n.*?\n\|---\|---\|\n(.*?)\n\n", text, re.DOTALL)
    lines = [line.split("|")[1].strip() for line in table.split("\n")]
    assert lines == list(dict.fromkeys(case.what for case in CASES))


@pytest.mark.parametrize("rejected", [2, 3])
def test_a_run_says_once_that_most_of_a_slice_is_rejected(project: Project, rejected: int) -> None:
    folder = project.folder / "events"
    deliver(folder, {"good.json": record("u1")})
    project.build(folder, event_source="flat")
    lines = record("u2") * 2 + record("u3", event_at="soon") * rejected
    deliver(folder, {"bad.json": lines, "worse.json": record("", event_name="")})
    result = project.dbt("run", events=folder, event_source="flat")
    told = [line for line in result.output.split("\n") if "Most rows are rejected of" in line]
    assert len(told) == 1
    assert ("flat/bad.json (3 of 5, most often unreadable_time)" in told[0]) is (rejected == 3)
    assert "flat/worse.json (1 of 1, most often missing_user)" in told[0]
    again = project.dbt("run", events=folder, event_source="flat")
    assert "Most rows are rejected of" not in again.output
