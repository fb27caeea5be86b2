"""Every rule has a pair of fixtures: the bad one breaks it, at the marked line; the good one is mended.

`rules/base` is a tiny record of invented law without problems. `rules/R30/good.yaml` and
`rules/R30/bad.yaml` (or folders of those names) are laid beside it; `bad-NAME` and `good-NAME` are further
pairs. In a bad file `# <- R30` stands on each line that the problem must point to; where no comment
can stand, a file `line` in the folder says `record.yaml:5`. `# also R36` on the first line names
other rules that cannot help being broken.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from detente.nouns import Problem
from detente.record import tree
from detente.record.check import all_rules
from detente.record.store import load_checked

RULES = Path(__file__).parent / "rules"
BASE = RULES / "base"
PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
REGENERATE = (
    "PYTHONPATH=tests .venv/bin/python -c "
    "'import test_rules; print(test_rules.page(), end=\"\")' > docs/rules.md"
)

numbers = pytest.mark.parametrize("number", all_rules())


def fixtures(kind: str) -> list[Path]:
    return sorted(p for p in RULES.glob("R*/*") if p.stem.split("-")[0] == kind)


def name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def problems(*laid_beside: Path) -> list[Problem]:
    return load_checked([BASE, *laid_beside])[1]


def listed(found: list[Problem]) -> str:
    return "\n".join(map(str, found)) or "no problem"


def marked(fixture: Path, number: str) -> tuple[set[tuple[str, int]], set[str]]:
    """The places that the bad fixture marks, named as reports name them, and the rules it breaks."""
    home = fixture.parent
    said = fixture / "line"
    if said.is_file():
        file, line = said.read_text(encoding="utf-8").strip().split(":")
        return {(f"{fixture.name}/{file}", int(line))}, {number}
    places, rules = set(), {number}
    for path in [fixture] if fixture.is_file() else sorted(fixture.rglob("*.yaml")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if lines[0].startswith("# also "):
            rules |= set(re.findall(r"R\d\d", lines[0]))
        shown = path.relative_to(home).as_posix()
        places |= {(shown, i) for i, line in enumerate(lines, 1) if f"# <- {number}" in line}
    return places, rules


def page() -> str:
    """docs/rules.md: every rule with its message and remedy."""
    rows = [
        "# Rules of the record",
        "",
        "What `detente check` refuses, and what to do. Each rule has a good and a bad example under",
        "`tests/rules/`. This page is written from the rules themselves; do not edit it.",
        "",
        "| rule | message | remedy |",
        "|---|---|---|",
    ]
    for number, rule in all_rules().items():
        message, remedy = (words.replace("|", "\\|") for words in rule.words())
        rows.append(f"| {number} | {message} | {remedy} |")
    return "\n".join(rows) + "\n"


def test_the_base_has_no_problems() -> None:
    found = problems()
    assert not found, listed(found)


@numbers
def test_a_rule_has_a_message_and_a_remedy(number: str) -> None:
    message, remedy = all_rules()[number].words()
    assert message.endswith("."), f"{number} needs a docstring that begins with its message"
    assert remedy.endswith("."), f"{number} needs a second paragraph with the remedy"


@numbers
def test_a_rule_has_a_pair_of_fixtures(number: str) -> None:
    for kind in ("good", "bad"):
        pair = [RULES / number / kind, RULES / number / f"{kind}.yaml"]
        assert any(p.exists() for p in pair), f"write {pair[1]}"


def test_every_fixture_has_a_rule_and_a_counterpart() -> None:
    folders = {p.name for p in RULES.iterdir() if p.is_dir()} - {BASE.name}
    assert folders == set(all_rules())
    strays = {p.name for p in RULES.glob("R*/*")} - {
        p.name for kind in ("good", "bad") for p in fixtures(kind)
    }
    assert not strays, "neither good nor bad"
    good, bad = ({name(p).replace(f"-{k}", "", 1) for p in fixtures(k)} for k in ("good", "bad"))
    assert good == bad


@pytest.mark.parametrize("fixture", fixtures("good"), ids=name)
def test_good_has_no_problems(fixture: Path) -> None:
    found = problems(fixture)
    assert not found, listed(found)


@pytest.mark.parametrize("fixture", fixtures("bad"), ids=name)
def test_bad_breaks_its_rule_at_the_marked_line(fixture: Path) -> None:
    number = fixture.parent.name
    places, rules = marked(fixture, number)
    assert places, f"mark the line with `# <- {number}`"
    found = problems(fixture)
    assert {p.rule for p in found} == rules, listed(found)
    hits = [p for p in found if p.rule == number]
    assert {(p.where.file, p.where.line) for p in hits} == places, listed(found)
    assert all(p.message.strip() and p.hint.strip() for p in found), listed(found)


@pytest.mark.parametrize("excess", [0, 1])
def test_r01_a_file_past_the_limit(tmp_path: Path, excess: int) -> None:
    head = b"sources: []\n#"
    path = tmp_path / "large.yaml"
    path.write_bytes(head + b"x" * (tree.MAX_BYTES + excess - len(head)))
    found = problems(path)
    assert [(p.rule, str(p.where)) for p in found] == [("R01", "large.yaml:1")] * excess


def test_r01_a_file_of_too_many_values(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    path.write_text("lists:\n" + "- x\n" * tree.MAX_NODES, encoding="utf-8")
    assert {p.rule for p in problems(path)} == {"R01"}


def test_r01_a_folder_without_yaml(tmp_path: Path) -> None:
    assert [p.rule for p in problems(tmp_path)] == ["R01"]


def test_the_page_of_rules_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"regenerate it: {REGENERATE}"
