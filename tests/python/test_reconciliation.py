"""Their sessions beside ours: the sample's planted disagreements are found, each by its name."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from board_page import build_page
from conftest import ROOT, Project


def told_sessions(folder: Path) -> Counter:
    """What the export's Session Concluded records say, each once: user, end and length."""
    lines = {
        line
        for path in folder.glob("*-Session_Concluded-*.json.gz")
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()
    }
    sessions: Counter = Counter()
    for record in map(json.loads, lines):
        profile = record["profile"]
        user = profile.get("identity") or profile.get("objectId")
        user = user or (profile.get("all_identities") or [profile.get("email")])[0]
        end = datetime.strptime(str(record["ts"]), "%Y%m%d%H%M%S")
        sessions[user, end, record["eventProps"]["Session Length"]] += 1
    return sessions


def test_matched_are_the_sessions_of_the_same_user_end_and_length(
    sample_project: Project,
) -> None:
    theirs = told_sessions(ROOT / "sample/export")
    ours = Counter(
        sample_project.query(
            "select user_id, session_ended_at, session_length_seconds from sessions"
        )
    )
    ((matched, told, ours_only),) = sample_project.query("""
        select
            count(*) filter (where agreement = 'matched'),
            count(*) filter (where agreement != 'ours_only' and session_id is not null),
            count(*) filter (where agreement = 'ours_only')
        from session_reconciliation
        left join (
            select user_id, properties ->> 'Session Id' as session_id, event_at
            from int_event_log where disposition = 'vendor_session'
        ) as told on
            session_reconciliation.user_id = told.user_id
            and vendor_session_id = session_id
            and session_ended_at = event_at
    """)
    assert matched >= sum((theirs & ours).values()) > 20_000
    assert told == sum(theirs.values())
    assert ours_only > 0


PLANTED = """
    select agreement, reason, try_cast(regexp_extract(user_id, 'u-([0-9]+)', 1) as integer)
    from session_reconciliation
    where agreement != 'matched'
"""


def test_each_planted_disagreement_is_found_and_named(sample_project: Project) -> None:
    """Whose sessions differ, and how, sample/sample_vendor.sql says."""
    planted: dict[str, set[int]] = {}
    for agreement, reason, number in sample_project.query(PLANTED):
        if number is not None:
            planted.setdefault(f"{agreement}: {reason}", set()).add(number)
    assert {number % 29 for number in planted["theirs_only: api"]} == {5}
    excluded = planted["theirs_only: excluded_event"] | planted["ours_only: excluded_event"]
    excluded -= {12}  # an event of a broken line, which has none of their ids
    assert all(number % 23 == 2 or number % 19 == 3 for number in excluded)
    assert {number % 23 == 2 for number in planted["theirs_only: excluded_event"]} >= {True}
    assert {number % 19 == 3 for number in planted["ours_only: excluded_event"]} >= {True}
    assert {number % 101 for number in planted["theirs_only: another_boundary"]} == {1}
    assert len(planted["theirs_only: events_missing"]) >= 3
    two_devices = {
        int(user.removeprefix("u-"))
        for (user,) in sample_project.query("""
            select user_id from events where user_id like 'u-%'
            group by user_id having count(distinct device_id) > 1
        """)
    }
    assert planted["theirs_only: device_against_user"] <= two_devices
    assert len(planted["theirs_only: device_against_user"]) > 100
    assert "theirs_only: None" not in planted


def test_cut_by_device_as_they_do_nearly_all_agree(sample_project: Project) -> None:
    ((by_user, summed, rows),) = sample_project.query("""
        select
            match_rate,
            matched_session_count + excluded_event_count + api_count + another_boundary_count
            + before_tracking_count + another_source_count + device_against_user_count
            + events_missing_count + source_timezone_count + unexplained_count,
            (select count(*) from session_reconciliation)
        from session_reconciliation_summary
    """)
    assert summed == rows
    project = Project(sample_project.folder / "by_device")
    project.folder.mkdir()
    project.build(ROOT / "sample/export", user_identity="device")
    ((by_device, of_devices),) = project.query(
        "select match_rate, device_against_user_count from session_reconciliation_summary"
    )
    assert by_device > 0.98 > by_user
    assert of_devices == 0


def test_an_export_without_their_sessions_is_not_compared(project: Project) -> None:
    path = project.folder / "events.csv"
    path.write_text("user_id,event_name,event_at\nu1,Play,2026-01-01 10:00:00\n")
    project.build(path, event_source="flat")
    assert project.query("from session_reconciliation") == []
    assert project.query("from session_reconciliation_summary") == [(0, 0, 0, None, *[0] * 9)]
    built = build_page(project)
    assert built.returncode == 0
    assert "The vendor's sessions" not in built.stdout


def test_nothing_that_is_malformed_breaks_the_comparison(project: Project) -> None:
    lines = []
    for number, properties in enumerate(
        [
            '{"Session Length": 99999999999999, "Session Id": 99999999999999999}',
            '{"Session Length": -1e300}',
            '{"Session Length": [], "Session Id": {}}',
            "no JSON",
            None,
        ]
    ):
        event = {"user_id": f"u{number}", "event_at": "2026-01-01 10:00:00.5"}
        lines.append(event | {"event_name": "Session Concluded", "properties": properties})
    for number, text in enumerate(['{"CT Session Id": -9223372036854775808}', 'x "CT Session Id"']):
        event = {"user_id": f"v{number}", "event_at": "2026-01-01 10:00:00", "event_name": "Play"}
        lines.append(event | {"properties": text})
    path = project.folder / "events.json"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    project.build(path, event_source="flat")
    assert project.query(
        "select agreement, reason, count(*) from session_reconciliation group by all order by all"
    ) == [("theirs_only", "events_missing", 5)]
    assert project.query("select user_id from sessions order by all") == [("v0",), ("v1",)]
    result = project.dbt("test", "--selector", "audit", events=path, event_source="flat")
    assert result.success, result.output


def test_sessions_are_compared_in_whole_seconds_and_with_what_they_see(project: Project) -> None:
    """The same session told with and without fractions, and one of a source that they don't see."""
    concluded = {"eventName": "Session Concluded", "ts": 20260101101000}
    concluded |= {"eventProps": {"Session Length": 600, "Session Id": 1767261600}}
    files = {"export/a.json": concluded | {"profile": {"identity": "u"}}}
    event = {"event_name": "Play", "properties": '{"CT Session Id": 1767261600}'}
    flat = [
        event | {"user_id": "u", "event_at": "2026-01-01 10:00:00.9"},
        event | {"user_id": "u", "event_at": "2026-01-01 10:10:00.1"},
    ]
    unseen = [{"user_id": "w", "event_name": "Play", "event_at": "2026-01-01 10:10:00"}]
    for name, records in (files | {"flat/a.json": flat, "shop/a.json": unseen}).items():
        path = project.folder / name
        path.parent.mkdir()
        records = records if isinstance(records, list) else [records]
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    paths = {source: str(project.folder / folder) for source, folder in
             (("clevertap", "export"), ("flat", "flat"))}  # fmt: skip
    compared = "select agreement, user_id, session_length_seconds from session_reconciliation"
    project.build(event_source=["clevertap", "flat"], events_path=paths)
    assert project.query(compared) == [("matched", "u", 599)]
    paths["flat"] = str(project.folder / "shop")
    result = project.dbt("run", "--full-refresh", event_source=["clevertap", "flat"],
                         events_path=paths, forget_gone_files=True)  # fmt: skip
    assert result.success, result.output
    assert project.query(compared) == [("theirs_only", "u", 600)]


def exported(user: str, time: datetime, name: str = "Play", **properties: object) -> dict:
    record = {"ts": int(f"{time:%Y%m%d%H%M%S}"), "eventName": name, "eventProps": properties}
    return record | {"profile": {"identity": user}}


def write(path: Path, records: list[dict]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_an_id_that_is_no_session_s_makes_no_session_of_theirs(project: Project) -> None:
    """CleverTap's SDK sends 0 for a push that is shown while the app does not run."""
    records = []
    for number, none in enumerate([0, "0", "", -1, "-17", "0.0", " ", None]):
        start = datetime(2026, 3, 1, 10)
        for minutes in (0, 5, 10):
            time = start + timedelta(minutes=minutes)
            properties = {"CT Session Id": int(time_of(start))}
            records.append(exported(f"u{number}", time, **properties))
        push = start + timedelta(hours=7)
        records.append(exported(f"u{number}", push, "Push Impressions", **{"CT Session Id": none}))
        if none is not None:
            concluded = {"Session Id": none, "Session Length": 0}
            records.append(exported(f"u{number}", push, "Session Concluded", **concluded))
    path = write(project.folder / "export.json", records)
    project.build(path, exclusion_rule_set="documented_2025")
    assert project.query("""
        select agreement, vendor_session_id, session_length_seconds, count(*)
        from session_reconciliation group by all
    """) == [("matched", "1772359200", 600, 8)]
    assert project.query("select match_rate from session_reconciliation_summary") == [(1.0,)]


def time_of(time: datetime) -> float:
    return time.replace(tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize("has_concluded", [True, False])
@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Kolkata", {"5 h 30 min after": 30}),
        ("America/New_York", {"5 h before": 10, "4 h before": 20}),
        ("Asia/Kathmandu", {"5 h 45 min after": 30}),
    ],
)
def test_a_time_zone_that_is_not_the_account_s_is_named(
    project: Project, zone: str, said: dict[str, int], has_concluded: bool
) -> None:
    records = []
    for day in range(30):
        start = datetime(2026, 2, 26, 16, tzinfo=timezone.utc) + timedelta(days=day)
        local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        named = {} if has_concluded else {"CT Session Id": int(start.timestamp())}
        for minutes in (0, 5, 10):
            records.append(exported("u", local + timedelta(minutes=minutes), **named))
        if has_concluded:
            concluded = {"Session Id": int(start.timestamp()), "Session Length": 600}
            end = local + timedelta(minutes=10)
            records.append(exported("u", end, "Session Concluded", **concluded))
    path = write(project.folder / "export.json", records)
    as_of = "2026-04-30"
    project.build(path, as_of=as_of)
    reasons = "select agreement, reason, count(*) from session_reconciliation group by all"
    assert sorted(project.query(reasons)) == sorted(
        ("shifted", f"source_timezone: our starts lie {shift} theirs", count)
        for shift, count in said.items()
    )
    assert project.query(
        "select match_rate, source_timezone_count from session_reconciliation_summary"
    ) == [(0, 30)]
    project.warehouse.unlink()
    project.build(path, as_of=as_of, source_timezone=zone)
    assert project.query(reasons) == [("matched", None, 30)]
