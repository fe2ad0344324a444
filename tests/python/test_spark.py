"""Does Spark make the same marts as DuckDB?

Spark has an environment of its own, .spark, which `make spark` installs: dbt-spark, pyspark and the
jars of Iceberg. Without it, or without Java, this test is skipped.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SPARK = PROJECT / ".spark"


@pytest.mark.skipif(not shutil.which("java"), reason="there is no Java")
@pytest.mark.skipif(not (SPARK / "installed").exists(), reason="`make spark` installs Spark first")
def test_spark_and_duckdb_agree_after_a_build_and_two_deliveries(tmp_path: Path) -> None:
    told = subprocess.run(
        [
            SPARK / "bin" / "pytest",
            "-q",
            "--basetemp",
            tmp_path / "spark",
            "tests/spark/test_story.py",
        ],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout[-5000:] + told.stderr[-2000:]
