"""The steps: what may happen to the files of a world between two runs.

Each changes `world.files`; where it finds nothing that it could change, `one_of` raises.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from oracle import loaded_time, read_time
from worlds import MICROSECOND, copy_of, gap, spelled

if TYPE_CHECKING:
    from deliveries import World

SECOND = timedelta(seconds=1)


def new_file(world: World) -> None:
    world.put(world.new_name(), world.new_rows())


def half_written(world: World) -> None:
    name, rows = world.new_name(), world.new_rows(least=2)
    world.wholes[name] = rows
    world.put(name, rows[: world.rng.randint(0, len(rows) - 1)])


def made_whole(world: World) -> None:
    name = world.one_of(name for name in world.wholes if name in world.files)
    world.put(name, world.wholes.pop(name))


def stamped_long_ago(world: World) -> None:
    """A file that turns up now was changed last just after its latest event."""
    rows = world.new_rows()
    times = [read_time(row.event_at)[0] or datetime.max for row in rows]
    time = world.one_of(time for time in times if time.year == 2024)
    world.put(world.new_name(), rows, time.replace(microsecond=0))


def delivered_twice(world: World) -> None:
    _, rows = world.some_file()
    world.put(world.new_name(), world.rng.sample(rows, len(rows)))


def grown(world: World) -> None:
    name, rows = world.some_file()
    world.put(name, rows + world.new_rows())


def shrunk(world: World) -> None:
    name, rows = world.some_file(least=1)
    world.put(name, world.rng.sample(rows, world.rng.randrange(len(rows))))


def exported_anew(world: World) -> None:
    """Some rows are dropped, some changed in time, user or column, and some may be new."""
    name, rows = world.some_file(least=1)
    users = [row.user_id for row in rows]
    kept = [row for row in rows if world.rng.random() < 0.8]
    copies = [copy_of(world.rng, row, world.chosen, users) for row in kept]
    rows = [world.rng.choice(pair) for pair in zip(kept, copies, strict=True)]
    world.put(name, rows + world.rng.choice([[], world.new_rows()]))


def moved(world: World) -> None:
    """Rows go from one file into another; or into itself, in another order."""
    name, rows = world.some_file(least=1)
    count = world.rng.randint(1, len(rows))
    world.put(name, rows[count:])
    other, others = world.some_file()
    world.put(other, others + rows[:count])


def touched(world: World) -> None:
    world.put(*world.some_file())


def emptied(world: World) -> None:
    name, _ = world.some_file(least=1)
    world.put(name, [])
    world.files[name] = replace(world.files[name], has_bytes=world.rng.choice([True, False]))


def gone(world: World) -> None:
    del world.files[world.one_of(world.may_go())]


def came_back(world: World) -> None:
    """A file that had gone: as it was, with the same rows at another time, or with others."""
    name = world.one_of(name for name in world.loaded if name not in world.files)
    version = world.loaded[name]
    world.put(name, world.rng.choice([version.rows, world.new_rows()]))
    world.files[name] = world.rng.choice([version, world.files[name]])


def earlier_copy(world: World) -> None:
    """A copy that arrives later, precedes the stored one, and lies elsewhere."""
    _, time, row = world.one_of(world.considered())
    time += world.rng.choice([-1, 0, 1]) * gap(world.rng, world.chosen.timeout)
    app_id = world.rng.choice([row.app_id, "another"])
    loaded_at = spelled(world.rng, loaded_time(row) - SECOND)
    at = spelled(world.rng, time)
    world.deliver(replace(row, event_at=at, app_id=app_id, loaded_at=loaded_at))


def early_event(world: World) -> None:
    """An event shortly before another: a session may begin earlier."""
    _, time, row = world.one_of(world.considered())
    timeout = world.chosen.timeout
    before = world.rng.choice([timeout, timeout - MICROSECOND, timeout / 2, MICROSECOND])
    world.deliver(world.new_event(row, time - before))


def late_event(world: World) -> None:
    """An event shortly after another: a session may end later, and reopen."""
    _, time, row = world.one_of(world.considered())
    world.deliver(world.new_event(row, time + world.chosen.timeout * world.rng.random()))


def bridge(world: World) -> None:
    """An event between two of a key that lie a timeout or more apart, but not two."""
    timeout = world.chosen.timeout
    gaps = [
        (row, time, later - time)
        for (key, time, row), (other, later, _) in pairwise(world.considered())
        if key == other and timeout <= later - time < 2 * timeout
    ]
    row, time, length = world.one_of(gaps)
    world.deliver(world.new_event(row, time + length / 2))


def event_removed(world: World) -> None:
    """Every copy of an event is withdrawn: a session shrinks or vanishes."""
    _, _, row = world.one_of(world.considered())
    world.withdraw(row)


def bridge_removed(world: World) -> None:
    """Every copy of an event that joins two others is withdrawn: a session splits."""
    events = world.considered()
    three = zip(events, events[1:], events[2:], strict=False)
    bridges = [
        row
        for (key, before, _), (_, _, row), (other, after, _) in three
        if key == other and world.chosen.timeout <= after - before < 2 * world.chosen.timeout
    ]
    world.withdraw(world.one_of(bridges))


def in_the_future(world: World) -> None:
    """An event two years ahead, which its own `loaded_at` makes acceptable: it moves the clock of
    all worlds, so it is left to one of them, and rare. It lies before the run: R8."""
    _, time, row = world.one_of(world.considered() if world.number == 0 else ())
    at = spelled(world.rng, time.replace(year=2026, month=1))
    world.deliver(replace(world.new_event(row, time), event_at=at, loaded_at=at))


OFTEN = (new_file, made_whole, exported_anew, gone, came_back, bridge, bridge_removed)
STEPS = (*OFTEN, *OFTEN, half_written, stamped_long_ago, delivered_twice, grown, shrunk, moved)
STEPS += (touched, emptied, earlier_copy, early_event, late_event, event_removed, in_the_future)
