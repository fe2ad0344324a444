"""Builds flat Parquet on DuckDB and on Spark, and says of each mart whether both are the same.

make spark-compare EVENTS_PATH=<flat Parquet>
"""

import argparse
import sys
import tempfile
from pathlib import Path

from engines import Engines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path, help="a Parquet file of flat events")
    events = parser.parse_args().events.resolve()
    if events.suffix != ".parquet" or not events.is_file():
        raise SystemExit(f"EVENTS_PATH is {events}: expected a Parquet file of flat events.")
    with tempfile.TemporaryDirectory(prefix="spark-compare-") as folder:
        engines = Engines(Path(folder))
        engines.load(events)
        engines.build()
        compared = engines.compare()
    print(f"{'mart':<36}{'rows':>12}{'only DuckDB':>14}{'only Spark':>14}")
    for name, rows, only_ours, only_theirs in compared:
        print(f"{name:<36}{rows:>12,}{only_ours:>14,}{only_theirs:>14,}")
    sys.exit(any(only_ours or only_theirs for _, _, only_ours, only_theirs in compared))


if __name__ == "__main__":
    main()
