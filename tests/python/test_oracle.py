"""The oracle against examples worked by hand from docs/rules.md, and its own worlds."""

import itertools
import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import md5

import duckdb
import pytest
from any_world import any_settings, world
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import BUCKETS, CONTRACT, RawRow, Settings, build, encoded, read_time
from worlds import (
    FILE_TIMES,
    as_written,
    only_typed,
    prefixed,
    write_csv,
    write_jsonl,
    write_parquet,
)

DAY = "2024-03-01 "
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def row(time: str | None, **values) -> RawRow:
    """An event of user u1 on the first of March; its id is its time unless it's given."""
    time = DAY + time if time and time[2:3] == ":" else time
    return RawRow(**({"event_id": time, "user_id": "u1", "event_name": "Charged"} | values),
                  event_at=time)  # fmt: skip


def starts(built: dict) -> list[str]:
    return sorted(s["session_started_at"].strftime("%H:%M:%S.%f") for s in built["sessions"])


def reasons(rows: list[RawRow], **settings_) -> list[str]:
    return [r["rejection_reason"] for r in build(rows, Settings(**settings_))["rejected_events"]]


def test_session_concluded_of_the_documented_example():
    """R8, R9: last event 11:10, raised 11:30; concluded at that very instant."""
    rows = [row("11:00:00"), row("11:10:00")]
    built = build(rows, Settings(as_of=datetime(2024, 3, 1, 11, 30)))
    assert built["session_concluded"] == [
        {
            "event_name": "Session Concluded",
            "event_at": datetime(2024, 3, 1, 11, 10),
            "raised_at": datetime(2024, 3, 1, 11, 30),
            "session_length": 600,
            "session_length_seconds": 600,
            "session_id": "1709290800-" + md5(b"u1").hexdigest()[:16],
            "ct_session_id": "1709290800-" + md5(b"u1").hexdigest()[:16],
            "user_id": "u1",
            "platform": None,
            "app_id": None,
            "day": date(2024, 3, 1),
        }
    ]
    early = build(rows, Settings(as_of=datetime(2024, 3, 1, 11, 29, 59, 999_999)))
    assert early["session_concluded"] == [] and early["sessions"][0]["concluded_at"] is None
    assert early["user_profiles"][0]["is_session_open"]


def test_a_gap_of_exactly_the_timeout_starts_a_session():
    """R1, R4."""
    assert len(build([row("11:00:00"), row("11:19:59.999999")])["sessions"]) == 1
    assert len(build([row("11:00:00"), row("11:20:00")])["sessions"]) == 2
    assert len(build([row("11:00:59"), row("11:20:58")])["sessions"]) == 1
    half_a_minute = Settings(session_timeout_minutes=0.5)
    assert len(build([row("11:00:00"), row("11:00:30")], half_a_minute)["sessions"]) == 2


@pytest.mark.parametrize("bridge", [{"source": " aPi\t"}, {"event_name": "Identity Set"}])
def test_what_is_not_considered_does_not_bridge(bridge):
    """R2."""
    built = build([row("11:00:00"), row("11:15:00", **bridge), row("11:30:00")])
    assert starts(built) == ["11:00:00.000000", "11:30:00.000000"]
    [between] = [e for e in built["events"] if not e["is_session_event"]]
    assert between["ct_session_id"] is None and between["session_started_at"] is None
    assert sum(built["dispositions"].values()) == 3


@pytest.mark.parametrize(
    ("name", "campaign_type", "in_2021", "in_2025"),
    [
        ("Notification Clicked", "Mobile Push - Android", True, True),
        ("Notification Clicked", " mobile-PUSH", True, True),
        ("Notification Clicked", "SMS", True, False),
        ("Notification Clicked", None, True, False),
        ("Notification Viewed", "e-mail", False, True),
        ("Notification Viewed", "Mobile Push", False, False),
        ("Push Impressions", None, False, True),
        ("UTM Visited", "anything", True, True),
        ("utm visited", None, False, False),
        (" UTM Visited", None, False, False),
    ],
)
def test_campaign_types(name, campaign_type, in_2021, in_2025):
    """R3."""
    for rule_set, is_excluded in [("documented_2021", in_2021), ("documented_2025", in_2025)]:
        rows = [row("11:00:00", event_name=name, campaign_type=campaign_type)]
        built = build(rows, Settings(exclusion_rule_set=rule_set))
        assert built["events"][0]["disposition"] == ("excluded" if is_excluded else "session")


def test_session_key():
    """R5: the documented example; a null is not a hyphen; one column is its text."""
    assert encoded(["app_a", "u1"]) == "5:app_a2:u1"
    assert encoded([None, "😀"]) == "-1:😀" and encoded(["-"]) == "1:-"
    rows = [row("11:00:00", app_id="a"), row("11:01:00", app_id=None), row("11:02:00", app_id="-")]
    by_app = build(rows, Settings(session_key=("app_id", "user_id")))
    keys = {s["session_key"] for s in by_app["sessions"]}
    assert keys == {"1:a2:u1", "-2:u1", "1:-2:u1"}
    assert by_app["user_profiles"][0]["session_count"] == 3
    assert build(rows)["sessions"][0]["session_key"] == "u1"


def test_length_rounds_down_and_first_and_last_go_by_event_id_in_a_tie():
    """R6, R12: the first event's platform counts where it is null, too."""
    rows = [
        row("11:00:00.600000", event_id="b", event_name="B", platform="ios"),
        row("11:00:00.600000", event_id="a", event_name="A", platform=None),
        row("11:00:02.500000", event_id="d", event_name="D"),
        row("11:00:02.500000", event_id="c", event_name="C"),
    ]
    [session] = build(rows)["sessions"]
    assert session["session_length_seconds"] == 1 and session["event_count"] == 4
    assert (session["first_event_name"], session["last_event_name"]) == ("A", "D")
    assert session["platform"] is None


def test_which_copy_is_kept():
    """Sources: lowest loaded_at, nulls last, then event_at, then columns, nulls last, slice."""
    late = row("11:00:00", event_id="e", loaded_at="2024-03-02 00:00:00")
    early = row("15:00:00", event_id="e", loaded_at="2024-03-01 23:00:00")
    unknown = row("10:00:00", event_id="e")
    assert build([late, early, unknown])["events"][0]["event_at"].hour == 15
    assert build([late, late, late])["dispositions"] == {"session": 1, "duplicate": 2}
    first = replace(unknown, event_at=DAY + "09:00:00")
    assert build([unknown, first])["events"][0]["event_at"].hour == 9
    app = replace(unknown, app_id="a")
    assert build([unknown, app])["events"][0]["app_id"] == "a"
    by_file = replace(unknown, file_loaded_at=datetime(2024, 3, 1, 22))
    assert build([early, by_file])["events"][0]["event_at"].hour == 10
    rejected = row("15:00:00", event_id="e", loaded_at="2024-03-01 13:59:59.999999")
    assert build([rejected, late])["dispositions"] == {"rejected": 1, "session": 1}
    assert build([late, replace(late, user_id="u2")])["dispositions"] == {"session": 2}


def test_generated_event_ids():
    """Sources: identical rows but for loaded_at are one event; a blank id is none."""
    rows = [row("11:00:00", event_id=None), row("11:00:00", event_id=" \u00a0", slice="s1")]
    rows += [row("11:00:00", event_id="", loaded_at="2024-03-01 11:00:05")]
    built = build(rows)
    text = "2:u17:Charged16:1709290800000000-----"
    assert [e["event_id"] for e in built["events"]] == [md5(text.encode()).hexdigest()]
    assert built["dispositions"]["duplicate"] == 2
    assert len(build([*rows, row("11:00:00", event_id=None, source="")])["events"]) == 2


def test_reasons_in_order():
    """The contract: rejection reasons."""
    bad = RawRow(unreadable=True)
    no_user = RawRow(user_id=" \u2003", event_at="soon")
    no_name = RawRow(user_id="u1", event_name="\t")
    assert reasons([bad, no_user, no_name]) == [
        "unreadable_row",
        "missing_user",
        "missing_event_name",
    ]
    texts = {
        None: "missing_time",
        " ": "missing_time",
        "soon": "unreadable_time",
        "2024-02-30 10:00:00": "unreadable_time",
        "infinity": "time_out_of_range",
        "10000-01-01 00:00:00": "time_out_of_range",
        "9999-12-31 23:59:59-02:00": "time_out_of_range",
        "1999-12-31T23:59:59.999999": "time_out_of_range",
        "2000-01-01T01:59:59+02:00": "time_out_of_range",
    }
    for text, reason in texts.items():
        assert reasons([row(text)]) == [reason], text
    assert reasons([row("2000-01-01T00:00:00"), row("9999-12-31 23:59:59.999999")]) == []
    assert read_time("2024-03-01T10:00:00.5+0530")[0] == datetime(2024, 3, 1, 4, 30, 0, 500_000)
    skewed = row("12:00:00", loaded_at="2024-03-01 11:00:00")
    assert reasons([skewed]) == []
    assert reasons([skewed], clock_skew_tolerance_minutes=59) == ["time_out_of_range"]


def test_the_clock():
    """R8: a phone whose clock runs ahead moves it as far as loaded_at; a rejected row doesn't."""
    ahead = row("12:00:00", loaded_at="2024-03-01 11:30:00")
    rejected = row("18:00:00", loaded_at="2024-03-01 11:45:00")
    api = row("11:40:00", source="API")
    assert build([ahead, rejected])["session_clock"] == [{"as_of": datetime(2024, 3, 1, 11, 30)}]
    assert build([ahead, api])["session_clock"] == [{"as_of": datetime(2024, 3, 1, 11, 40)}]
    nothing = build([row(None)], Settings(as_of=datetime(2024, 3, 1)))
    assert nothing["session_clock"] == [{"as_of": None}] and nothing["sessions_per_day"] == []
    assert nothing["session_length_distribution"] == [] == nothing["session_lengths_per_day"]


def test_activation_and_zeros():
    """R11, R10: tracking off is a board of zeros, app and platform null."""
    rows = [row("11:00:00"), row("11:10:00")]
    off = build(rows, Settings(session_tracking=False))
    assert off["dispositions"] == {"before_tracking": 2}
    assert off["sessions"] == [] == off["user_profiles"] and len(off["events"]) == 2
    assert len(off["sessions_per_day"]) == 30 and len(off["session_length_distribution"]) == 10
    assert {(d["app_id"], d["platform"], d["session_count"]) for d in off["sessions_per_day"]} == {
        (None, None, 0)
    }
    assert {d["session_share"] for d in off["session_length_distribution"]} == {0.0}
    since = build(rows, Settings(session_tracking_since=datetime(2024, 3, 1, 11, 10)))
    assert since["dispositions"] == {"before_tracking": 1, "session": 1}


def test_the_board_over_a_change_of_clocks():
    """R10: New York's 10 March 2024 has 23 hours, its end is 04:00 UTC; sessions cross midnight."""
    rows = [
        row("2024-03-11 03:50:00", event_id="a", app_id="x"),
        row("2024-03-11 04:05:00", event_id="b"),
        row("2024-03-10 04:59:59", event_id="c"),
    ]
    zone = {"timezone": "America/New_York", "board_days": 3}
    done = build(rows, Settings(as_of=datetime(2024, 3, 12, 4, 20), **zone))
    counts = {(d["day"].day, d["app_id"]): d["session_count"] for d in done["sessions_per_day"]}
    assert counts == {(10, "x"): 0, (11, "x"): 1, (12, "x"): 0}
    complete = {d["day"].day: d["is_complete_day"] for d in done["sessions_per_day"]}
    assert complete == {10: True, 11: True, 12: False}
    for as_of, is_complete in [((4, 20), True), ((4, 19), False)]:
        built = build(rows, Settings(as_of=datetime(2024, 3, 11, *as_of), **zone))
        days = {d["day"].day: d["is_complete_day"] for d in built["sessions_per_day"]}
        assert days == {9: True, 10: is_complete, 11: False}


def test_buckets():
    """R10: each lower bound opens its bucket; shares add up."""
    rows = []
    for user, length in enumerate([0, 0.9, 1, 9, 10, 7199, 7200]):
        for number in range(int(length // 600) + 1):
            at = datetime(2024, 3, 1) + timedelta(seconds=600 * number)
            rows.append(row(str(at), user_id=f"u{user}", event_id=f"e{number}"))
        at = datetime(2024, 3, 1) + timedelta(seconds=length)
        rows.append(row(str(at), user_id=f"u{user}", event_id="last"))
    built = build(rows, Settings(as_of=datetime(2024, 3, 2)))["session_length_distribution"]
    assert [b["session_count"] for b in built] == [2, 2, 1, 0, 0, 0, 0, 0, 1, 1]
    assert [b["upper_bound_seconds"] for b in built] == [*BUCKETS[1:], None]
    assert sum(b["session_share"] for b in built) == pytest.approx(1)


# Over worlds --------------------------------------------------------------------------------


def canonical(built: dict) -> dict:
    return {name: sorted(map(repr, rows)) for name, rows in built.items() if name != "dispositions"}


@QUICK
@given(st.data())
def test_what_holds_in_every_world(data):
    chosen = data.draw(any_settings())
    rows = data.draw(world(chosen, unreadable=True))
    built = build(rows, chosen)
    shuffled = random.Random(1).sample(rows, len(rows))
    assert canonical(build(shuffled, chosen)) == canonical(built)
    assert sum(built["dispositions"].values()) == len(rows)
    sessions = {s["ct_session_id"]: s for s in built["sessions"]}
    assert len(sessions) == len(built["sessions"])
    by_key = defaultdict(list)
    for event in built["events"]:
        if event["is_session_event"]:
            by_key[event["session_key"]].append((event["event_at"], event["ct_session_id"]))
    for events in by_key.values():
        events.sort()
        for (at, name), (next_at, next_name) in itertools.pairwise(events):
            assert (name == next_name) == (next_at - at < chosen.timeout)
        assert {name for _, name in events} <= set(sessions)
    per_day, lengths = built["sessions_per_day"], built["session_lengths_per_day"]
    assert len(per_day) == len(lengths) and len(per_day) % chosen.board_days == 0
    counted = sum(d["session_count"] for d in per_day)
    assert counted == sum(b["session_count"] for b in built["session_length_distribution"])
    assert counted <= len(built["session_concluded"])


@settings(QUICK, max_examples=25)
@given(st.data())
def test_writers_carry_every_value(tmp_path_factory, data):
    rows = prefixed(data.draw(world(Settings())), 7)
    folder = tmp_path_factory.mktemp("written")
    names = {column: "varchar" for column in CONTRACT}
    readers = {
        "csv": f"read_csv('{folder}/f.csv', columns = {names}, header = true, quote = '\"', "
        "escape = '\"', delim = ',')",
        "jsonl": f"read_json('{folder}/f.jsonl', columns = {names}, format = 'newline_delimited')",
        "parquet": f"read_parquet('{folder}/f.parquet')",
    }
    write_csv(rows, folder / "f.csv")
    write_jsonl(rows, folder / "f.jsonl", nested=data.draw(st.booleans()))
    write_parquet(rows, folder / "f.parquet")
    for file_format, reader in readers.items():
        read = duckdb.sql(f"select {', '.join(CONTRACT)} from {reader}").fetchall()
        wanted = as_written(rows, file_format)
        key = [[getattr(r, column) for column in CONTRACT] for r in wanted]
        assert sorted(map(repr, map(list, read))) == sorted(map(repr, key))
    typed = only_typed(rows)
    write_parquet(typed, folder / "typed.parquet", typed_times=True)
    source = f"read_parquet('{folder}/typed.parquet')"
    finite = duckdb.sql(f"select event_at from {source} where isfinite(event_at)").fetchall()
    wanted = [time for time, _ in (read_time(row.event_at) for row in typed) if time is not None]
    assert sorted(time for (time,) in finite) == sorted(wanted)


def test_prefixed_leaves_blank_users_alone():
    rows = prefixed([RawRow(user_id="u"), RawRow(user_id=" "), RawRow()], 3)
    assert [r.user_id for r in rows] == ["w3/u", " ", None]
    assert set(FILE_TIMES) == {"s0", "s1", "s2"}
