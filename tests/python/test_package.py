"""Does a project that installs this one as a package add a source without editing our files?"""

from __future__ import annotations

from pathlib import Path

import yaml
from conftest import ROOT, SEEDS_AND_MODELS, Project

PROJECT = {
    "name": "shop",
    "version": "1.0.0",
    "profile": "session_analytics",
    "flags": {"send_anonymous_usage_stats": False},
    "vars": {
        "session_analytics": {
            "event_source": "shop",
            "staging_sources": ["clevertap", "flat", "shop"],
        }
    },
}
CLICKS = """
select
    customer as user_id,
    action as event_name,
    clicked_at as event_at
from (values
    ('ann', 'Play', timestamp '2026-01-01 10:00'),
    ('ann', 'Play', timestamp '2026-01-01 10:10'),
    ('bob', 'Play', timestamp '2026-01-01 10:00')
) as clicks (customer, action, clicked_at)
"""


def test_a_project_that_installs_this_one_adds_a_source(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    (root / "models").mkdir(parents=True)
    (root / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT))
    (root / "packages.yml").write_text(yaml.safe_dump({"packages": [{"local": str(ROOT)}]}))
    (root / "profiles.yml").write_text((ROOT / "profiles.yml").read_text())
    (root / "models/stg_shop__events.sql").write_text(CLICKS)
    project = Project(tmp_path, root)
    assert project.dbt("deps").success
    result = project.dbt("build", *SEEDS_AND_MODELS)
    assert result.success, result.output
    assert project.query("select user_id, event_count from sessions order by all") == [
        ("ann", 2),
        ("bob", 1),
    ]
    assert "older than the code" not in project.dbt("run", "--selector", "refresh").output
