"""Every rule over a whole record."""

from __future__ import annotations

from detente.nouns import Problem, Record
from detente.record import rules_edges, rules_law, rules_talks
from detente.record.files import Texts
from detente.record.rules import Rule

_ENTERED = (
    rules_edges,
    rules_law,
    rules_talks,
)  # importing them enters their rules into the registry


def all_rules() -> dict[str, type[Rule]]:
    """Number -> rule, in order."""
    return dict(sorted(Rule.registry.items()))


def check(record: Record, texts: Texts) -> list[Problem]:
    """Every breach of every rule, in the order of files and lines."""
    found = []
    broken = any(any(rule().find(record, texts)) for rule in (rules_edges.R33, rules_edges.R53))
    for number, rule in all_rules().items():
        if broken and rule.follows_chains:
            continue
        message, remedy = rule.words()
        for where, particulars in rule().find(record, texts):
            found.append(Problem(number, f"{particulars}: {message}", remedy, where))
    return sorted(found, key=lambda p: (p.where.file, p.where.line, p.rule, p.message))
