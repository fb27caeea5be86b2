"""Two hundred hostile files: what a careless editor, a broken exporter or an attacker would send."""

from __future__ import annotations

from collections.abc import Iterator

BASE = """\
sources:
- {id: eo-1, kind: notice, title: A notice, publisher: Us, url: "https://example.org", published: 2025-02-01, licence: ours}
authorities:
- {id: IEEPA, imposer: US, title: An act, horizon: 2026-01-01}
"""

MEASURE = """\
measure: us.demo.duty
title: A duty
kind: tariff
imposer: US
authority: IEEPA
clauses:
- id: imposed
  action: impose
  partners: [CN]
  products: all
  rate: 10%
  applies: {from: 2025-02-04}
  known: 2025-02-01
  instrument: EO 1
  seen: copy
  cites: [{source: eo-1}]
"""

EVENT = """\
events:
- id: 2025-05-10-geneva
  kind: round
  title: First round
  parties: [US, CN]
  series: us-cn
  number: 1
  status: held
  days: 2025-05-10/2025-05-11
  known: 2025-05-12
  cites: [{source: eo-1}]
"""

BAD_DAYS = [
    *(
        "2025-02-30",
        "2025-13-01",
        "2025-00-10",
        "0000-01-01",
        "9999-12-31",
        "10000-01-01",
        "-2025-01-01",
    ),
    *(
        "2025-2-4",
        "25-02-04",
        "2025/02/04",
        "04.02.2025",
        "Feb 4, 2025",
        "today",
        "now",
        "tomorrow",
    ),
    *("2025-02-04T25:00 America/New_York", "2025-02-04T00:61 America/New_York", "2025-02-04T00:01"),
    *(
        "2025-02-04T00:01 EST",
        "2025-02-04T00:01 America/Atlantis",
        "2025-02-04T00:01 ../../etc/passwd",
    ),
    *("2025-02-04T00:01Z", "2025-02-04 00:01", "20250204", "1738627200", "2025-W06", "2025-02-29"),
    *("1899-12-31", "2101-01-01", "٢٠٢٥-٠٢-٠٤", "2025-02-04\u200b", "NaN", "null", "~", ""),
]
BAD_RATES = [
    *(
        "10",
        "10 %",
        "-10%",
        "+10%",
        "ten percent",
        "10%%",
        "1e3%",
        "NaN%",
        "inf%",
        "10pp",
        "%",
        "0x10%",
    ),
    *(
        "100000%",
        "10,5%",
        "１０%",
        "10\u00a0%",
        "Free",
        "10%-20%",
        "null",
        "true",
        "[10%]",
        "{a: 10%}",
        "",
    ),
]
BAD_PARTNERS = [
    *("NO WAY", "UK", "XX", "cn", "China", "ALL", "true", "12", "C N", "CN,HK", "🇨🇳", "US", "''"),
]
BAD_IDS = [
    *(
        "Imposed",
        "im posed",
        "../up",
        "a/b/c",
        "",
        "-",
        "a..b",
        "é",
        "x" * 300,
        "id\u202egnp",
        "null id",
        "'1 OR 1=1'",
    ),
]
BAD_WORDS = [
    "Impose",
    "IMPOSE",
    "import",
    "delete",
    "yes",
    "impose; rm -rf /",
    "<script>",
    "1",
    "[impose]",
]


def files() -> Iterator[tuple[str, bytes]]:
    """(name, content) of every hostile file."""
    for n, day in enumerate(BAD_DAYS):
        yield (
            f"from-{n}",
            MEASURE.replace("{from: 2025-02-04}", f"{{from: {quoted(day)}}}").encode(),
        )
        yield f"known-{n}", MEASURE.replace("known: 2025-02-01", f"known: {quoted(day)}").encode()
    for n, rate in enumerate(BAD_RATES):
        yield f"rate-{n}", MEASURE.replace("rate: 10%", f"rate: {rate}").encode()
    for n, partner in enumerate(BAD_PARTNERS):
        yield f"partner-{n}", MEASURE.replace("[CN]", f"[{quoted(partner)}]").encode()
    for n, name in enumerate(BAD_IDS):
        yield f"id-{n}", MEASURE.replace("id: imposed", f"id: {quoted(name)}").encode()
    for n, word in enumerate(BAD_WORDS):
        yield f"action-{n}", MEASURE.replace("action: impose", f"action: {word}").encode()
    lines = MEASURE.splitlines(keepends=True)
    for n, line in enumerate(lines):
        yield f"twice-{n}", "".join([*lines[: n + 1], line, *lines[n + 1 :]]).encode()
        yield f"tab-{n}", "".join([*lines[:n], "\t" + line, *lines[n + 1 :]]).encode()
    for n, line in enumerate(EVENT.splitlines(keepends=True)[2:], 2):
        key = line.split(":")[0].strip()
        yield f"event-list-{n}", EVENT.replace(line, f"  {key}: [[[]]]\n").encode()
        yield f"event-map-{n}", EVENT.replace(line, f"  {key}: {{a: {{b: c}}}}\n").encode()
    yield from _odd_bytes()


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _odd_bytes() -> Iterator[tuple[str, bytes]]:
    raw = MEASURE.encode()
    yield "empty", b""
    yield "blank", b"\n \n"
    yield "comment-only", b"# nothing\n"
    yield "nul", raw.replace(b"A duty", b"A\x00duty")
    yield "control", raw.replace(b"A duty", b"A\x07duty")
    yield "latin-1", raw.replace(b"A duty", b"Z\xf6lle")
    yield "bom-8", b"\xef\xbb\xbf" + raw
    yield "bom-16-le", b"\xff\xfe" + MEASURE.encode("utf-16-le")
    yield "bom-16-be", b"\xfe\xff" + MEASURE.encode("utf-16-be")
    yield "utf-16-no-bom", MEASURE.encode("utf-16-le")
    yield "truncated-utf-8", raw + "é".encode()[:1]
    yield "overlong-utf-8", raw.replace(b"A duty", b"\xc0\xaf")
    yield "surrogate", raw.replace(b"A duty", b"\xed\xa0\x80")
    yield "ten-megabyte-scalar", raw.replace(b"A duty", b"x" * 10_000_000)
    yield "one-megabyte-scalar", raw.replace(b"A duty", b"x" * 1_000_000)
    yield "many-keys", b"".join(b"k%d: v\n" % n for n in range(100_000))
    yield "many-items", b"events:\n" + b"- x\n" * 100_000
    yield "deep-flow", b"events: " + b"[" * 50_000
    yield "deep-flow-closed", b"events: " + b"[" * 5_000 + b"]" * 5_000
    yield "deep-maps", b"events: " + b"{a: " * 50_000
    yield "deep-block", b"".join(b" " * n + b"a:\n" for n in range(1_000))
    yield "deep-dashes", b"- " * 50_000 + b"x"
    yield "laughs", b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nevents: [*c, *c]\n"
    yield "alias", raw.replace(b"[CN]", b"&p [CN]")
    yield "alias-use", raw + b"extra: *p\n"
    yield "self-alias", b"events: &e [*e]\n"
    yield "merge-key", b"base: &b {a: 1}\nevents:\n- <<: *b\n"
    yield (
        "tag-python",
        raw.replace(b"title: A duty", b"title: !!python/object/apply:os.system ['true']"),
    )
    yield "tag-str", raw.replace(b"known: 2025", b"known: !!str 2025")
    yield "tag-local", raw.replace(b"A duty", b"!x A duty")
    yield "two-documents", raw + b"---\n" + raw
    yield "directive", b"%YAML 9.9\n---\n" + raw
    yield "top-list", b"- a\n- b\n"
    yield "top-scalar", b"just words\n"
    yield "key-is-list", b"? [a, b]\n: c\n"
    yield "key-is-map", b"? {a: b}\n: c\n"
    yield "null-key", b": x\n"
    yield "colon-storm", b":" * 10_000
    yield "quote-open", raw + b'note: "never closed\n'
    yield "block-scalar-bad", b"events: |9x\n  a\n"
    yield "question-storm", b"? " * 3_000
    yield "norway", MEASURE.replace("imposer: US", "imposer: NO").encode()
    yield "octal", EVENT.replace("number: 1", "number: 0o10").encode()
    yield "sexagesimal", EVENT.replace("number: 1", "number: 1:30").encode()
    yield "negative-number", EVENT.replace("number: 1", "number: -1").encode()
    yield "huge-number", EVENT.replace("number: 1", "number: " + "9" * 500).encode()
    yield "float-number", EVENT.replace("number: 1", "number: 1.5").encode()
    yield "acts-on-itself", raw + _clause("a", "set", "acts_on: a")
    yield "circle", raw + _clause("a", "set", "acts_on: b") + _clause("b", "set", "acts_on: a")
    yield "strike-itself", raw + _clause("a", "strike", "acts_on: a, authority: IEEPA")
    yield "table-outside", raw.replace(b"rate: 10%", b"rates: ../../../etc/passwd")
    yield "table-absent", raw.replace(b"rate: 10%", b"rates: nowhere.csv")
    yield "right-to-left", raw.replace(b"id: imposed", "id: \u202eimposed".encode())


def _clause(name: str, action: str, more: str) -> bytes:
    return (
        f"- {{id: {name}, action: {action}, {more}, rate: 5%, applies: {{from: 2025-03-01}}, "
        f"known: 2025-03-01, instrument: EO 2, seen: copy, cites: [{{source: eo-1}}]}}\n"
    ).encode()
