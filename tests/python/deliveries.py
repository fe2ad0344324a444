"""What becomes of files, and of a table, between the runs: sequences of steps drawn at random.

A `World` is a few users' rows in files of their own, a `Sequence` is worlds side by side in one
folder. The marts are built of each file's rows as the last whole run found them; a file that
has gone keeps its rows.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import Any

import duckdb
from comparison import FORMATS, write_typed_parquet
from oracle import (
    EXCLUSION_RULES,
    RawRow,
    Settings,
    disposition,
    read_time,
    rejection_reason,
    typed_event,
)
from steps import SECOND, STEPS, half_written, new_file
from worlds import (
    MICROSECOND,
    as_written,
    before_2100,
    copy_of,
    mostly,
    only_typed,
    prefixed,
    random_world,
    spelled,
)

AFTER_ALL, AMID_EVENTS = datetime(2024, 4, 20), datetime(2024, 3, 31, 4, 10)  # times of files
ANCHOR = "anchor"  # a file that no step touches: there is always something to read
# Runs of some models alone: they commit nothing, and the next whole run is exact.
PARTS = ("sessions", "int_sessions", "int_event_log", "int_slices_this_run")
PARTS += ("int_touched_keys_this_run int_recut_events_this_run", "int_event_log int_sessions")
PARTS += ("session_clock+", "loaded_slices", "+loaded_slices", "int_session_concluded_changes")


class Impossible(Exception):  # noqa: N818
    """A step finds nothing that it could change."""


@dataclass(frozen=True, eq=False)
class Version:
    """What a file holds since its last change; without rows it may not even have a header."""

    rows: tuple[RawRow, ...]
    time: datetime
    has_bytes: bool = True


class World:
    """A few users' rows, the files they are in now, and these files as they were loaded last."""

    def __init__(self, number: int, rng: Random, chosen: Settings, file_format: str, size: int):
        self.number, self.rng, self.chosen, self.size = number, rng, chosen, size
        self.extension, self.writer, self.has_unreadable, self.has_text_times = FORMATS[file_format]
        self.count = 0
        self.pool: list[RawRow] = []  # not delivered yet
        self.files: dict[str, Version] = {}
        self.written: dict[str, Version] = {}
        self.loaded: dict[str, Version] = {}
        self.read_in_part: set[str] = set()
        self.wholes: dict[str, list[RawRow]] = {}  # what half-written files will be
        if number == 0:
            self.put(ANCHOR, [RawRow(event_name="of no user")])

    def one_of(self, values: Iterable) -> Any:
        if not (values := list(values)):
            raise Impossible
        return self.rng.choice(values)

    def next_number(self) -> int:
        self.count += 1
        return self.count

    def new_name(self) -> str:
        return f"w{self.number}_{self.next_number()}"

    def new_rows(self, least: int = 1) -> list[RawRow]:
        """Rows that were not delivered yet."""
        while len(self.pool) < least:
            drawn = random_world(self.rng, self.chosen, self.size, self.has_unreadable)
            self.pool += prefixed(drawn, self.number)
        count = self.rng.randint(least, len(self.pool))
        taken, self.pool = self.pool[:count], self.pool[count:]
        return taken

    def put(self, name: str, rows: Iterable[RawRow], time: datetime | None = None) -> None:
        """Write a file anew: it never has a time again that it had."""
        base = time or mostly(self.rng, [AFTER_ALL], [AMID_EVENTS], 4)
        rows = as_written(rows if self.has_text_times else only_typed(rows), self.extension)
        self.files[name] = Version(tuple(rows), base + self.next_number() * SECOND)

    def deliver(self, row: RawRow) -> None:
        """One more row, in a new file or at the end of one that grows."""
        name = self.rng.choice([self.new_name(), *(name for name in self.files if name != ANCHOR)])
        self.put(name, [*(self.files[name].rows if name in self.files else ()), row])

    def some_file(self, least: int = 0) -> tuple[str, list[RawRow]]:
        """The name and the rows of a file that has at least so many."""
        found = [(name, list(v.rows)) for name, v in self.files.items() if name != ANCHOR]
        return self.one_of(file for file in found if len(file[1]) >= least)

    def considered(self) -> list[tuple[str, datetime, RawRow]]:
        """The rows in the folder that may belong to a session, under its key and their time."""
        rows = [
            replace(row, file_loaded_at=version.time)
            for version in self.files.values()
            for row in version.rows
        ]
        usable = [row for row in rows if rejection_reason(row, self.chosen) is None]
        events = [(typed_event(row, self.chosen), row) for row in usable]
        found = [
            (event["session_key"], event["event_at"], row)
            for event, row in events
            if disposition(event, self.chosen, EXCLUSION_RULES) == "session"
        ]
        return sorted(found, key=lambda event: event[:2])

    def withdraw(self, event: RawRow) -> None:
        """Take every copy of an event out of the files."""
        names = (event.user_id, event.event_id)
        for name, version in list(self.files.items()):
            left = [row for row in version.rows if (row.user_id, row.event_id) != names]
            if len(left) < len(version.rows):
                self.put(name, left)

    def new_event(self, like: RawRow, time: datetime) -> RawRow:
        """A considered event of the same session key."""
        at = spelled(self.rng, time)
        event = replace(like, event_id=f"n{self.next_number()}", event_name="Charged", source=None)
        return replace(event, event_at=at, loaded_at=mostly(self.rng, [None], [at], 3))

    def may_go(self) -> list[str]:
        """What becomes of a file that goes after a run read it in part, the rules don't say."""
        return [name for name in self.files if name not in {ANCHOR, *self.read_in_part}]

    def ran(self, is_whole: bool) -> None:
        changed = {name for name, v in self.files.items() if v is not self.loaded.get(name)}
        self.read_in_part = set() if is_whole else self.read_in_part | changed
        self.loaded |= self.files if is_whole else {}

    def write(self, folder: Path) -> None:
        """Bring the folder to what `files` says."""
        for name in self.written.keys() - self.files.keys():
            (folder / f"{name}.{self.extension}").unlink()
        for name, version in self.files.items():
            if version is not self.written.get(name):
                path = folder / f"{name}.{self.extension}"
                self.writer(version.rows, path)
                if not version.has_bytes:
                    path.write_bytes(b"")
                seconds = version.time.replace(tzinfo=timezone.utc).timestamp()
                os.utime(path, (seconds, seconds))
        self.written = dict(self.files)


class Sequence:
    """Worlds side by side in one folder; between two runs something happens in most of them."""

    def __init__(
        self, rng: Random, chosen: Settings, file_format: str, worlds: int = 1, size: int = 12
    ):
        self.rng, self.chosen = rng, chosen
        self.worlds = [World(number, rng, chosen, file_format, size) for number in range(worlds)]
        self.happened: Counter[str] = Counter()
        for world in self.worlds:
            for _ in range(rng.randint(1, 3)):
                rng.choice([new_file, half_written])(world)

    def commands(self, runs: int) -> list[str]:
        """So many runs: the first builds, the last is whole, some are of some models alone."""
        parts = [f"run --select {part}" for part in PARTS]
        refresh = "run --selector refresh"
        between = [
            self.rng.choice([refresh, refresh, self.rng.choice(parts)]) for _ in range(runs - 2)
        ]
        return ["build --resource-type seed model", *between, "run"]

    def deliver(self) -> None:
        """What happens before the next run: some steps in each world, or nothing at all."""
        most = self.rng.choice([0, 3, 4, 4, 5, 5, 6, 6, 7, 8])
        for world in self.worlds:
            for step in self.rng.choices(STEPS, k=self.rng.randint(min(1, most), most)):
                try:
                    step(world)
                    self.happened[step.__name__] += 1
                except Impossible:
                    pass
        self.happened["nothing"] += most == 0

    def write(self, folder: Path) -> None:
        for world in self.worlds:
            world.write(folder)

    def ran(self, is_whole: bool) -> None:
        for world in self.worlds:
            world.ran(is_whole)

    def put_back(self) -> None:
        """Every file that has gone is there again."""
        for world in self.worlds:
            world.files = dict(world.loaded)

    def slices(self) -> dict[str, Version]:
        """What has been loaded, by the name of its slice."""
        return {
            f"flat/{name}.{world.extension}": version
            for world in self.worlds
            for name, version in world.loaded.items()
        }

    def expected(self) -> list[RawRow]:
        """The rows that the marts are built of."""
        return [
            replace(row, slice=name, file_loaded_at=version.time)
            for name, version in self.slices().items()
            for row in version.rows
        ]


class Table:
    """Rows that are inserted, changed and deleted in a table.

    A changed row gets a `loaded_at` that no row had before, a new row that or none; between two
    runs rows without one are either inserted or deleted, so that their number tells.
    """

    def __init__(
        self,
        rng: Random,
        chosen: Settings,
        has_loaded_at: bool,
        worlds: int,
        has_text_times: bool = False,
    ):
        self.rng, self.chosen, self.has_loaded_at = rng, chosen, has_loaded_at
        drawn = [r for number in range(worlds) for r in prefixed(random_world(rng, chosen), number)]
        self.pool = before_2100(drawn if has_text_times else only_typed(drawn))
        rng.shuffle(self.pool)
        self.count = 0
        self.rows: list[RawRow] = []
        self.change()

    def stamped(self, row: RawRow) -> RawRow:
        self.count += 1
        time = read_time(row.loaded_at)[0] or read_time(row.event_at)[0] or AFTER_ALL
        return replace(row, loaded_at=time + self.count * (SECOND + MICROSECOND))

    def slice_of(self, row: RawRow) -> str:
        time = read_time(row.loaded_at)[0] if self.has_loaded_at else None
        return f"flat/{time:%Y-%m-%dT%H}" if time else "flat"

    def after(self, row: RawRow) -> list[RawRow]:
        """What becomes of a row: mostly nothing."""
        changed = copy_of(self.rng, row, self.chosen, [row.user_id for row in self.rows])
        return mostly(self.rng, [[row]], [[], [self.stamped(changed)]], 4)

    def change(self) -> None:
        """Some rows are changed, deleted and inserted, and an hour is emptied."""
        may_delete_nulls = self.rng.choice([True, False]) or not self.has_loaded_at
        may_insert_nulls = not may_delete_nulls or not self.has_loaded_at
        emptied = self.slice_of(self.rng.choice(self.rows)) if self.rows else ""
        left = []
        for row in self.rows:
            if self.slice_of(row) == "flat" and not may_delete_nulls:
                left.append(row)
            elif self.slice_of(row) != emptied or emptied == "flat":
                left += self.after(row)
        count = self.rng.randint(1, len(self.pool) // 3)
        arrived, self.pool = self.pool[:count], self.pool[count:]
        arrived = [row if row.loaded_at is None else self.stamped(row) for row in arrived]
        self.rows = left + [row for row in arrived if row.loaded_at or may_insert_nulls]
        self.rng.shuffle(self.rows)

    def write(self, warehouse: Path, name: str) -> None:
        path = warehouse.with_name(f"{name}.parquet")
        write_typed_parquet(self.rows, path)
        columns = "*" if self.has_loaded_at else "* exclude (loaded_at)"
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"create or replace table {name} as select {columns} from '{path}'")

    def expected(self) -> list[RawRow]:
        """The rows that the marts are built of: those that the table has."""
        rows = [replace(r, slice=self.slice_of(r), file_loaded_at=None) for r in self.rows]
        return rows if self.has_loaded_at else [replace(row, loaded_at=None) for row in rows]
