"""What lies in the folder of events, one delivery after the other, while runs are killed."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from oracle import RawRow, Settings
from worlds import FILE_TIMES, as_written, prefixed, random_world, write_csv, write_parquet


@dataclass(frozen=True)
class File:
    """What is in a file, and when it was changed last."""

    rows: list[RawRow]
    changed_at: datetime

    @property
    def seconds(self) -> float:
        return self.changed_at.replace(tzinfo=timezone.utc).timestamp()


Files = dict[str, File]


def by_hand(user: str, event_id: str, minute: int, loaded: int = 12, day: int = 20) -> RawRow:
    return RawRow(
        event_id=event_id,
        user_id=user,
        event_name="App Launched",
        event_at=f"2024-03-{day} 10:{minute:02}:00",
        loaded_at=f"2024-03-{day} {loaded}:00:00",
    )


def later(file: File, rows: list[RawRow]) -> File:
    return File(rows, file.changed_at + timedelta(hours=1))


def deliveries() -> dict[str, Files]:
    """What lies in the folder: at first; then with late events, bridges, copies, a file that
    shrank, one exported anew and one delivered twice; that with a file changed once more (its
    bridge gone), and without one of the new files."""
    rng = Random(2024)
    worlds = [prefixed(random_world(Random(seed), Settings()), seed) for seed in range(12)]
    parts: dict[str, list[RawRow]] = {f"s{number}": [] for number in range(6)}
    for row in (row for world in worlds[:10] for row in world):
        parts[row.slice if rng.random() < 0.6 else rng.choice(["s3", "s4", "s5"])].append(row)
    parts["s0"] += [by_hand("bridged", "1", 0), by_hand("bridged", "3", 30)]
    parts["s0"] += [
        by_hand("copied", "1", 0),
        by_hand("copied", "2", 15),
        by_hand("copied", "3", 29),
    ]
    parts["s1"] += [by_hand("split", "1", 0), by_hand("split", "3", 30)]
    withdrawn = [by_hand("split", "2", 15), by_hand("revived", "1", 0), RawRow(unreadable=True)]
    parts["s2"] += [by_hand("revived", "1", 10, loaded=13), by_hand("revived", "2", 25)]
    parts["s3"] += [by_hand("bridged", "2", 15), by_hand("bridged", "4", 49)]
    parts["s4"] += [by_hand("copied", "15", 40, loaded=11), by_hand("lost", "1", 0)]
    parts["s4"] += [by_hand("split", "4", 49), by_hand("revived", "3", 44)]
    parts["s5"] += [by_hand("copied", "1", 0, loaded=11, day=21), by_hand("bridged", "5", 59)]
    names = {name: f"{name}.{'parquet' if name in ('s0', 's4') else 'csv'}" for name in parts}
    at = FILE_TIMES | {f"s{number}": datetime(2024, 4, 20 + number) for number in (3, 4, 5)}
    files = {names[name]: File(rows, at[name]) for name, rows in parts.items()}
    first = {name: files[name] for name in ("s0.parquet", "s1.csv", "s2.csv")}
    first["s1.csv"] = File(parts["s1"] + withdrawn, at["s1"])
    renamed = [replace(row, platform="tv") for row in parts["s0"][1::3]]
    second = files | {
        "s0.parquet": later(files["s0.parquet"], renamed + parts["s0"][::3] + worlds[10]),
        "s1.csv": later(files["s1.csv"], parts["s1"][::2] + parts["s1"][-2:]),
        "s6.csv": later(files["s2.csv"], parts["s2"]),
    }
    changed = second | {"s3.csv": later(files["s3.csv"], parts["s3"][:-2:2] + worlds[11])}
    return {
        "first": first,
        "second": second,
        "second, one changed": changed,
        "second, one lost": {name: file for name, file in second.items() if name != LOST},
        "first, one lost": {name: file for name, file in first.items() if name != FIRST_LOST},
    }


LOST, FIRST_LOST = "s4.parquet", "s2.csv"
DELIVERIES = deliveries()


def deliver(files: Files, folder: Path) -> None:
    """Make the folder hold these files; one that is there already is left as it is."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, file in files.items():
        path = folder / name
        if not path.exists() or path.stat().st_mtime != file.seconds:
            write = write_csv if name.endswith("csv") else write_parquet
            write(file.rows, path)
            os.utime(path, (file.seconds, file.seconds))


def raw_rows(files: Files) -> list[RawRow]:
    """The rows as the oracle takes them."""
    return [
        replace(row, slice=Path(name).stem, file_loaded_at=file.changed_at)
        for name, file in files.items()
        for row in as_written(file.rows, Path(name).suffix[1:])
    ]
