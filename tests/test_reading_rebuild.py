"""The truce rebuilt from shipped orders: what reading proposes, beside what the record holds."""

from __future__ import annotations

import pytest

from detente.nouns import Proposal, Record
from detente.reading import document, rebuild
from detente.reading.document import Document
from detente.reading.propose import Rules
from detente.record import store

TEXTS = store.shipped().parent / "texts" / "whitehouse"
ORDERS = (14195, 14228, 14256, 14257, 14259, 14266, 14298, 14324, 14334, 14357, 14358)


def orders_alone(document: Document, record: Record) -> list[Proposal]:
    """What the operative parts alone propose."""
    del record
    return [
        proposal for proposal in Rules().propose(document) if proposal.rule.startswith("operative")
    ]


@pytest.fixture(scope="module")
def report() -> rebuild.Report:
    record, _ = store.open_record(store.folders([]))
    documents = [document.read(TEXTS / f"eo-{number}.md")[0] for number in ORDERS]
    return rebuild.rebuild(record, documents, reader=orders_alone)


def test_clauses_that_name_china_are_found(report: rebuild.Report) -> None:
    named = [one for one in report.clauses if one.named]
    found, read = report.share(named)
    assert read >= 20
    assert found / read >= 0.9


def test_what_is_missed_says_why(report: rebuild.Report) -> None:
    for one in report.clauses:
        assert bool(one.why) == (one.result in ("partly", "missed", "not stated")), one
    silent = {one.entry: one.why for one in report.clauses if one.result == "not stated"}
    assert "rate" in silent["us.ieepa.reciprocal.cn/imposed"]  # the 34 stands in an annex not held


def test_a_text_that_was_not_read_is_not_counted(report: rebuild.Report) -> None:
    results = {one.entry: one.result for one in report.clauses}
    assert results["us.301.maritime-duties/chassis-100"] == "no text"


def test_a_reader_that_proposes_nothing_finds_nothing() -> None:
    record, _ = store.open_record(store.folders([]))
    documents = [document.read(TEXTS / "eo-14298.md")[0]]
    empty = rebuild.rebuild(record, documents, reader=lambda _document, _record: [])
    assert empty.share(empty.clauses)[0] == 0
    assert empty.share(empty.clauses)[1] > 0


def test_the_report_is_markdown(report: rebuild.Report) -> None:
    text = report.markdown()
    assert "| clauses that name China |" in text
    assert "### Proposed wrongly" in text
    assert str(TEXTS) not in text
