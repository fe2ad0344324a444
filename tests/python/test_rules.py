"""Does docs/rules.md name models, CTEs and unit tests that exist, and the board what can become of
a row?"""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (R\d+) \| .* \| ([^|]+) \|$", re.MULTILINE)
RULES = dict(ROW.findall((ROOT / "docs" / "rules.md").read_text()))
UNIT_TESTS = {
    name
    for path in (ROOT / "tests" / "unit").glob("*.yml")
    for name in re.findall(r"^  - name: (\w+)$", path.read_text(), re.MULTILINE)
}


def test_every_rule_is_in_the_table() -> None:
    assert list(RULES) == [f"R{number}" for number in range(1, 16)]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_names_what_applies_and_proves_it(rule: str) -> None:
    places, tests = re.fullmatch(r"(.+); tests? (.+)", RULES[rule]).groups()
    for place in places.split("; "):
        file, *names = re.findall(r"`([^`]+)`", place)
        sql = sql_of(file)
        assert re.search(rf"\b{rule}\b", sql), f"{file} does not name {rule}"
        assert names, f"{rule} names no CTE, column or macro in {file}"
        for name in names:
            assert defines(sql, name), f"{file} defines no CTE, column or macro {name}"
    assert set(re.findall(r"`([^`]+)`", tests)) <= UNIT_TESTS


def sql_of(file: str) -> str:
    """The SQL of a model by its name, or of a macro file by its path."""
    if file.endswith(".sql"):
        return (ROOT / file).read_text()
    (path,) = (ROOT / "models").rglob(f"{file}.sql")
    return path.read_text()


def defines(sql: str, name: str) -> bool:
    """Whether the SQL has a CTE, a column or a macro of this name."""
    patterns = rf"^{name} as |\bas {name}\b|^    {name},?$|\bmacro {name}\("
    return bool(re.search(patterns, sql, re.MULTILINE))


def test_the_board_says_what_each_disposition_and_reason_means() -> None:
    document = (ROOT / "docs/sources.md").read_text()
    section = document.split("## What becomes of a row\n")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE))
    reasons = rows.pop("rejected").split("The reasons are ")[1].split(" (")[0]
    kinds = {*rows, *re.findall(r"`(\w+)`", reasons)}
    meanings = yaml.safe_load((ROOT / "board/board.yml").read_text())["accounting"]["meanings"]
    assert meanings.keys() == kinds
