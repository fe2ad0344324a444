"""Runs the project on DuckDB and on Spark, over the same table of flat events.

With the target spark_local, Spark runs in this process: dbt's session method shares one driver
between all its commands. With the target spark, it is a cluster. Every path is inside one folder.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.cli.main import dbtRunner
from pyhive import hive

PROJECT = Path(__file__).parents[2]
# what an engine says of itself: its hash, and the time of the run
OWN_WORDS = {"loaded_slices": {"fingerprint", "loaded_at"}}
# a small input costs planning, not rows: Java compiles less, Spark compiles no queries
FOR_SMALL_INPUTS = {
    "SPARK_PARTITIONS": "1",
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
CONF_FOR_SMALL_INPUTS = """
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
"""
# operations/refresh.py fills it, on DuckDB only
NOT_COMPARED = {"refreshes"}


def marts() -> dict[str, list[str]]:
    """The marts and their columns, of which both engines must say the same."""
    found = {}
    for path in sorted((PROJECT / "models" / "marts").rglob("_*__models.yml")):
        for model in yaml.safe_load(path.read_text())["models"]:
            own_words = OWN_WORDS.get(model["name"], set())
            names = [column["name"] for column in model["columns"]]
            found[model["name"]] = [name for name in names if name not in own_words]
    return {name: columns for name, columns in found.items() if name not in NOT_COMPARED}


class Engines:
    """A warehouse of each engine in `folder`, with the events in a table of each."""

    def __init__(
        self,
        folder: Path,
        variables: dict | None = None,
        is_small: bool = False,
        spark: str = "spark_local",
    ):
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self.variables = variables or {}
        self.spark = spark  # the target of Spark; "spark" is reached at SPARK_PORT
        folder.mkdir(parents=True, exist_ok=True)
        os.environ.update(
            WAREHOUSE_PATH=str(self.warehouse),
            SPARK_LAKE=str(folder / "lake"),
            DBT_PROFILES_DIR=str(PROJECT),
            TZ="UTC",
        )
        os.environ.pop("EVENTS_PATH", None)
        if is_small:
            os.environ.update(FOR_SMALL_INPUTS, SPARK_CONF_DIR=str(folder / "conf"))
            (folder / "conf").mkdir(exist_ok=True)
            (folder / "conf" / "spark-defaults.conf").write_text(CONF_FOR_SMALL_INPUTS)
        (folder / "lake").mkdir(exist_ok=True)
        self.stop_spark()  # one that has the lake of another folder open

    def arguments(self, target: str, *command: str) -> list[str]:
        """Those of a command of dbt on one engine."""
        relation = "input.events" if target == "duckdb" else "lake.input.events"
        return [
            "--quiet",
            *("--log-path", str(self.folder / "logs" / target)),
            *command,
            *("--project-dir", str(PROJECT), "--target", target),
            *("--target-path", str(self.folder / "target" / target)),
            *("--vars", json.dumps({"events_relation": relation, **self.variables})),
        ]

    def tell_spark(self, statement: str) -> None:
        """Runs a statement on Spark, with the settings of its target."""
        self.teller_of_spark()(statement)

    def teller_of_spark(self) -> Callable[[str], object]:
        """What runs a statement on Spark, in any thread."""
        return tell_cluster if self.spark == "spark" else self.start_spark().sql

    def start_spark(self):
        """The driver of Spark, with the settings of the target spark_local."""
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        if not SparkContext._active_spark_context:
            self.run_on_spark("seed")  # its first query starts the driver
        return SparkSession.builder.getOrCreate()

    def stop_spark(self) -> None:
        """Ends the driver, if there is one: the next one opens the lake as it is then."""
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        if SparkContext._active_spark_context:
            SparkSession.builder.getOrCreate().stop()

    def load(self, parquet: Path) -> None:
        """Puts flat events into the table of each engine, in the place of what was there."""
        with duckdb.connect(str(self.warehouse)) as warehouse:
            warehouse.execute("create schema if not exists input")
            warehouse.execute(
                f"create or replace table input.events as from read_parquet('{parquet}')"
            )
        self.tell_spark("create schema if not exists lake.input")
        self.tell_spark(
            "create or replace table lake.input.events using iceberg"
            f" as select * from parquet.`{parquet}`"
        )

    def start(self, target: str, *command: str, **options: Any) -> subprocess.Popen:
        """A command of dbt on one engine, in a process of its own."""
        dbt = Path(sys.executable).with_name("dbt")
        return subprocess.Popen([dbt, *self.arguments(target, *command)], **options)

    def run(self, *command: str) -> None:
        """The same command of dbt on both engines, at once; stops if one fails."""
        on_duckdb = self.start("duckdb", *command)
        try:
            self.run_on_spark(*command)
        finally:  # the process that ends leaves DuckDB's file free
            has_failed = on_duckdb.wait()
        if has_failed:
            raise SystemExit(f"dbt {' '.join(command)} failed on DuckDB.")

    def build(self) -> None:
        """Everything but the tests."""
        self.run("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

    def run_on_spark(self, *command: str) -> None:
        """A command of dbt on Spark; stops if it fails."""
        if not dbtRunner().invoke(self.arguments(self.spark, *command)).success:
            raise SystemExit(f"dbt {' '.join(command)} failed on Spark.")

    def compare(self) -> list[tuple[str, int, int, int]]:
        """Of each mart: its rows on DuckDB, those that only DuckDB has, those only Spark has."""
        exported = self.folder / "marts_of_spark"
        tell_spark = self.teller_of_spark()

        def export(name: str) -> None:
            tell_spark(
                f"insert overwrite directory '{exported / name}' using parquet"
                f" select * from session_analytics.{name}"
            )

        with ThreadPoolExecutor(2) as pool:  # Spark plans a query on one core
            list(pool.map(export, marts()))
        found = []
        with duckdb.connect(str(self.warehouse)) as warehouse:
            for name, columns in marts().items():
                theirs = f"read_parquet('{exported / name}/*.parquet')"
                found.append((name, *differences(warehouse, columns, f"main.{name}", theirs)))
        return found


def tell_cluster(statement: str) -> None:
    """Runs a statement through the Thrift server at SPARK_PORT."""
    with closing(hive.connect("127.0.0.1", int(os.environ["SPARK_PORT"]))) as connection:
        connection.cursor().execute(statement)


def differences(
    connection: duckdb.DuckDBPyConnection, columns: list[str], ours: str, theirs: str
) -> tuple[int, int, int]:
    """The rows of ours, those that only ours has, and those that only theirs has.

    Rows are told apart by a hash of all their values, so wide rows take no memory.
    """
    counts = "select hash({}) as row_hash, count(*) as row_count from {} group by row_hash"
    return connection.execute(
        f"""
        select
            coalesce(sum(ours.row_count), 0),
            coalesce(sum(greatest(ours.row_count - coalesce(theirs.row_count, 0), 0)), 0),
            coalesce(sum(greatest(theirs.row_count - coalesce(ours.row_count, 0), 0)), 0)
        from ({counts.format(", ".join(columns), ours)}) as ours
        full join ({counts.format(", ".join(columns), theirs)}) as theirs
            on ours.row_hash = theirs.row_hash
        """
    ).fetchone()
