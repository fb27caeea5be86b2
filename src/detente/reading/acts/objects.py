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

_SELF_ACTS = re.compile(r"t(?:ariff|ax)(?:ed|e?s|ing)?|ban(?:s|ned|ning)?|prohibit\w*|bar(?:s|red|ring)?|blacklist\w*|sanction\w*|restrict(?:s|ed|ing)?")  # fmt: skip
_TRADED = re.compile(
    r"\b(?:imports?|exports?|goods|products?|shipments?|sales?|companies|firms|compan(?:y|ies)|purchases?|transfers?|chips?|minerals|refiner(?:y|ies)|banks|entities|chipmakers?|suppliers|manufacturers?|"
    r"supplying|selling|exporting|importing|imported|exported|seafood|beef|meat)\b",
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
_TO_LIMIT = re.compile(r"\b(?:to|at)\s+(?:limit|curb|restrict|prevent|deny|block|keep|stop|slow|cut(?:ting)?\s+off|hobble|hamper|limiting|keeping|slowing|denying)\b", re.IGNORECASE)  # fmt: skip
_ORIGIN = re.compile(r"\b(?:articles|goods|products|imports)\s+(?:of|from)\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_WITHIN = re.compile(r"\b(?:from|around|near|in|of)\s+(?:the\s+)?$")
_TAKEN_ON = re.compile(r"\s(?:that|which)\s[^,;.]{2,50}\s(?:imposed|put|placed|introduced|announced|levied|slapped)\s+on\b")  # fmt: skip
_PUT_ON = re.compile(r"\b(?:imposed|put|levied|placed)\s+on\s+(?:the\s+)?$", re.IGNORECASE)
_THOSE = re.compile(r"\b(?:those|these|such)\s+(?:articles|goods|products|imports)\b", re.IGNORECASE)  # fmt: skip
_HEADED = re.compile(r"(?:For|On)\s+")
_NOT_TARGET = re.compile(r"\b(?:by|pay(?:s|ing)?|into|enter(?:s|ing)?|customs\s+territory\s+of)\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_TAKEN = ("impose", "raise", "lower", "end", "announce", "retaliate")
_REACH = 400
_MOST = 20
"""How far back, and among how many, a measure is looked for."""
_THEN_GOODS = re.compile(r"\s+(?:[\w-]+\s+){0,3}(?:tariffs?|duties|duty|lev(?:y|ies)|tax(?:es)?)\s+on\s", re.IGNORECASE)  # fmt: skip
"""After a rate: its goods follow."""
_PARTNERS = re.compile(r"(?:['’]s)?\s+(?:[a-z]+\s+){0,2}partners\b")
_INTO = re.compile(r"(?<!given )(?<!granted )(?<!applied )(?<!compared )\b(?:to|into|by|entering|pay(?:s|ing)?)\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_DEALT_WITH = re.compile(r"\b(?:deal|agreement|pact|truce|accord)\s+with\s+(?:the\s+)?$")
_SOLD_TO = re.compile(r"\b(?:exports|sales|shipments|exported|sold|shipped)\s+to\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_TRAFFIC = re.compile(r"(?:\s+(?:from|on|effective|as\s+of)\s+[A-Z]\w+(?:\s+\d{1,2})?,?)?\s+(?:(?!on\b|of\b|to\b)[\w-]+\s+){0,3}?(?:purchases?|imports?|exports?|sales?|shipments?)\b(?!\s+(?:tariffs|duties|controls|restrictions|curbs|bans?|taxes))", re.IGNORECASE)  # fmt: skip
_LISTED = re.compile(
    r"\s[^.;]{2,240}?\s(?:to|on|onto|in|from|off)\s+(?:(?:the|its|an?|their|[\w.\s]{2,20}['’]s?)\s+)?(?:so-called\s+)?[“\"‘]?"
    rf"(?P<list>(?:[\w’']+\s+){{0,2}}{words.LIST})\b",
    re.IGNORECASE,
)
"""Who is put on a list, or taken off one."""
_FORMER = re.compile(r"\b(?:(?:down|up)\s+from|instead\s+of)\s+(?:(?:an?|the|its)\s+)?(?:(?:current|previous|earlier|present|existing)\s+)?$")  # fmt: skip
_APPOSED = re.compile(r",\s+(?:an?|the)\s[^,;]{3,160},\s+(?:\w+\s+){0,2}")
"""Between who bears a measure and the verb: "Lesotho, a neighbour of South Africa, was granted"."""
_IT = re.compile(r"\b(?:they|it|which|(?:the|this|that|these)\s+(?:new\s+)?(?:measures?|changes?|moves?|rates?|orders?|action))\s+(?:will|would|is|are)\s+(?:also\s+)?$", re.IGNORECASE)  # fmt: skip
"""What takes effect, where a sentence does not name it again."""
_DOWN = re.compile(r"\s+from\s+(?:(?:the|its|an?)\s+)?(?:(?:current|previous|earlier)\s+)?")
_WHERE = re.compile(r",\s+(?:where|which|whose)\b")
_ITS = re.compile(r"\b(?:its|their|his)\s+(?:[\w%.-]+\s+){0,4}$")
_PRONOUNS = ("it", "they", " he", "she")
_RANGE = re.compile(r"\b(?:between|rang(?:e|es|ed|ing)(?:\s+from)?)\s+$", re.IGNORECASE)
_THROUGH = re.compile(r"\s*(?:and|to|[-–])\s*")
_THAT = re.compile(r"(?:\s+(?:on|against)\s+[^,;.]{2,60}?)?,?\s+(?:(?:that|which)\s+)?(?P<who>[^,;.]{2,60}?)\s+(?:(?:has|have|had|first|also|\w+ly)\s+)*")  # fmt: skip
"""Between a measure and the verb of the clause that says who took it: "the tariffs (that) X imposed"."""
FINITE = re.compile(r"\s(?:is|are|was|were|has|have|had|will|would|remains?|stems?|appl(?:y|ies)|affect\w*|hit)\b")  # fmt: skip
_ON = re.compile(r"\s(?:on|for)\s")
_CLAUSE = re.compile(r";|:\s|,\s(?:and|but|which)\s(?!(?:the\s)?[A-Z][\w.]*,)|\s(?:after|while|when|because|before)\s|(?<!such)\sas\s(?=[A-Z]|the\b)")  # fmt: skip
_GOODS = re.compile(r"\b(?:goods|imports|products|exports|items)\b")
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
    if end <= verb.start and verb.form in ("past", "reduced") and verb.act != "begin":
        left = max(start - 40, passage.start)
        left = max([left, *(v.end for v in clauses.verbs(passage) if v.end <= start)])
        rest = FINITE.search(clauses.masked, verb.end, limit)
        limit = rest.start() if rest else limit
    elif end <= verb.start or verb.act == "bear":
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
    if verb.word in ("target", "targets", "targeted", "targeting", "hit", "hits", "hitting") and words.TARIFF.search(clauses.text, max(0, passage.start - _REACH), passage.end):  # fmt: skip
        worth = passage.within(clauses.reading.mentions.money, verb.end, verb.end + 60)
        if worth and _GOODS.search(text, worth[0].end, clauses.object_end(passage, verb.end)):
            return verb.start, verb.end, "tariff"
    if (
        verb.act == "suspend"
        and verb.form in ("past", "will")
        and (stopped := _TRAFFIC.match(text, verb.end))
    ):
        return verb.start, stopped.end(), "ban"
    if verb.act == "suspend":
        return None
    if verb.act == "retaliate":
        against = re.match(r"\s+(?:quickly\s+)?against\b", text[verb.end : passage.end])
        if against:
            return verb.start, verb.end, "counter"
        means = re.match(r"\s+with\b", text[verb.end : passage.end])
        return measure_in(text, verb.end, clauses.limit(passage, verb)) if means else None
    if verb.form == "reduced":
        return _reduced(clauses, passage, verb)
    if verb.form == "done" and (put := _LISTED.match(" xx" + clauses.text[verb.end : passage.end])):
        return verb.end + put.start("list") - 3, verb.end + put.end("list") - 3, "list"
    if (verb.form == "done" and verb.act != "bear") or verb.act == "begin":
        left = _left(clauses, passage, verb)
        found = measure_in(text, left, verb.start, last=True)
        if found is None and verb.act == "begin" and (act := _IT.search(text, left, verb.start)):
            return *act.span(), "tariff"
        return found
    found = measure_in(text, verb.end, clauses.limit(passage, verb))
    if verb.act in ("impose", "end", "exempt") and (put := _LISTED.match(clauses.text, verb.end, passage.end)):  # fmt: skip
        return *put.span("list"), "list"
    if found is None or found[0] - verb.end > 130:
        return _related(clauses, passage, verb)
    if verb.act == "end" and re.search(r"\bfrom\s+the\b", text[verb.end : found[0]]):
        return None  # "removing products from the scope of the tariffs"
    if verb.act in ("announce", "raise", "lower"):
        gap = _MEANS.sub(" ", text[verb.end : found[0]])
        if _FAR.search(gap) or (verb.act == "announce" and found[2] == "exemption"):
            return None
    return found


def _related(clauses: Clauses, passage: Passage, verb: Verb) -> tuple[int, int, str] | None:
    """The measure that a relative clause says somebody took: "the tariffs that Trump imposed on"."""
    if verb.form != "past" or verb.act not in ("impose", "announce"):
        return None
    noun = measure_in(clauses.masked, max(passage.start, verb.start - 160), verb.start, last=True)
    tie = _THAT.fullmatch(clauses.masked, noun[1], verb.start) if noun else None
    return (
        noun
        if tie
        and (
            tie["who"].endswith(_PRONOUNS)
            or any(tie.start("who") <= n.start for n in clauses.subject(passage, verb))
        )
        else None
    )


def _reduced(clauses: Clauses, passage: Passage, verb: Verb) -> tuple[int, int, str] | None:
    """The measure before a bare participle that says who took it: "tariffs imposed by X on Y"."""
    noun = measure_in(clauses.masked, max(passage.start, verb.start - 60), verb.start, last=True)
    if verb.act != "impose" or noun is None:
        return None
    if not (clauses.subject(passage, verb) or _ITS.search(clauses.text[max(passage.start, noun[0] - 40) : noun[0]])):  # fmt: skip
        return None
    return noun if not clauses.text[noun[1] : verb.start].strip(" ,") else None


def _left(clauses: Clauses, passage: Passage, verb: Verb) -> int:
    """Where the subject of a passive begins at the earliest."""
    before = [
        v.end for v in clauses.verbs(passage) if v.end < verb.start and v.form != "reduced"
    ]  # fmt: skip
    head = clauses.masked[passage.start : verb.start]
    stops = [m.end() for m in _CLAUSE.finditer(head)]
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
    told = deed.noun[1] <= deed.verb.start and deed.verb.form in ("past", "reduced")
    stays = told or deed.verb.word.startswith(("remain", "stay"))
    kept = rates if stays else [r for r in rates if r.role not in ("retain", "replace", "suspend")]
    if any(r.percent is not None for r in kept):
        kept = [r for r in kept if r.percent is not None]
    if deed.verb.act in ("raise", "lower") and len(kept) > 1 and kept[0].was is None:
        apart = re.search(r"\band\b|,\s+(?:on|for)\b", text[kept[0].end : kept[1].start])
        kept = kept if apart else kept[:1]
    kept = _ranges(kept, text)
    if not kept:
        yield None, start, end
        return
    names = [n for n in clauses.names(deed.passage) if start <= n.start < end]
    goods = deed.verb.act in ("raise", "lower") and _ON.search(text, deed.noun[1], kept[0].start)
    behind = (
        deed.verb.act == "bear" or bool(goods) or (bool(names) and names[0].end <= kept[0].start)
    )
    if _THEN_GOODS.match(text, kept[0].end):
        behind = deed.verb.act == "bear"
    for place, rate in enumerate(kept):
        if behind:
            left = kept[place - 1].end if place else start
            right = rate.end if place + 1 < len(kept) else end
        else:
            left = rate.start if place else start
            right = kept[place + 1].start if place + 1 < len(kept) else end
        yield rate, left, right


def _ranges(rates: list[RateMention], text: str) -> list[RateMention]:
    """Rates with each range as one, bound by its upper end: "between 116.2 and 218.4 percent"."""
    found: list[RateMention] = []
    for rate in rates:
        last = found[-1] if found else None
        lead = text[max(0, rate.start - 40) : rate.start]
        if last and (_FORMER.search(lead) or _DOWN.fullmatch(text, last.end, rate.start)):
            found[-1] = msgspec.structs.replace(last, was=last.was or rate.percent)
            continue
        if last and _RANGE.search(text[max(0, last.start - 20) : last.start]) and _THROUGH.fullmatch(text[last.end : rate.start]):  # fmt: skip
            found.pop()
            found.append(msgspec.structs.replace(rate, bound="up to"))
        elif rate.was is not None and _RANGE.search(text[max(0, rate.start - 20) : rate.start]):
            found.append(msgspec.structs.replace(rate, was=None, bound="up to"))
        else:
            found.append(rate)
    return found


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
    if verb.word.startswith("includ"):
        for other in reversed([v for v in clauses.verbs(passage) if v.end <= verb.start]):
            if other.act in _TAKEN and (who := clauses.subject(passage, other)):
                return who
        return tuple(n for n in clauses.names(passage) if n.countries and n.end <= verb.start)[-1:]
    if verb.act == "begin" and (owner := _owner(clauses, deed)):
        return (owner,)
    if verb.act == "bear" and (whose := _partnered(clauses, deed)):
        return (whose,)
    if verb.act in ("bear", "begin"):
        return _taker(clauses, deed) or _tellers(clauses, deed)
    subject = clauses.subject(passage, verb)
    if not subject and deed.sort == "list" and (whose := _whose_list(clauses.text, deed.noun)):
        return (whose,)
    if not subject and (verb.form == "done" or verb.word.startswith("there ")):
        owner = _owner(clauses, deed)
        return (owner,) if owner else _tellers(clauses, deed)
    if not subject and verb.form == "reduced":
        main = [v for v in clauses.verbs(passage) if v.end <= deed.noun[0] and v.form != "reduced"]
        return clauses.subject(passage, main[-1]) if main else ()
    codes = {c for n in subject for c in n.countries}
    for outer in deed.chain:
        if outer.act == "say" and subject and not subject[0].joint:
            teller = {c for n in clauses.subject(passage, outer) for c in n.countries}
            if teller and not teller & codes and verb.form not in ("past", "ing"):
                return None
    return subject


def _whose_list(text: str, noun: tuple[int, int]) -> Name | None:
    """Of which country a list is that has a name of its own."""
    if re.search(r"unreliable", text[slice(*noun)], re.IGNORECASE):
        return Name(*noun, ("CN",), None, False, "inferred")
    if re.search(r"entity\s+list|unverified|end[- ]user", text[slice(*noun)], re.IGNORECASE):
        return Name(*noun, ("US",), None, False, "inferred")
    return None


def _owner(clauses: Clauses, deed: Deed) -> Name | None:
    """Whose measure it is: "Chinese tariffs", "the U.S. duties on"."""
    lead = [
        n for n in clauses.names(deed.passage) if deed.start <= n.start and n.end <= deed.noun[0]
    ]
    for name in lead[-1:]:
        if re.fullmatch(
            r"(?:['’]s?)?\s+(?:[\w%.-]+\s+){0,4}", clauses.text[name.end : deed.noun[0]]
        ):
            return name
    return None


def _partnered(clauses: Clauses, deed: Deed) -> Name | None:
    """Whose partners bear a measure: "U.S. trading partners will pay"."""
    before = [n for n in clauses.names(deed.passage) if n.end <= deed.verb.start]
    for name in before[-1:]:
        if _PARTNERS.match(clauses.text, name.end, deed.verb.start):
            return name
    return None


def _taker(clauses: Clauses, deed: Deed) -> tuple[Name, ...]:
    """Into which country the goods go that bear a measure, or who is said to have put it on them."""
    if deed.verb.act != "bear":
        return ()
    for name in clauses.names(deed.passage):
        lead = clauses.text[max(deed.passage.start, name.start - 24) : name.start]
        behind = deed.verb.end < name.start < deed.end + 40
        dealt = name.end <= deed.verb.start and _DEALT_WITH.search(lead)
        if dealt or (behind and _INTO.search(lead)) or _SOLD_TO.search(lead):
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

    if deed.sort == "list" and verb.form == "done":
        return [n for n in names if n.end <= verb.start and fits(n)][-1:]
    if verb.act == "bear":
        found = [
            n
            for n in names
            if n.end <= verb.start
            and fits(n)
            and not _SOLD_TO.search(text[max(0, n.start - 24) : n.start])
            and not _DEALT_WITH.search(text[max(0, n.start - 24) : n.start])
        ]
        near = [n for n in found if n.start >= deed.start]
        if near and _APPOSED.fullmatch(text[near[0].end : verb.start]):
            return near[:1]
        if near and _WHERE.match(text, near[-1].end):
            first = len(near) - 1
            while first and words.JOINED.fullmatch(text[near[first - 1].end : near[first].start]):
                first -= 1
            return near[first:]
        for name in reversed(found[: len(found) - len(near)]):
            if near and words.JOINED.fullmatch(text[name.end : near[0].start]):
                near.insert(0, name)
        return _merged(near or [n for n in clauses.subject(passage, verb) if fits(n)])
    for start, end in dict.fromkeys((group, (deed.start, deed.end))):
        at = min(verb.end, end) if start < verb.start else start
        taken = _TAKEN_ON.search(clauses.masked, at, end)
        cut = words.PURPOSE.search(clauses.masked, taken.end() if taken else at, end)
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
    for place in passage.mentions.places:
        # a part of a country: "food from 10 prefectures around Fukushima"
        within = deed.start <= place.start < deed.end and place.sort not in ("country", "people")
        if within and place.country and not place.metonym and place.country not in codes and _WITHIN.search(text[max(0, place.start - 24) : place.start]):  # fmt: skip
            return [Name(place.start, place.end, (place.country,), None, False, "inferred")]
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
