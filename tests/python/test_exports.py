"""Is each vendor's export recognised by its content, read whole, and compared with our sessions?"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from conftest import ROOT, Project

VENDORS = ("segment", "amplitude", "mixpanel", "posthog", "ga4")
COUNT = 400


def json_lines(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The exports of all vendors in one folder, those of two as Parquet, too."""
    project = Project(tmp_path_factory.mktemp("exports"))
    folder = project.folder / "events"
    folder.mkdir()
    for vendor in VENDORS:
        records = import_module(f"exports.{vendor}").records(COUNT, seed=7)
        (folder / f"{vendor}.jsonl").write_text(json_lines(records))
        if vendor in ("posthog", "ga4"):
            more = import_module(f"exports.{vendor}").records(COUNT, seed=8)
            as_parquet(more, folder / f"{vendor}.parquet")
    (folder / "clevertap.json").write_text(
        '{"ts": 20260101100000, "eventName": "Play", "profile": {"identity": "u"}}\n'
    )
    (folder / "flat.csv").write_text("userId,event,timestamp\nu,Play,2026-01-01 10:00:00\n")
    project.build(folder, session_timeout_minutes=30)
    return project


def as_parquet(records: list[dict[str, Any]], path: Path) -> None:
    lines = path.with_suffix(".lines")
    lines.write_text(json_lines(records))
    duckdb.execute(
        f"copy (from read_json('{lines}', format = 'newline_delimited', sample_size = -1))"
        f" to '{path}' (format parquet)"
    )
    lines.unlink()


def test_each_file_is_of_the_tool_that_wrote_it(mixed: Project) -> None:
    rows = "select event_source, sum(row_count) from event_accounting group by all"
    assert dict(mixed.query(rows)) == {
        "clevertap": 1, "flat": 1, "segment": COUNT, "amplitude": COUNT, "mixpanel": COUNT,
        "posthog": 2 * COUNT, "ga4": 2 * COUNT,
    }  # fmt: skip
    # in GA4, a user may consent to no id
    rejected = "select distinct event_source, rejection_reason from event_accounting"
    assert mixed.query(f"{rejected} where rejection_reason is not null") == [
        ("ga4", "missing_user")
    ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_reconciliation_knows_the_vendor_s_sessions(mixed: Project, vendor: str) -> None:
    """Each of theirs is there once, and so many are ours as well that the ids must be right."""
    named = f"""
        select distinct user_id, vendor_session_id from int_event_log
        where slice like '{vendor}/%' and vendor_session_id is not null
        and disposition in ('session', 'excluded', 'api', 'before_tracking')
    """
    theirs = mixed.query(f"""
        select count(*), count(*) filter (where agreement = 'matched')
        from session_reconciliation inner join ({named}) using (user_id, vendor_session_id)
    """)
    sessions = len(mixed.query(named))
    ((compared, matched),) = theirs
    assert sessions > 20
    assert compared == sessions
    assert matched > sessions / 3


def test_the_documentation_has_the_names_that_a_file_is_recognised_by() -> None:
    text = (ROOT / "docs/sources.md").read_text()
    for vendor in (*VENDORS, "clevertap"):
        models = yaml.safe_load(
            (ROOT / f"models/staging/{vendor}/_{vendor}__models.yml").read_text()
        )["models"]
        (model,) = [model for model in models if model["name"] == f"stg_{vendor}__events"]
        names = model["config"]["meta"]["names"].values()
        cell = "; ".join(", ".join(f"`{name}`" for name in group) for group in names)
        assert f"| `{vendor}` | {cell} |" in text
