"""bench/RESULTS.md: a part for each script, under a title of its own."""

import re
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def write_part(title: str, text: str) -> None:
    """Replace the part of this title, or add it at the end."""
    part = f"# {title}\n\n{text.strip()}\n"
    before = RESULTS.read_text() if RESULTS.exists() else ""
    parts = {p.partition("\n")[0]: p for p in re.split(r"^(?=# )", before, flags=re.MULTILINE) if p}
    parts[f"# {title}"] = part
    RESULTS.write_text("\n".join(p.strip() + "\n" for p in parts.values()))
    print(part)
