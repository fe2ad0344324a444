"""What does board/build.py print? The board in a few lines, and what became of the raw rows."""

import duckdb
from board_page import build_page, page_path
from conftest import Project

HEADER = "user_id,event_name,event_at\n"


def printed(project: Project, events: str, **variables: object) -> str:
    path = project.folder / "events.csv"
    path.write_text(HEADER + events)
    project.build(path, event_source="flat", **variables)
    return rebuilt(project)


def rebuilt(project: Project) -> str:
    built = build_page(project)
    assert built.returncode == 0, built.stderr
    return built.stdout


def test_the_figures_are_compared_with_the_days_before(project: Project) -> None:
    text = printed(
        project,
        "u1,Play,2026-01-01 10:00:00\nu1,Play,2026-01-01 10:10:00\n"
        "u1,Play,2026-01-04 10:00:00\nu1,Play,2026-01-04 10:15:00\n"
        "u2,Play,2026-01-04 10:00:00\nu2,Play,2026-01-04 10:15:00\n"
        ",Play,2026-01-04 10:00:00\n",
        as_of="2026-01-04 12:00:00",
        board_days=2,
    )
    assert (
        text
        == f"""
Session Board, as of 2026-01-04 12:00:00 UTC
From 2026-01-03 to 2026-01-04 (UTC), compared with the 2 days before:
  Sessions: 2 (+100.0 %, 1 before)
  Sum of session lengths: 30 min 0 s (+200.0 %, 10 min 0 s before)
  Median length: 15 min 0 s (+50.0 %, 10 min 0 s before)
  95th percentile length: 15 min 0 s (+50.0 %, 10 min 0 s before)
Raw rows: 6 session, 1 missing_user
The published file: {project.warehouse}
The board: {page_path(project)}
"""
    )


def test_open_sessions_alone_explain_the_zeros(project: Project) -> None:
    text = printed(project, "u1,Play,2026-01-01 10:00:00\n")
    assert "  Sessions: 0\n  Sum of session lengths: 0 s\nNo session is concluded yet: 1 is" in text
    assert "once its last event is 20 minutes before the time above" in text
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("drop view session_reconciliation_summary")
        connection.execute("drop view session_reconciliation")
    assert rebuilt(project) == text  # the reconciliation is switched off


def test_switched_off_tracking_explains_the_zeros(project: Project) -> None:
    text = printed(project, "u1,Play,2026-01-01 10:00:00\n", session_tracking=False)
    assert "Session tracking is switched off: no event belongs to a session." in text


def test_an_empty_warehouse_has_no_figures(project: Project) -> None:
    text = printed(project, ",Play,2026-01-01 10:00:00\n")
    assert text.startswith("\nSession Board: there is no event yet\nRaw rows: 1 missing_user\n")


def test_ambiguous_local_times_are_counted(project: Project) -> None:
    path = project.folder / "events.json"
    path.write_text('{"eventName": "Play", "ts": 20260329023000, "profile": {"identity": "u1"}}\n')
    project.build(path, source_timezone="Europe/Berlin")
    assert "Events at local times that clocks skip or repeat: 1\n" in rebuilt(project)
