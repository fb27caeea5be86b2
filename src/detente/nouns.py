"""Every type that detente speaks of, frozen. Read this first.

A `Source` is a published text. A `Cite` points into it. A `Measure` is a continuing thing
that acts on trade; its `Clause`s are the dated statements of law that make and change it.
An `Event` is an atom of talks. From these the program derives `Line`s (what one clause is
worth at an instant) and `Clock`s (what is running out). A `Proposal` is what reading a
document suggests to enter. A `Problem` is what is wrong with a file. `docs/notation.md` shows how each is written in YAML.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from detente.time import Days, Instant

OFFICIAL_KINDS = (
    "order",
    "proclamation",
    "memorandum",
    "notice",
    "statute",
    "ruling",
    "agreement",
    "announcement",
    "schedule",
    "change record",
    "joint statement",
    "statement",
    "fact sheet",
    "briefing",
)
THIRD_PARTY_KINDS = ("press", "secondary")

MeasureKind = Literal[
    "tariff",
    "import ban",
    "export control",
    "entity list",
    "prohibition",
    "fee",
    "exclusion",
    "procedure",
]
Action = Literal[
    "impose", "set", "suspend", "extend", "end", "except", "strike", "stay", "reinstate"
]
Status = Literal["law", "announced", "agreed", "threatened", "proposed"]
Seen = Literal["text", "restatement", "copy", "report"]
EventKind = Literal[
    "round",
    "call",
    "meeting",
    "visit",
    "deal",
    "statement",
    "poll",
    "ruling",
    "deadline",
    "determination",
    "consultation",
    "legislation",
]
ClockState = Literal[
    "future",
    "running",
    "extended",
    "replaced",
    "lapsed",
    "ended by ruling",
    "met",
    "passed, outcome not recorded",
]
ProposalKind = Literal[
    "round",
    "call",
    "visit",
    "statement",
    "measure",
    "pause",
    "extension",
    "deadline",
    "deal",
    "ruling",
    "poll",
    "commitment",
]
How = Literal["stated", "resolved", "computed", "inferred"]
Relation = Literal["new", "in record", "further source", "contradiction", "extends"]


class Where(msgspec.Struct, frozen=True):
    """The file and line that a value was read from."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a file: the rule broken, what was found, and the remedy."""

    rule: str
    message: str
    hint: str
    where: Where

    def __str__(self) -> str:
        return f"{self.where}: {self.rule} {self.message}\n    remedy: {self.hint}"


class Source(msgspec.Struct, frozen=True):
    """A published text. `copy` is the path of the stored text under `texts/`, with its sha256."""

    id: str
    kind: str
    title: str
    publisher: str
    url: str
    published: date
    licence: str
    where: Where
    number: str = ""
    copy: str = ""
    sha256: str = ""
    note: str = ""

    @property
    def official(self) -> bool:
        return self.kind in OFFICIAL_KINDS


class Cite(msgspec.Struct, frozen=True):
    """A source, the place in it, and the words relied on, verbatim."""

    source: str
    where: Where
    at: str = ""
    says: tuple[str, ...] = ()


class Authority(msgspec.Struct, frozen=True):
    """A legal basis. The record of it is meant to be complete through `horizon`."""

    id: str
    imposer: str
    title: str
    horizon: date
    where: Where


class Fact(msgspec.Struct, frozen=True):
    """What a product code cannot tell: a claim, a content, a use.

    Its value is the share of the customs value for which it holds; `default` is taken where none is
    given, for the reason in `basis`. One that stands `apart` (a special form of entry, open to any
    good) is left out of the range unless it is given.
    """

    id: str
    question: str
    default: Decimal
    basis: str
    where: Where
    apart: bool = False


class ProductList(msgspec.Struct, frozen=True):
    """A list of products that clauses refer to.

    A good is on it if the longest prefix of its code among `codes` is not marked `!` or it is on a
    list of `of` (any good, if neither is written), every fact of `needs` holds and none of `unless`.
    `known_products` is false while the list is only a name; `partial` says what is not compiled.
    """

    id: str
    title: str
    where: Where
    note: str = ""
    codes: frozenset[str] = frozenset()
    of: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    compiled: str = ""
    partial: str = ""

    @property
    def known_products(self) -> bool:
        return bool(self.codes or self.of or self.needs)


class Stack(msgspec.Struct, frozen=True):
    """A rule of stacking: while the clause `by` is in force, a duty of `keeps` that a good bears
    takes the place of those of `drops`. Both name measures; `us.232` reaches all below it."""

    id: str
    by: str
    keeps: tuple[str, ...]
    drops: tuple[str, ...]
    where: Where
    note: str = ""


class Rate(msgspec.Struct, frozen=True):
    """An ad valorem rate in percent of customs value.

    `includes_mfn`: the figure contains the column 1 duty (a floor all told) and is not added to it.
    """

    percent: Decimal
    includes_mfn: bool = False

    def __str__(self) -> str:
        figure = f"{self.percent.normalize():f}%"
        return f"{figure} including MFN" if self.includes_mfn else figure


class Transit(msgspec.Struct, frozen=True):
    """Goods loaded before one instant (and entered before another) that a clause does not reach."""

    loaded_before: Instant
    entered_before: Instant | None = None


class Clause(msgspec.Struct, frozen=True):
    """The atom of law: one dated statement about a measure.

    `start` and `end` bound a half-open span; `end_basis` says whether the end is stated in the
    text, computed from a duration, or inferred. `known` is the day its source was published.
    Empty `partners` or `products` on a clause that acts on another mean "as in that clause".
    """

    id: str
    measure: str
    action: Action
    known: date
    instrument: str
    seen: Seen
    cites: tuple[Cite, ...]
    where: Where
    status: Status = "law"
    acts_on: tuple[str, ...] = ()
    authority: str = ""
    partners: tuple[str, ...] = ()
    not_partners: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    not_products: tuple[str, ...] = ()
    rate: Rate | None = None
    rates: dict[str, Rate] = {}
    terms: str = ""
    points: Decimal | None = None
    start: Instant | None = None
    end: Instant | None = None
    end_basis: Literal["stated", "computed", "inferred"] = "stated"
    collected_from: Instant | None = None
    in_transit: Transit | None = None
    then: str = ""
    signed: date | None = None
    printed: date | None = None
    note: str = ""
    hypothetical: bool = False


class Assertion(msgspec.Struct, frozen=True):
    """A check written inside a measure: the rate on a day, with a day's knowledge, for a partner."""

    on: date
    partner: str
    where: Where
    known: date | None = None
    rate: Rate | None = None
    collected: Rate | None = None
    products: str = "all"


class Measure(msgspec.Struct, frozen=True):
    """A continuing thing that acts on trade: who imposes it, under which authority."""

    id: str
    title: str
    kind: MeasureKind
    imposer: str
    authority: str
    where: Where
    headings: tuple[str, ...] = ()
    stacking: str = ""
    note: str = ""
    asserts: tuple[Assertion, ...] = ()


class Person(msgspec.Struct, frozen=True):
    """Someone at an event, with the office held then."""

    name: str
    side: str
    office: str = ""
    role: str = "member"


class Poll(msgspec.Struct, frozen=True):
    """A survey: who asked whom, what and when. `shares` are percentages of respondents."""

    pollster: str
    question: str
    shares: dict[str, Decimal]
    series: str = ""
    field: Days | None = None
    sample: int | None = None
    margin: Decimal | None = None
    population: str = ""


class Event(msgspec.Struct, frozen=True):
    """The atom of talks: a round, call, visit, deal, statement, poll, ruling, deadline and so on."""

    id: str
    kind: EventKind
    title: str
    parties: tuple[str, ...]
    known: date
    cites: tuple[Cite, ...]
    where: Where
    days: Days | None = None
    due: Instant | None = None
    then: str = ""
    status: str = ""
    series: str = ""
    number: int | None = None
    place: str = ""
    people: tuple[Person, ...] = ()
    topics: tuple[str, ...] = ()
    outcome: str = ""
    leads_to: tuple[str, ...] = ()
    supersedes: str = ""
    poll: Poll | None = None
    note: str = ""

    @property
    def day(self) -> date:
        """The day by which the event is put in order."""
        if self.days:
            return self.days.first
        return self.due.day if self.due else self.known


class Record(msgspec.Struct, frozen=True):
    """All that was read from one or more record folders."""

    sources: dict[str, Source] = {}
    authorities: dict[str, Authority] = {}
    facts: dict[str, Fact] = {}
    lists: dict[str, ProductList] = {}
    stacking: dict[str, Stack] = {}
    measures: dict[str, Measure] = {}
    clauses: dict[str, Clause] = {}
    events: dict[str, Event] = {}
    horizons: dict[str, date] = {}
    """Horizons that an own record moves to later days."""

    def horizon_of(self, authority: str) -> date | None:
        """The last day through which one authority is meant to be complete."""
        declared = self.authorities.get(authority)
        return self.horizons.get(authority, declared.horizon) if declared else None

    @property
    def horizon(self) -> date | None:
        """The last day through which every authority is meant to be complete."""
        return min((self.horizon_of(a) or date.max for a in self.authorities), default=None)


class Line(msgspec.Struct, frozen=True):
    """What one base clause is worth at one instant for one partner.

    `rate` is the law's, `collected` what customs took, `whole` what the law would be with nothing
    paused. `governing` is the clause whose rate is in force, `paused_by` the live suspensions and
    `stopped_by` the clause that ended, struck or excepted the base.
    """

    measure: str
    base: str
    rate: Rate | None
    collected: Rate | None
    whole: Rate | None
    governing: str
    paused_by: tuple[str, ...] = ()
    stopped_by: str = ""
    terms: str = ""


class Extension(msgspec.Struct, frozen=True):
    """One link of a chain: the clause that moved the end, and the new end."""

    clause: str
    instrument: str
    until: Instant
    known: date
    note: str = ""


class Clock(msgspec.Struct, frozen=True):
    """What is running out: a pause (suspension or stay), an exception for partners or lists, a
    temporary act, a scheduled step, a deadline. What set it, when it ends, what then."""

    id: str
    title: str
    kind: Literal["pause", "exception", "temporary", "step", "deadline"]
    imposer: str
    partners: tuple[str, ...]
    set_by: str
    starts: Instant | None
    first_end: Instant
    end: Instant
    end_basis: str
    state: ClockState
    days_left: int
    then: str
    extensions: tuple[Extension, ...] = ()
    announced: tuple[str, ...] = ()
    rate_now: Rate | None = None
    rate_then: Rate | None = None
    notes: tuple[str, ...] = ()
    ended_by: str = ""
    over_since: Instant | None = None
    hypothetical: bool = False


class Component(msgspec.Struct, frozen=True):
    """One duty in an answer. `percent` is what it adds, in percent of the whole customs value;
    `share` the part of the value that bears it. The base duty has no clause."""

    measure: str
    title: str
    authority: str
    clause: str
    instrument: str
    headings: tuple[str, ...]
    rate: str
    percent: Decimal | None
    share: Decimal
    cites: tuple[Cite, ...]


class SetAside(msgspec.Struct, frozen=True):
    """A duty that clause `by` takes off, or a rule of stacking (`rule`), on `share` of the value."""

    measure: str
    title: str
    clause: str
    rate: str
    by: str
    instrument: str
    how: str
    rule: str
    share: Decimal
    cites: tuple[Cite, ...]


class Question(msgspec.Struct, frozen=True):
    """A fact that was not given: what was taken, and the total if it held for none or all of the value."""

    fact: str
    question: str
    taken: Decimal
    basis: str
    if_none: Decimal | None
    if_all: Decimal | None


class Answer(msgspec.Struct, frozen=True):
    """The duty on one product of one partner on one day, in percent of customs value.

    `total` is the law's, `collected` what customs take; None where a specific duty lacks the value
    and quantity that `missing` names (`additional` still tells what comes on top of the base).
    `low` and `high` span every fact that was not given.
    """

    imposer: str
    partner: str
    code: str
    description: str
    on: date
    known: date
    total: Decimal | None
    collected: Decimal | None
    additional: Decimal
    low: Decimal | None
    high: Decimal | None
    components: tuple[Component, ...]
    aside: tuple[SetAside, ...]
    questions: tuple[Question, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class SpreadLine(msgspec.Struct, frozen=True):
    """One line of the schedule with its total in percent of customs value."""

    code: str
    description: str
    total: Decimal | None


class Spread(msgspec.Struct, frozen=True):
    """The duties on all lines below a prefix."""

    imposer: str
    partner: str
    prefix: str
    on: date
    known: date
    lines: tuple[SpreadLine, ...]


class Quote(msgspec.Struct, frozen=True):
    """Words of a document: `text[start:end] == quote`, counted in code points, end exclusive."""

    start: int
    end: int
    quote: str


class Said(msgspec.Struct, frozen=True):
    """One field of a proposal: the value, how it was got from the words, and the words.

    `stated` stands in them; `resolved` needs the day of the document; `computed` follows from a duration;
    `inferred` from other sentences. `alternatives` are readings that the words leave open.
    """

    value: Any
    how: How
    quotes: tuple[Quote, ...]
    alternatives: tuple[Any, ...] = ()


class Proposal(msgspec.Struct, frozen=True):
    """What reading suggests: a draft of a clause or an event, with the words behind every field.

    `rule` is what proposed it; `confidence` the share of its proposals that proved right. `relation` is
    how it stands to the record, `matches` the entries it stands so to.
    """

    id: str
    document: str
    kind: ProposalKind
    fields: dict[str, Said]
    evidence: tuple[Quote, ...]
    rule: str
    confidence: float
    relation: Relation = "new"
    matches: tuple[str, ...] = ()
    note: str = ""
