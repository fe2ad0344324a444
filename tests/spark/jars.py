"""Fetches the jars that the target spark_local names, and prints their paths, commas between.

Statements that are given as arguments run in its catalog.
"""

import os
import sys

from settings import spark_settings


def main() -> None:
    from pyspark.sql import SparkSession

    settings = spark_settings({**os.environ, "SPARK_MASTER": "local[1]", "SPARK_EVENT_LOG": ""})
    spark = SparkSession.builder.config(map=settings).getOrCreate()
    for statement in sys.argv[1:]:
        spark.sql(statement)
    print(spark.conf.get("spark.jars").replace("file://", ""))
    spark.stop()


if __name__ == "__main__":
    main()
