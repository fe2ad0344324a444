"""The sample export: the same bytes on every machine, and in it what real life holds."""

import hashlib
from pathlib import Path

import pytest
from conftest import ROOT, Project

DIGEST = "751fb31608b879a5213235d9199650ed62e3d5256d72e622e0d50d109a8bc5e4"


def digest(folder: Path) -> str:
    return hashlib.sha256(
        b"".join(path.read_bytes() for path in sorted(folder.glob("*.json.gz")))
    ).hexdigest()


@pytest.mark.parametrize("threads", ["1", "3"])
def test_the_sample_has_the_same_bytes_each_time(
    project: Project, threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project.folder / "export"
    folder.mkdir()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    result = project.dbt(
        "run-operation", "write_sample", "--args", f"{{folder: '{folder}'}}", threads=threads
    )
    assert result.success, result.output
    assert len(list(folder.iterdir())) == 1251
    assert digest(folder) == DIGEST


def test_a_sample_that_was_only_half_written_is_written_again(project: Project) -> None:
    folder = project.folder / "export"
    folder.mkdir()
    (folder / "1714112417-1767405139-App_Launched-20260102-0-tunebox.json.gz").write_bytes(b"")
    command = ("run-operation", "write_sample_once", "--args", f"{{folder: '{folder}'}}")
    assert project.dbt(*command).success
    assert digest(folder) == DIGEST


def test_the_sample_holds_what_real_life_holds(sample_project: Project) -> None:
    ((events, users, platforms),) = sample_project.query(
        "select count(*), count(distinct user_id), count(distinct platform) from events"
    )
    assert events > 100_000
    assert 2_000 < users < 5_000
    assert platforms == 3
    dispositions = dict(
        sample_project.query("select disposition, count(*) from int_event_log group by disposition")
    )
    assert dispositions.keys() == {
        "session",
        "excluded",
        "api",
        "duplicate",
        "rejected",
        "vendor_session",
    }
    reasons = {
        reason for (reason,) in sample_project.query("select rejection_reason from rejected_events")
    }
    assert reasons == {
        "unreadable_row",
        "missing_user",
        "missing_time",
        "unreadable_time",
        "time_out_of_range",
    }
    ((excluded,),) = sample_project.query(
        "select count(distinct event_name) from events semi join excluded_events using (event_name)"
    )
    assert excluded == 10
    ((one_event, over_midnight, hours_long, is_open),) = sample_project.query(
        """
        select
            count_if(event_count = 1),
            count_if(session_started_at::date < session_ended_at::date),
            count_if(session_length_seconds > 3600),
            count_if(not is_concluded)
        from sessions
        """
    )
    assert min(one_event, over_midnight, hours_long, is_open) > 10


def test_the_sample_is_not_committed() -> None:
    assert (ROOT / "sample/export/.gitignore").read_text() == "*\n!.gitignore\n"
