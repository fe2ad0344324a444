"""Every shape of CleverTap's export gives the same events: alone, mixed, and delivered later."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from conftest import REFRESH, Project
from export_shapes import EVENTS, RUN, SHAPES, ZONE, Event

ROWS = """
    select
        user_id,
        device_id,
        event_name,
        event_at::varchar,
        source,
        platform,
        campaign_type,
        disposition,
        properties
    from events
    order by all
"""
EXPECTED = [
    ("a@b.c", None, "Charged", "2026-02-01 18:50:00", None, "Web", None, "session"),
    ("d2", "d2", "Song Played", "2026-02-01 18:49:00", None, None, None, "session"),
    ("e@f.g", None, "Charged", "2026-02-01 18:51:00", "API", None, None, "api"),
    ("u1", "d1", "App Launched", "2026-02-01 18:00:00", None, "Android", None, "session"),
    ("u1", None, "Notification Clicked", "2026-02-01 18:52:00", None, None, "Email", "excluded"),
    ("u1", None, "Song Played", "2026-02-01 18:10:00", "Mobile", None, None, "session"),
    ("u1", None, "Song Played", "2026-02-01 18:29:00", None, None, None, "session"),
]
PROPERTIES = ['{"n":"1"}', "{}", '{"CT Source":"API"}', "{}", '{"Campaign type":"Email"}',
              '{"CT Source":"Mobile","it\'s \\"so\\"":"é, ü"}', '{"Song":"A\\nB"}']  # fmt: skip


def deliver(folder: Path, shape: str, events: list[Event] = EVENTS, run: int = RUN) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in SHAPES[shape].files(events, run).items():
        (folder / name).write_bytes(content)


def assert_built(project: Project) -> None:
    """The events are as they were exported, in the sessions that they make."""
    *events, properties = zip(*project.query(ROWS), strict=True)
    assert list(zip(*events, strict=True)) == EXPECTED
    # where no event of a flat file has a property, it has no column of any
    assert [text or "{}" for text in properties] == PROPERTIES
    assert project.query("select distinct loaded_at::varchar from events") == [
        ("2026-02-02 02:40:00",)
    ]
    assert project.query("select event_count from sessions where user_id = 'u1'") == [(3,)]
    assert project.query("from rejected_events") == []


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_events(project: Project, shape: str) -> None:
    deliver(project.folder / "export", shape)
    project.build(project.folder / "export", source_timezone=ZONE)
    assert_built(project)


def test_shapes_may_be_mixed_in_a_folder(project: Project) -> None:
    """Delivered by halves, they give what a build of everything gives."""
    folder = project.folder / "export"
    for number, shape in enumerate(SHAPES):
        events = [event.later(19 * number) for event in EVENTS]
        deliver(folder / str(number), shape, events, RUN + 3600 * number)
        if number == len(SHAPES) // 2:
            project.build(folder, source_timezone=ZONE)
    assert project.dbt(*REFRESH, events=folder, source_timezone=ZONE).success
    anew = Project(project.folder / "anew")
    anew.folder.mkdir()
    anew.build(folder, source_timezone=ZONE)
    for mart in (ROWS, "from sessions order by all", "from session_concluded order by all"):
        assert project.query(mart) == anew.query(mart)
    assert project.query("select count(*) from events") == [(len(EVENTS) * len(SHAPES),)]
    assert project.query("select count(*) from loaded_slices") == [(4 * len(SHAPES),)]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_may_be_a_later_delivery(project: Project, shape: str) -> None:
    """Its events fall between the stored ones of another shape, in the same sessions."""
    first, then = EVENTS[::2], EVENTS[1::2]
    deliver(project.folder / "export" / "first", "CSV" if shape == "JSON" else "JSON", first)
    project.build(project.folder / "export", source_timezone=ZONE)
    deliver(project.folder / "export" / "then", shape, then)
    result = project.dbt(*REFRESH, events=project.folder / "export", source_timezone=ZONE)
    assert result.success, result.output
    assert_built(project)


UNIONS = {
    # the members of another file have another number and order
    "fewer": "map {'identity': {'member0': null::bigint, 'member1': 'u1'}} as identity",
    "more": "map {'identity': {'member0': 17, 'member1': null::varchar, 'member2': null::double}} as identity",
    "whole": "map {'identity': {'member0': 17.0::double, 'member1': null::varchar}} as identity",
    "none": "map {'identity': {'member0': null::varchar}, 'clevertapId': {'member0': 'd'}} as identity",
    "deep": "map {'identity': {'member0': 'u2'}} as identity, map {'list': {'member0': [{'member0': {'x': map {'member0': {'member0': 1, 'member1': null::varchar}}}, 'member1': null::varchar}, {'member0': null, 'member1': 'a'}], 'member1': null::integer}} as \"eventProps\"",
    "empty": "map {'identity': {'member0': 'u3'}} as identity, map {}::map(varchar, struct(member0 varchar)) as \"eventProps\"",
    "struct": "{'identity': {'member0': 'u4', 'member1': null::int}, 'x': 1} as profile",
    "members": "{'member0': 'u5', 'identity': 'u6'} as profile",
}  # fmt: skip


def test_the_filled_member_of_a_union_is_the_value_whatever_its_members(project: Project) -> None:
    folder = project.folder / "export"
    folder.mkdir()
    for name, columns in UNIONS.items():
        select = f"select {columns}, '{name}' as \"eventName\", '1770000000' as \"eventTime\""
        duckdb.execute(f"copy ({select}) to '{folder}/{name}.parquet' (format parquet)")
    project.build(folder)
    assert project.query(
        "select event_name, user_id, device_id, properties from events order by all"
    ) == [
        ("deep", "u2", None, '{"list":[{"x":{"member0":1}},"a"]}'),
        ("empty", "u3", None, "{}"),
        ("fewer", "u1", None, None),
        ("members", "u6", None, None),
        ("more", "17", None, None),
        ("none", "d", "d", None),
        ("struct", "u4", None, None),
        ("whole", "17", None, None),
    ]


ODD_COLUMNS = {
    "a float": "12345678901234.0::double as \"profile.identity\", 20260201233000.0::double as ts",
    "no number": "'nan'::double as \"profile.identity\", 20260201233000 as ts",
    "two identities": "'u1' as \"profile.identity\", 'x' as identity, 20260201233000 as ts",
    "a plain identity": "'u2' as identity, 20260201233000 as ts",
    "a path": "map {'$x': 'u3'} as identity, 20260201233000 as ts",
    "a pointer": "map {'/x~': 'u4'} as identity, 20260201233000 as ts",
    "a map": "'u5' as \"profile.identity\", map {'CT Source': 'API'} as \"eventProps\", 20260201233000 as ts",
    "dots": "{'identity': 'u6'} as profile, 'API' as \"eventProps.CT Source\", 20260201233000 as ts",
    "dots in another case": "'u8' as \"Profile.Identity\", 'API' as \"eventProps.ct source\", 20260201233000 as ts",
    "bytes": "'ü7'::blob as \"profile.identity\", 20260201233000 as ts",
}  # fmt: skip


def test_odd_columns_of_parquet_are_read(project: Project) -> None:
    folder = project.folder / "export"
    folder.mkdir()
    for number, (name, columns) in enumerate(ODD_COLUMNS.items()):
        columns = columns.replace("'ü7'::blob", "encode('ü7')")
        select = f"select {columns}, '{name}' as \"eventName\""
        duckdb.execute(f"copy ({select}) to '{folder}/{number}.parquet' (format parquet)")
    project.build(folder)
    assert project.query("select event_name, user_id, disposition from events order by 2") == [
        ("a float", "12345678901234", "session"),
        ("two identities", "u1", "session"),
        ("a plain identity", "u2", "session"),
        ("a path", "u3", "session"),
        ("a pointer", "u4", "session"),
        ("a map", "u5", "api"),
        ("dots", "u6", "api"),
        ("dots in another case", "u8", "api"),
        ("bytes", "ü7", "session"),
    ]
    assert project.query("select event_name, rejection_reason from rejected_events") == [
        ("no number", "missing_user")
    ]


def test_the_event_s_name_may_stand_in_the_first_line_however_it_is_written(
    project: Project,
) -> None:
    names = [
        "[Promo] Clicked",
        "it's {x}",
        '5" Screen',
        '"quoted"',
        '{"eventName": "in here"}',
        "7",
    ]
    folder = project.folder / "export"
    folder.mkdir()
    record = '{"ts": 20260101100000, "profile": {"identity": "u"}, "eventProps": {}}\n'
    for number, name in enumerate(names):
        (folder / f"{number}.json").write_text(f"{name}\n{record}")
    (folder / "1-1770000000-App_Launched-20260201-0-db.json").write_text(f"   \n{record}")
    project.build(folder)
    assert {name for (name,) in project.query("select event_name from events")} == {
        "[Promo] Clicked", "it's {x}", '5" Screen', "quoted", "in here", "7", "App Launched",
    }  # fmt: skip
    assert project.query("from rejected_events") == []


def test_hundreds_of_files_with_columns_of_their_own_are_loaded(project: Project) -> None:
    """A join for each needed gigabytes."""
    folder = project.folder / "export"
    folder.mkdir()
    for number in range(200):
        columns = ", ".join(f"'v' as \"eventProps.{number}_{place}\"" for place in range(30))
        select = f"select 20260101100000 as ts, 'u' as \"profile.identity\", {columns}"
        duckdb.execute(
            f"copy ({select}) to '{folder}/1-1770000000-E{number}-20260101-0-db.parquet'"
        )
    project.build(folder)
    assert project.query("select count(distinct event_name) from events") == [(200,)]
