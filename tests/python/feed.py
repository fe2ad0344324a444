"""What the feed of Session Concluded events must be after each run, whatever happened before."""

from __future__ import annotations

from conftest import Project

Change = tuple  # change_number, change, the columns of session_concluded, batch


def changes(project: Project) -> list[Change]:
    """The feed, from its first change."""
    return project.query("from session_concluded_changes order by change_number")


def assert_feed_adds_up(project: Project, before: list[Change]) -> list[Change]:
    """The feed goes on from what it was `before`, and its sum is session_concluded. The feed."""
    found = changes(project)
    for old, new in zip(before, found, strict=False):
        assert new in (old, erased(old)), "a change was changed after it had been told"
    assert len(found) >= len(before)
    assert [number for number, *_ in found] == list(range(1, len(found) + 1))
    batches = [change[-1] for change in found]
    assert batches == sorted(batches)
    concluded = project.query(
        "select * exclude (session_length_seconds, ct_session_id)"
        " from session_concluded order by all"
    )
    assert sorted(sum_of(found)) == concluded
    return found


def erased(change: Change) -> Change:
    """What is left of a change once its user is forgotten."""
    number, what, event_name, *event, batch = change
    session_id = event[3]
    return (number, what, event_name, None, None, None, session_id, *[None] * 5, batch)


def sum_of(feed: list[Change]) -> list[tuple]:
    """The events that are concluded and not withdrawn: each is told once, and withdrawn as told."""
    told: dict[str, tuple] = {}
    for _, change, *event, _ in feed:
        session_id = event[4]
        if change == "concluded":
            assert session_id not in told, f"{session_id} is concluded twice"
            told[session_id] = tuple(event)
        else:
            assert change == "withdrawn" and told.pop(session_id, None) == tuple(event), event
    return list(told.values())
