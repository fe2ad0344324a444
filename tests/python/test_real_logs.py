"""Real event logs, where they are: the number of sessions is known, from two implementations."""

from pathlib import Path

import duckdb
import pytest
from conftest import Project

FLAT = {
    "sparkify": """
        select
            "userId" as user_id,
            page as event_name,
            make_timestamp(ts * 1000) as event_at,
            to_json(events)::varchar as properties
        from read_json('{folder}/sparkify_nov2018/*.json') as events
    """,
    "webtrack": """
        select event_id, user_id, event_name, event_ts as event_at, source, properties
        from '{folder}/webtrack_us_panel.parquet'
    """,
    "ecom": """
        select event_id, user_id, event_name, event_ts as event_at, source, properties
        from '{folder}/retentioneering_ecom.parquet'
    """,
}
SESSIONS = {
    ("sparkify", 20): 930,
    ("sparkify", 30): 911,
    ("webtrack", 20): 820,
    ("webtrack", 30): 579,
    ("ecom", 20): 3634,
    ("ecom", 30): 3605,
}


def as_flat_events(name: str, real_data: Path, project: Project) -> Path:
    path = project.folder / "events.parquet"
    duckdb.execute(f"copy ({FLAT[name].format(folder=real_data)}) to '{path}'")
    return path


@pytest.mark.parametrize(("name", "timeout"), SESSIONS)
def test_real_logs_have_the_known_number_of_sessions(
    name: str, timeout: int, real_data: Path, project: Project
) -> None:
    events = as_flat_events(name, real_data, project)
    project.build(events, event_source="flat", session_timeout_minutes=timeout)
    assert project.query("select count(*) from sessions") == [(SESSIONS[name, timeout],)]


def test_the_shop_s_own_session_ids_coincide_with_ours_event_by_event(
    real_data: Path, project: Project
) -> None:
    events = as_flat_events("ecom", real_data, project)
    project.build(events, event_source="flat", session_timeout_minutes=30)
    ((pairs, ours, theirs, rows),) = project.query(
        f"""
        select
            count(distinct (ct_session_id, origin_session_id)),
            count(distinct ct_session_id),
            count(distinct origin_session_id),
            count(*)
        from events
        inner join '{real_data}/retentioneering_ecom.parquet' as shop using (user_id, event_id)
        """
    )
    assert (pairs, ours, theirs, rows) == (3605, 3605, 3605, 31106)
