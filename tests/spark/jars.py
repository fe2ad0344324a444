"""Fetches the jars that the target spark_local names, and prints their paths, commas between."""

from pathlib import Path

import yaml

PROFILES = Path(__file__).parents[2] / "profiles.yml"


def main() -> None:
    from pyspark.sql import SparkSession

    outputs = yaml.safe_load(PROFILES.read_text())["session_analytics"]["outputs"]
    packages = outputs["spark_local"]["server_side_parameters"]["spark.jars.packages"]
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.jars.packages", packages)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    print(spark.conf.get("spark.jars").replace("file://", ""))
    spark.stop()


if __name__ == "__main__":
    main()
