"""What a verb acts on: the measure, its rates, its targets and who imposes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from detente.nouns import Said
from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses, Name
from detente.reading.acts.draft import figure
from detente.reading.acts.verbs import Verb
from detente.reading.frames import Passage, Reading
from detente.reading.mentions.kinds import RateMention

_SELF_ACTS = re.compile(
    r"tariff(?:ed|s|ing)?|ban(?:s|ned|ning)?|prohibit\w*|bar(?:s|red|ring)?|blacklist\w*|sanction\w*|restrict(?:s|ed|ing)?"
)
_TRADED = re.compile(
    r"\b(?:imports?|exports?|goods|products?|shipments?|sales?|companies|firms|compan(?:y|ies)|purchases?|transfers?|chips?|minerals|refiner(?:y|ies)|banks|entities|chipmakers?|suppliers|manufacturers?|"
    r"supplying|selling|exporting|importing)\b",
    re.IGNORECASE,
)
_FAR = re.compile(
    r",|\b(?:that|which|from|in|of|by|with|imports|exports|saving|determining)\b|(?<!ustments )(?<!djustment )(?<!hanges )"
    r"(?<!change )(?<!ications )(?<!increases )(?<!increase )(?<!reductions )(?<!cuts )\bto\b|\b[a-z]{3,}ing\b",
    re.IGNORECASE,
)
"""Words between a verb of telling or raising and a noun that show the noun is not its object."""
_MEANS = re.compile(r"\b(?:with|a\s+list\s+of|(?:an?|the|new|additional|another)\s+(?:round|series|set)\s+of|(?:up\s+to\s+)?\$[\d.]+\s+\w+\s+(?:in|of|worth\s+of)|from\s+[\d.]+\s*(?:%|percent)\s+to\s+[\d.]+\s*(?:%|percent)|to\s+[\d.]+\s*(?:%|percent))(?=\s)", re.IGNORECASE)  # fmt: skip
_ANSWER = re.compile(r"\bin\s+(?:response|retaliation)\s+(?:to|for)\b[^.;]{0,40}", re.IGNORECASE)
_TO_LIMIT = re.compile(
    r"\b(?:to|at)\s+(?:limit|curb|restrict|prevent|deny|block|keep|stop|slow|cut(?:ting)?\s+off|hobble|hamper|limiting|keeping|slowing|denying)\b",
    re.IGNORECASE,
)
_ORIGIN = re.compile(
    r"\b(?:articles|goods|products|imports)\s+(?:of|from)\s+(?:the\s+)?$", re.IGNORECASE
)
_PUT_ON = re.compile(r"\b(?:imposed|put|levied|placed)\s+on\s+(?:the\s+)?$", re.IGNORECASE)
_THOSE = re.compile(
    r"\b(?:those|these|such)\s+(?:articles|goods|products|imports)\b", re.IGNORECASE
)
_HEADED = re.compile(r"(?:For|On)\s+")
_NOT_TARGET = re.compile(r"\b(?:by|pay(?:s|ing)?|into|enter(?:s|ing)?|customs\s+territory\s+of)\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_REACH = 400
_MOST = 20
"""How far back, and among how many, a measure is looked for."""
_INTO = re.compile(r"\b(?:to|into|by|entering|pay(?:s|ing)?)\s+(?:the\s+)?$", re.IGNORECASE)
_SOLD_TO = re.compile(
    r"\b(?:exports|sales|shipments|exported|sold|shipped)\s+to\s+(?:the\s+)?$", re.IGNORECASE
)
_TRAFFIC = re.compile(
    r"\s+(?:all\s+|the\s+|most\s+|its\s+)?(?:purchases?|imports?|exports?|sales?|shipments?)\b(?!\s+(?:tariffs|duties|controls|restrictions|curbs|bans?|taxes))",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\s+[^.;]{2,120}?\s+(?:to|on|onto|in)\s+(?:the|its|an?|their)\s+(?P<list>(?:[\w’']+\s+){0,2}"
    r"(?:entit(?:y|ies)|control|sanctions|export)\s+(?:list|blacklist)|(?:trade\s+)?blacklist)\b",
    re.IGNORECASE,
)
"""A firm that is put on a list."""
_AVERAGE = re.compile(r"\b(?:average|mean|simple)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)


class Deed(msgspec.Struct, frozen=True):
    """A verb with the measure that it acts on. `chain` holds the verbs that announce or sign it,
    `noun` the place of the measure, `start` to `end` the words that tell of goods, rates and targets."""

    passage: Passage
    verb: Verb
    chain: tuple[Verb, ...]
    noun: tuple[int, int]
    sort: str
    start: int
    end: int


def measure_in(text: str, start: int, end: int, last: bool = False) -> tuple[int, int, str] | None:
    """The first (or last) measure named between two places, and its sort."""
    if last:
        start = max(start, end - _REACH)
    found: list[tuple[int, int, str]] = []
    for other in islice(words.OTHER.finditer(text, start, end), _MOST):
        sort = next(k for k, v in other.groupdict().items() if v and k != "on")
        found.append((other.start(), other.end(), sort))
    for tariff in islice(words.TARIFF.finditer(text, start, end), _MOST):
        if not any(a < tariff.end() and tariff.start() < b for a, b, _ in found):
            found.append((tariff.start(), tariff.end(), "tariff"))
    found = [f for f in found if not _AVERAGE.search(text[max(start, f[0] - 30) : f[0]])]
    found.sort()
    return (found[-1] if last else found[0]) if found else None


def deed_of(clauses: Clauses, passage: Passage, verb: Verb) -> Deed | None:
    """What a verb does to which measure; None if it acts on none."""
    found = _measure(clauses, passage, verb)
    if found is None:
        return None
    start, end, sort = found
    limit = clauses.limit(passage, verb)
    if end <= verb.start or verb.act == "bear":
        left = _left(clauses, passage, verb)
    else:
        left = verb.start if start == verb.start else verb.end
    return Deed(passage, verb, tuple(clauses.chain(passage, verb)), (start, end), sort, left, limit)


def _measure(clauses: Clauses, passage: Passage, verb: Verb) -> tuple[int, int, str] | None:
    text = clauses.masked
    if verb.act == "impose" and _SELF_ACTS.fullmatch(verb.word):
        rest = text[verb.end : clauses.object_end(passage, verb.end)]
        if verb.form in ("done", "reduced") or not _TRADED.search(rest):
            return None
        sort = {"t": "tariff", "s": "sanction"}.get(verb.word[0], "ban")
        return verb.start, verb.end, sort
    if (
        verb.act == "suspend"
        and verb.form in ("past", "will")
        and (stopped := _TRAFFIC.match(text, verb.end))
    ):
        return verb.start, stopped.end(), "ban"
    if verb.act == "retaliate":
        against = re.match(r"\s+(?:quickly\s+)?against\b", text[verb.end : passage.end])
        if against:
            return verb.start, verb.end, "counter"
        means = re.match(r"\s+with\b", text[verb.end : passage.end])
        return measure_in(text, verb.end, clauses.limit(passage, verb)) if means else None
    if verb.form == "reduced":
        return None
    if (verb.form == "done" and verb.act != "bear") or verb.act == "begin":
        return measure_in(text, _left(clauses, passage, verb), verb.start, last=True)
    found = measure_in(text, verb.end, clauses.limit(passage, verb))
    if verb.act == "impose" and (put := _LISTED.match(clauses.text, verb.end, passage.end)):
        return *put.span("list"), "list"
    if found is None or found[0] - verb.end > 130:
        return None
    if verb.act == "suspend":
        return None
    if verb.act == "end" and re.search(r"\bfrom\s+the\b", text[verb.end : found[0]]):
        return None  # "removing products from the scope of the tariffs"
    if verb.act in ("announce", "raise", "lower"):
        gap = _MEANS.sub(" ", text[verb.end : found[0]])
        if _FAR.search(gap) or (verb.act == "announce" and found[2] == "exemption"):
            return None
    return found


def _left(clauses: Clauses, passage: Passage, verb: Verb) -> int:
    """Where the subject of a passive begins at the earliest."""
    before = [
        v.end for v in clauses.verbs(passage) if v.end < verb.start and v.form != "reduced"
    ]  # fmt: skip
    head = clauses.masked[passage.start : verb.start]
    stops = [m.end() for m in re.finditer(r";|:\s|,\s(?:and|but|which)\s", head)]
    cuts = [passage.start, verb.start - 200, *before[-1:]]
    return max(cuts + [passage.start + stop for stop in stops[-1:]])


def groups(clauses: Clauses, deed: Deed) -> Iterator[tuple[RateMention | None, int, int]]:
    """The rates of a deed, each with the stretch that tells of its goods and targets."""
    text, start, end = clauses.text, deed.start, deed.end
    every = clauses.reading.mentions.rates
    until = min(end + 1, deed.passage.end)
    rates = [
        r
        for r in deed.passage.within(every, start, until)
        if is_duty(r, text)
        and clauses.masked[r.start] == text[r.start]
        and (deed.verb.act != "bear" or r.start > deed.verb.end)
    ]
    stays = deed.verb.word.startswith(("remain", "stay"))
    kept = rates if stays else [r for r in rates if r.role not in ("retain", "replace", "suspend")]
    if any(r.percent is not None for r in kept):
        kept = [r for r in kept if r.percent is not None]
    if deed.verb.act in ("raise", "lower") and len(kept) > 1 and kept[0].was is None:
        apart = re.search(r"\band\b", text[kept[0].end : kept[1].start])
        kept = kept if apart else kept[:1]
    if not kept:
        yield None, start, end
        return
    names = [n for n in clauses.names(deed.passage) if start <= n.start < end]
    behind = deed.verb.act == "bear" or (bool(names) and names[0].end <= kept[0].start)
    for place, rate in enumerate(kept):
        if behind:
            left = kept[place - 1].end if place else start
            right = rate.end if place + 1 < len(kept) else end
        else:
            left = rate.start if place else start
            right = kept[place + 1].start if place + 1 < len(kept) else end
        yield rate, left, right


def is_duty(rate: RateMention, text: str) -> bool:
    """Whether a rate can be that of a measure beside it."""
    if text.startswith(" of the value", rate.end):
        return False
    if rate.context in ("people", "ownership", "growth", "average tariff"):
        return False
    lead = text[max(0, rate.start - 12) : rate.start]
    stated = re.search(r"\b(?:at|to|by|of)\s+$", lead) is not None
    return rate.context == "tariff" or rate.was is not None or stated


def imposers(clauses: Clauses, deed: Deed) -> tuple[Name, ...] | None:
    """Who imposes. None where somebody else tells of it, which makes it a statement."""
    passage, verb = deed.passage, deed.verb
    if verb.act == "begin" and (owner := _owner(clauses, deed)):
        return (owner,)
    if verb.act in ("bear", "begin"):
        return _taker(clauses, deed) or _tellers(clauses, deed)
    subject = clauses.subject(passage, verb)
    if not subject and verb.form == "done":
        owner = _owner(clauses, deed)
        return (owner,) if owner else _tellers(clauses, deed)
    codes = {c for n in subject for c in n.countries}
    for outer in deed.chain:
        if outer.act == "say" and subject and not subject[0].joint:
            teller = {c for n in clauses.subject(passage, outer) for c in n.countries}
            if teller and not teller & codes:
                return None
    return subject


def _owner(clauses: Clauses, deed: Deed) -> Name | None:
    """Whose measure it is: "Chinese tariffs", "the U.S. duties on"."""
    lead = [
        n for n in clauses.names(deed.passage) if deed.start <= n.start and n.end <= deed.noun[0]
    ]
    for name in lead[-1:]:
        if re.fullmatch(r"(?:['’]s)?\s+(?:[\w-]+\s+){0,2}", clauses.text[name.end : deed.noun[0]]):
            return name
    return None


def _taker(clauses: Clauses, deed: Deed) -> tuple[Name, ...]:
    """Into which country the goods go that bear a measure, or who is said to have put it on them."""
    if deed.verb.act != "bear":
        return ()
    for name in clauses.names(deed.passage):
        lead = clauses.text[max(deed.passage.start, name.start - 24) : name.start]
        behind = deed.verb.end < name.start < deed.end + 40
        if (behind and _INTO.search(lead)) or _SOLD_TO.search(lead):
            return (msgspec.structs.replace(name, how="inferred"),)
    return ()


def other_side(clauses: Clauses, passage: Passage, one: Name) -> tuple[Name, ...]:
    """The other of the two sides of which a document tells, if the one given is of them."""
    near = clauses.sides(passage)
    known = any(n.countries == one.countries for n in near)
    return tuple(n for n in near if n.countries != one.countries) if known else ()


def _tellers(clauses: Clauses, deed: Deed) -> tuple[Name, ...]:
    """Who announces it, before or behind it; the publisher's country else."""
    for behind in clauses.verbs(deed.passage):
        if behind.act == "say" and behind.start > deed.verb.end:
            tail = clauses.text[deed.verb.end : behind.start]
            for one in clauses.names(deed.passage):
                lead = clauses.text[deed.verb.end : one.start]
                if deed.verb.end < one.start < behind.start and lead.endswith((", ", ", the ")) and len(tail) < 160:  # fmt: skip
                    return (msgspec.structs.replace(one, how="inferred"),)
    for outer in deed.chain:
        if outer.act in ("announce", "say") and (who := clauses.subject(deed.passage, outer)):
            return tuple(msgspec.structs.replace(n, how="inferred") for n in who)
    name = clauses.mention_of(deed.passage, clauses.home) if clauses.home else None
    return (name,) if name else ()


def targets(
    clauses: Clauses, deed: Deed, group: tuple[int, int], codes: Sequence[str]
) -> list[Name]:
    """On whom a measure falls: the countries in its object, or those of the subject that bears it."""
    passage, verb, text = deed.passage, deed.verb, clauses.text
    names = clauses.names(passage)

    def fits(name: Name) -> bool:
        return bool(name.countries) and not name.joint and not set(name.countries) & set(codes)

    if verb.act == "bear":
        found = [
            n
            for n in names
            if n.end <= verb.start
            and fits(n)
            and not _SOLD_TO.search(text[max(0, n.start - 24) : n.start])
        ]
        near = [n for n in found if n.start >= deed.start]
        for name in reversed(found[: len(found) - len(near)]):
            if near and words.JOINED.fullmatch(text[name.end : near[0].start]):
                near.insert(0, name)
        return _merged(near or [n for n in clauses.subject(passage, verb) if fits(n)])
    for start, end in dict.fromkeys((group, (deed.start, deed.end))):
        at = min(verb.end, end) if start < verb.start else start
        cut = words.PURPOSE.search(clauses.masked, at, end)
        stop = cut.start() if cut else end
        found = [
            n for n in names
            if start <= n.start and n.end <= stop and fits(n) and (n.party is None or n.start > verb.end)
            and not _NOT_TARGET.search(text[max(0, n.start - 24) : n.start])
        ]  # fmt: skip
        if found:
            return _merged(found)
    if deed.sort in ("control", "ban", "restriction") and (aimed := _TO_LIMIT.search(text, deed.start, passage.end)):  # fmt: skip
        barred = [n for n in names if 0 <= n.start - aimed.end() < 12 and fits(n)]
        if barred:
            return _merged(barred)[:1]
    origin = [n for n in names if fits(n) and _ORIGIN.search(text[max(0, n.start - 30) : n.start])]
    if origin and _THOSE.search(text, deed.start, deed.end):
        return _merged(origin)[:1]
    if verb.act in ("end", "lower"):
        beyond = clauses.object_end(passage, verb.end)
        put = [
            n
            for n in names
            if deed.end <= n.start < beyond
            and fits(n)
            and _PUT_ON.search(text[max(0, n.start - 24) : n.start])
        ]
        if put:
            return _merged(put)[:1]
    if names and _HEADED.fullmatch(text[passage.start : names[0].start]) and fits(names[0]):
        return [names[0]]
    if answer := _ANSWER.search(text, verb.end, passage.end):
        return [n for n in names if answer.start() < n.start < answer.end() and fits(n)][:1]
    return []


def _merged(found: list[Name]) -> list[Name]:
    """Without the parts of China that a text names beside it."""
    if any("CN" in n.countries for n in found):
        return [n for n in found if not set(n.countries) <= {"HK", "MO"}]
    return found


def rate_of(rate: RateMention, reading: Reading) -> Said:
    """A rate as a field, with its words and those that it refers to."""
    value: dict[str, Any] = {
        "value": figure(rate.percent) if rate.percent is not None else None,
        "unit": "percentage_points" if rate.points else "percent",
    }
    if rate.was is not None:
        value["before"] = figure(rate.was)
    if rate.bound:
        value["bound"] = rate.bound
    if rate.reference:
        value["via"] = rate.reference
    if rate.percent is None:
        value["words"] = rate.quote
    elif reading.text[max(0, rate.start - 3) : rate.start] == "by ":
        value["words"] = f"by {rate.quote}"
    quotes = [reading.quote(rate.start, rate.end)]
    if rate.refers_to:
        quotes.append(reading.quote(*rate.refers_to))
    return Said(value, "inferred" if rate.refers_to else "stated", tuple(quotes))
