"""Does make spark-compare tell of a difference, and fail?"""

import sys
from pathlib import Path

import compare
import pytest
from engines import Engines
from stories import Story


def test_a_cell_that_differs_is_told_and_the_command_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load = Engines.load

    def load_with_another_cell(engines: Engines, parquet: Path) -> None:
        load(engines, parquet)
        engines.tell_spark("""
            update lake.input.events
            set properties = 'another'
            where event_id in (
                select min(event_id)
                from lake.input.events
                where event_id > '' and event_name = 'Play'
            )
        """)

    monkeypatch.setattr(Engines, "load", load_with_another_cell)
    events = Story(seed=18).write(tmp_path / "events.parquet")
    monkeypatch.setattr(sys, "argv", ["compare.py", str(events)])
    with pytest.raises(SystemExit) as ended:
        compare.main()
    assert ended.value.code == 1
    marts = [line.split() for line in capsys.readouterr().out.splitlines()]
    differing = [mart[0] for mart in marts if mart[1:] and mart[2:] != ["0", "0"]]
    assert differing == ["mart", "events"]


def test_a_file_that_is_no_parquet_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["compare.py", str(tmp_path / "events.csv")])
    with pytest.raises(SystemExit, match="expected a Parquet file of flat events"):
        compare.main()
