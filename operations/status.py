"""How the last refresh ended, in a small file beside the published file, for a monitor. Only a
later refresh that publishes could show a failure in the published file itself."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path

from record import utc_now


def write_status(
    published: Path, started_at: datetime, exit_code: int, message: str | None
) -> None:
    """Replace the file by one rename. On a full disk the old one stays, and its age tells."""
    path = published.with_suffix(".status.json")
    new = path.with_name(f".{path.name}.{os.getpid()}")
    status = {
        "started_at": f"{started_at:%Y-%m-%dT%H:%M:%SZ}",
        "ended_at": f"{utc_now():%Y-%m-%dT%H:%M:%SZ}",
        "exit_code": exit_code,
        "message": message,
    }
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.write_text(json.dumps(status, indent=2) + "\n", encoding="utf-8")
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
