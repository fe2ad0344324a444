"""What becomes of odd files, each line of the table in docs/sources.md: read in a build of everything,
and delivered to what is stored, with the same result."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from conftest import REFRESH, ROOT, SEEDS_AND_MODELS, Project, Result

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


def nameless(user: str) -> bytes:
    """A line of JSON as CleverTap exports it where the file says the event."""
    return json.dumps({"ts": 20260101100000, "profile": {"identity": user}}).encode() + b"\n"


@dataclass(frozen=True)
class Case:
    """Files by name; whose events they give; why rows are rejected, how often; what the run says."""

    what: str
    files: dict[str, bytes]
    users: set[str] = field(default_factory=set)
    rejected: dict[str, int] = field(default_factory=dict)
    says: str = ""
    properties: set[str] = field(default_factory=set)
    source: str = "flat"
    stops: bool = False


LOADED = b"user_id,event_name,event_at,loaded_at\n"
UUID = "unhex('ff0000000000400080000000000000ff')"
PAGE = b"<!DOCTYPE html>\n<html><body>\nDenied</body></html>\n"
PAGES = {
    "a.json": PAGE,
    "b.csv": b"<html>\n</html>\n",
    "c.csv.gz": b"<html>\n</html>\n",
    "d.json": b"null\n",
    "e.json": b'"Denied"\n',
    "f.json": b'{"error": "denied"}\n',
    "h.parquet": PAGE,
    "g.json.gz": b'<?xml version="1.0"?>\n<Error>\n{\n</Error>',
}
# each name starts its event; a torn line and one that no record follows are no names
JOINED = b"A\n" + nameless("u1") + nameless("u2") + b'"B"\n' + nameless("u3") + b"u}}\n"
JOINED += b'{"eventName": "C"}\n' + nameless("u4") + b"E\n"
TORN = {"a.json": b"rue}}\n" + exported("u1"), "b.json": b"<html>502</html>\n" + exported("u2")}
TORN |= {"c.json": b"null\n" + exported("u3") + b'rue, "x\n' + exported("u4") + b"\x01{}\n"}
NO_UTF_8 = "Lines that can't be read, for they are no UTF-8 or longer than 32 MB"
CASES = [
    Case("an unknown column", {"a.csv": b"user_id,event_name,event_at,colour\nu1,Play,2026-01-01,red\n", "b.json": record("u2", colour="red"), "c.parquet": typed("'u3'", ", 'red' as colour")}, {"u1", "u2", "u3"}, properties={'{"colour":"red"}'}),
    Case("an unknown column", {"a.csv": b"ts,eventName,profile.identity,colour\n20260101100000,Play,u1,red\n", "b.json": exported("u2", colour="red", eventProps={"a": 1})}, {"u1", "u2"}, properties={'{"colour":"red"}', '{"a":1,"colour":"red"}'}, source="clevertap"),
    Case("a column whose type changed between files", {"a.parquet": typed("7"), "b.parquet": typed("'07'"), "c.parquet": typed("7.0::decimal(9, 0)"), "d.json": record("u1", user_id=8), "e.json": record("08")}, {"7", "07", "8", "08"}),
    Case("a column whose type changed between files", {"a.json": exported("", profile={"identity": 7}), "b.json": exported("07")}, {"7", "07"}, source="clevertap"),
    Case("an error page in place of an export", PAGES, set(), {"unreadable_row": 16, "missing_user": 1}, says="{folder}/b.csv, {folder}/c.csv.gz has no column user_id (or userId) and no event_name (or event, eventName) and no event_at (or timestamp, eventTime, event_time), which events of the source flat have: found <html>; rename"),
    Case("an error page in place of an export", PAGES, set(), {"unreadable_row": 16, "missing_user": 1}, says="Most rows are rejected of clevertap/a.json (3 of 3, most often unreadable_row)", source="clevertap"),
    Case("a list of objects, or objects over several lines", {"a.json": b'[\n {\n  "user_id": "u"\n }\n]\n', "b.json": b'[{"user_id": "u"}]\n', "c.json": b'{\n"user_id": "u"\n}\n'}, set(), {"unreadable_row": 9}, says="Expected one object per line in {folder}/a.json, {folder}/b.json, {folder}/c.json: found a list"),
    Case("several exports joined in one file", {"a.json": JOINED, "b.json.gz": gzip.compress(JOINED.replace(b"u", b"v")) + gzip.compress(b"\xef\xbb\xbfD\n" + b"\xef\xbb\xbf" + nameless("v9"))}, {"u1 A", "u2 A", "u3 B", "u4 C", "v1 A", "v2 A", "v3 B", "v4 C", "v9 D"}, {"unreadable_row": 4}, source="clevertap"),
    Case("a truncated gzip", {"a.csv.gz": gzip.compress(HEADER + row("u1") * 9)[:-9]}, says="GZIP stream: {folder}/a.csv.gz", stops=True),
    Case("a truncated gzip", {"a.json.gz": gzip.compress(exported("u1") * 9)[:40]}, says="GZIP stream: {folder}/a.json.gz", source="clevertap", stops=True),
    Case("a half-written last line", {"a.csv": HEADER + row("u1") + b"u2,Pl", "b.json": record("u3") + record("u4")[:-20]}, {"u1", "u3"}, {"missing_time": 1, "unreadable_row": 1}),
    Case("a half-written last line", {"a.json": exported("u1") + exported("u2")[:-20]}, {"u1"}, {"unreadable_row": 1}, source="clevertap"),
    Case("a malformed line in the middle", {"a.csv": HEADER + row("u1") + b"u2,Play,2026-01-01,{},,,,y\n" + row("u3"), "b.json": record("u4") + b"Play\n[1, 2]\n" + record("u5")}, {"u1", "u3", "u4", "u5"}, {"unreadable_row": 3}),
    Case("a malformed line in the middle", {"a.json": b"Play\n" + exported("u1") + b"Pl{ay\n17\n" + exported("u3")}, {"u1", "u3"}, {"unreadable_row": 2}, source="clevertap"),
    Case("broken quotes", {"a.csv": HEADER + b'b1,"Pl\\"ay",2026-01-01,\n' + row("u1"), "b.csv": (HEADER + b'b2,"Pl,"ay,2026-01-01,\n\n' + row("u2", '"a\nb"')).replace(b"\n", b"\r\n"), "c.csv": HEADER + b'b3,Play,2026-01-01,"{\\"a\\": 1}"\n' + row("u3", properties='"{""a"": 1}"')}, {"u1", "u2", "u3"}, {"unreadable_row": 3}, says="a backslash does not escape it): {folder}/a.csv (1, the first is line 2), {folder}/b.csv (1, the first is line 2), {folder}/c.csv (1, the first is line 2)."),
    Case("broken quotes", {"a.csv": HEADER + b'b1,"a\nb"c,2026-01-01,\n' + row("u1", '"x\n\n""y"""'), "b.csv": HEADER + row("u2", '5"" Screen') + row("u3", '"a\n\n""b"""') + b'u4,"Play" ,2026-01-01,\n', "c.csv": HEADER + b'b3,"Pl"ay,2026-01-01,\r\n' + row("u5").replace(b"\n", b"\r") + row("u6") + b'b4, "a" b,2026-01-01,\n' + b'u7, "a,b" ,2026-01-01,\r\r\n'}, {"u1", "u2", "u3", "u4", "u5", "u6", "u7"}, {"unreadable_row": 4}),
    Case("broken quotes", {"a.csv": b'ts,eventName,profile.identity\n20260101100000,"Pl"ay,b1\n20260101100000,Play,u1\n', "b.csv": b'ts,eventName,profile.identity,"eventProps.a"b\n20260101100000,Play,b2,x\n'}, {"u1"}, {"unreadable_row": 3}, says="In the first line of {folder}/b.csv (2, the first is line 1) a quote is left open or text follows a closing one", source="clevertap"),
    Case("broken quotes", {"a.csv": HEADER + row("u1") + b'b1,"Play,2026-01-01,\n' + row("u2") + row("u3"), "b.csv": HEADER + b'b2,"Play,2026-01-01,\n' + row("u4") + b'b3,"Play,2026-01-01,\n' + row("u5")}, {"u1", "u2", "u3", "u4", "u5"}, {"unreadable_row": 3}),
    Case("a malformed line in the middle", TORN, {"u1", "u2", "u3", "u4"}, {"unreadable_row": 5}, source="clevertap"),
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
    Case("line ends of any kind", {"a.csv": (HEADER + row("u1") + row("u2")).replace(b"\n", b"\r\n"), "b.json": record("u3").replace(b"\n", b"\r\n") * 2, "c.csv": (HEADER + row("u4") + row("u5")).replace(b"\n", b"\r\r\n"), "d.csv": (HEADER + row("u6")).replace(b"\n", b"\r"), "e.csv": (HEADER + row("u7")).replace(b"\n", b"\r\n") + row("u8").replace(b"\n", b"\r") + row("u9").replace(b"\n", b"\r\n"), "f.csv": HEADER + row("u10").replace(b"\n", b"\r\n") + row("u11"), "g.json": record("u12").replace(b"\n", b"\r\r\n") + record("u13").replace(b"\n", b"\r") + record("u14"), "h.csv": HEADER + row("u15") + row("u16").replace(b"\n", b"\r") + row("u17")}, {f"u{number}" for number in range(1, 18)}),
    Case("line ends of any kind", {"a.json": b"Play\r\n" + exported("u1").replace(b"\n", b"\r\n"), "b.json": b"Play\r\r\n" + nameless("u2").replace(b"\n", b"\r\r\n")}, {"u1", "u2"}, source="clevertap"),
    Case("`\\N` in a CSV cell", {"a.csv": HEADER + row("u1", properties="\\N") + row("u2", properties='"\\N"') + row("\\N") + row("u4", "\\N") + row("\\Nu5")}, {"u1", "u2", "\\Nu5"}, {"missing_user": 1, "missing_event_name": 1}),
    Case("a `loaded_at` that is no time", {"a.csv": LOADED + b"u1,Play,2026-01-01,\nb1,Play,2026-01-01,yesterday\nb2,Play,2026-01-01,1772359260\nu2,Play,2026-01-01,2026-01-01\n", "b.json": record("b3", loaded_at=1772359260) + record("u3", loaded_at=None)}, {"u1", "u2", "u3"}, {"unreadable_time": 3}, says='Rows are rejected whose loaded_at is no time, of flat/a.csv (2, such as "1772359260"), flat/b.json (1, such as "1772359260"): expected a time such as 2026-01-31 18:00:00, or nothing.'),
    Case("an empty file among full ones", {"a.csv": b"", "b.csv": HEADER, "c.json": b"", "d.json": b"\n\n", "e.csv.gz": gzip.compress(b""), "f.csv": HEADER + row("u1")}, {"u1"}),
    Case("an empty file among full ones", {"a.json": b"", "b.json.gz": gzip.compress(b""), "c.parquet": b"", "d.json": exported("u1")}, {"u1"}, source="clevertap"),
    Case("a name line that no record follows", {"a.json": exported("u1"), "b.json.gz": gzip.compress(b"Play\n")}, {"u1"}, {"unreadable_row": 1}, source="clevertap"),
    Case("bytes or VARIANT in Parquet", {"a.parquet": typed("encode('ü1')"), "b.parquet": typed(UUID), "c.parquet": typed("'u3'", ", {'a': 'x'::blob, 'b': ['\\xFF'::blob]} as properties"), "d.parquet": typed("'u4'", ", '\\xFF'::blob as colour")}, {"ü1", "ff000000-0000-4000-8000-0000000000ff", "u3", "u4"}),
    Case("bytes or VARIANT in Parquet", {"a.parquet": typed("'\\xFF'::blob")}, says="the column user_id of {folder}/a.parquet is BLOB, and holds bytes that are no text in UTF-8: expected text, or UUIDs of 16 bytes in a column of ids.", stops=True),
    Case("bytes or VARIANT in Parquet", {"a.parquet": typed("'u1'", ", unhex('" + "ff" * 16 + "') as source")}, says="the column source of {folder}/a.parquet is BLOB", stops=True),
    Case("a damaged Parquet file", {"a.parquet": typed("'u1'")[:-20]}, says="found {folder}/a.parquet, which is damaged or half-written", stops=True),
    Case("a damaged Parquet file", {"a.parquet": bytes(range(256)) * 9}, says="found {folder}/a.parquet, which is damaged or half-written", stops=True),
    Case("a file of another kind", {"a.xml": b"<root/>", "b.json": exported("u1")}, {"u1"}, says="XML is not read: export JSON, CSV or Parquet", source="clevertap"),
]  # fmt: skip


def deliver(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        os.utime(folder / name, (1_767_300_000, 1_767_300_000))  # not too young to be settled


def found(project: Project) -> tuple[set[str], Counter]:
    """Whose events there are, with the event's name where that is one letter; what is rejected."""
    name = "case when length(event_name) = 1 then event_name end"
    users = {
        user for (user,) in project.query(f"select concat_ws(' ', user_id, {name}) from events")
    }
    reasons = project.query("select rejection_reason from rejected_events")
    return users - {"good"}, Counter(reason for (reason,) in reasons)


@dataclass(frozen=True)
class Stage:
    """A project for all cases of a source, and its warehouse as a first load of one good file left
    it."""

    project: Project
    source: str

    @property
    def folder(self) -> Path:
        return self.project.folder / "events"

    @property
    def loaded(self) -> Path:
        return self.project.folder / "loaded.duckdb"

    def begin(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        deliver(self.folder, {"good.json": (record if self.source == "flat" else exported)("good")})
        if self.loaded.exists():
            shutil.copy(self.loaded, self.project.warehouse)
        else:
            self.project.build(self.folder, event_source=self.source)
            shutil.copy(self.project.warehouse, self.loaded)

    def dbt(self, *command: str) -> Result:
        return self.project.dbt(*command, events=self.folder, event_source=self.source)


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    return {
        source: Stage(Project(tmp_path_factory.mktemp(source)), source)
        for source in ("flat", "clevertap")
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.what}-{case.source}")
def test_what_can_be_read_is_and_the_rest_is_told(stages: dict[str, Stage], case: Case) -> None:
    if case.what == "a truncated gzip" and duckdb.__version__ < "2":
        pytest.skip("DuckDB 1.5, of Python 3.10, reads a truncated gzip as far as it goes")
    stage = stages[case.source]
    stage.begin()
    expected = (case.users, Counter(case.rejected))
    says = case.says.format(folder=stage.folder)
    before = stage.project.query("from loaded_slices")
    deliver(stage.folder, case.files)
    result = stage.dbt(*REFRESH)
    assert says in result.output
    assert result.success is not case.stops
    if case.stops:
        assert stage.project.query("from loaded_slices") == before
    assert found(stage.project) == expected
    if case.properties:
        kept = "select distinct properties from events where properties is not null"
        assert {text for (text,) in stage.project.query(kept)} - {"{}"} == case.properties
    # and all at once
    if case.stops:
        stage.project.warehouse.unlink()
        result = stage.dbt("build", *SEEDS_AND_MODELS)
        assert says in result.output and not result.success
        assert stage.project.query("select table_name from duckdb_tables()") == []
    else:
        result = stage.dbt(*REFRESH, "--full-refresh")
        assert says in result.output and result.success
        assert found(stage.project) == expected


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
    result = project.dbt(*REFRESH, events=folder, event_source="flat")
    told = [line for line in result.output.split("\n") if "Most rows are rejected of" in line]
    assert len(told) == 1
    assert ("flat/bad.json (3 of 5, most often unreadable_time)" in told[0]) is (rejected == 3)
    assert "flat/worse.json (1 of 1, most often missing_user)" in told[0]
    again = project.dbt(*REFRESH, events=folder, event_source="flat")
    assert "Most rows are rejected of" not in again.output


def test_a_first_load_that_rejects_every_row_says_so_and_why(project: Project) -> None:
    folder = project.folder / "events"
    deliver(folder, {"bad.json": record("u1", event_at="soon") * 2})
    project.build(folder, event_source="flat")
    result = project.dbt(*REFRESH, "--full-refresh", events=folder, event_source="flat")
    assert result.success
    assert (
        "The warehouse has no events, and the board is empty, because every row is rejected:"
        " flat/bad.json (2 of 2, most often unreadable_time). See rejected_events, correct the"
        " input or the settings (such as columns), and run `.venv/bin/dbt build --selector run"
        " --full-refresh`."
    ) in result.output
    assert "Most rows are rejected of" not in result.output
