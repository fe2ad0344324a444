"""Files of a few events, which are old enough that a run does not load them a second time."""

from __future__ import annotations

import json
import os
from pathlib import Path

HEADER = "user_id,event_name,event_at\n"


def row(user: str, minute: int) -> str:
    """A row of flat CSV."""
    return f"{user},Play,2026-01-01 10:{minute:02}:00\n"


def exported(user: str, minute: int) -> str:
    """The same event as a line of CleverTap's export."""
    profile = {"identity": user, "objectId": f"device of {user}"}
    record = {"ts": int(f"2026010110{minute:02}00"), "eventName": "Play", "profile": profile}
    return json.dumps(record) + "\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (1_767_300_000, 1_767_300_000))


def deliver(folder: Path, **files: str) -> None:
    """Write files whose names have an underscore in place of the dot."""
    for name, text in files.items():
        write(folder / name.replace("_", "."), text)
