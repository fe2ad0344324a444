"""Every shape of CleverTap's export gives the same events: alone, mixed, and delivered later."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Project
from export_shapes import EVENTS, RUN, SHAPES, ZONE, Event

ROWS = """
    select
        user_id,
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
    ("a@b.c", "Charged", "2026-02-01 18:50:00", None, "Web", None, "session"),
    ("d2", "Song Played", "2026-02-01 18:49:00", None, None, None, "session"),
    ("e@f.g", "Charged", "2026-02-01 18:51:00", "API", None, None, "api"),
    ("u1", "App Launched", "2026-02-01 18:00:00", None, "Android", None, "session"),
    ("u1", "Notification Clicked", "2026-02-01 18:52:00", None, None, "Email", "excluded"),
    ("u1", "Song Played", "2026-02-01 18:10:00", "Mobile", None, None, "session"),
    ("u1", "Song Played", "2026-02-01 18:29:00", None, None, None, "session"),
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
    assert project.dbt("run", events=folder, source_timezone=ZONE).success
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
    result = project.dbt("run", events=project.folder / "export", source_timezone=ZONE)
    assert result.success, result.output
    assert_built(project)
