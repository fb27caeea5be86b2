"""What a state has undertaken to do, and what an agency has determined to: the terms of a joint statement or a
fact sheet, a partner's part in a bargain that an order recalls, the decision that a notice or an announcement gives.

"X has committed to suspend or remove its countermeasures, including suspending the tariffs on pork until
D, and extending the exclusions until D": each verb of trade policy with its object is one act of X.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal, NamedTuple

from detente.nouns import Quote, Said
from detente.reading.frames import ASSERTED, Frame, Passage, Reading, said
from detente.reading.law.figures import rate_of
from detente.reading.mentions.kinds import PartyMention, PlaceMention
from detente.reading.talks.events import is_prose

_TERMS = ("joint statement", "fact sheet", "statement")
_DECISIONS = ("notice", "announcement")
_IN = (*_TERMS, *_DECISIONS, "order", "proclamation", "memorandum")
Kind = Literal["measure", "pause", "extension"]

_ADVERB = r"(?:(?:also|further|furthermore|(?!apply\b)\w+ly|now|therefore|in\s+turn|as\s+well|for\s+its\s+part),?\s+)*"
_TO = rf"\s+to,?\s+{_ADVERB}(?:among\s+other\s+(?:things|actions|steps|measures),\s+)?"
_STATE_HEAD = re.compile(
    rf"(?:\s*\([^()]*\))?(?:[’']s\s+(?:government|side))?,?\s+{_ADVERB}(?:"
    rf"(?:(?:has|have|had|is|are)\s+{_ADVERB})?(?:commit(?:s|ted)?|agree[sd]?|undertak(?:es?|en)|undertook|"
    rf"pledge[sd]?|promise[sd]?|intends?|intended|decided|plans)\b,?\s*(?:among\s+other\s+things,)?{_TO}"
    rf"|(?:will|shall|is\s+to),?\s+{_ADVERB})"
    rf"(?:,?\s*(?:effective|beginning|starting|as\s+of|from|by|no\s+later\s+than|within)\s[^;]{{3,40}}?,\s+(?!\d))?"
)
_AUX = rf",?\s+(?:(?:has|have|is|hereby|jointly|then)\s+)*{_ADVERB}"
_NOMINAL = (
    r"(?:extension|prolongation|suspension|postponement|removal|elimination|lifting)s?\s+of\b"
)
_AGENCY_HEAD = re.compile(
    rf"(?:\s*\([^()]*\))?(?:(?:{_AUX}(?:determined|decided|determines|decides|announced\s+(?:that\s+)?"
    rf"(?:plans|its\s+(?:decision|determination))|(?:issued|issues|published|is\s+issuing|is\s+publishing)\s+(?:an?|this|the)\s+"
    rf"(?:[\w-]+\s+){{0,3}}?(?:notice|determination|rule|order))|[’']s\s+(?:decision|determination)){_TO}[“\"‘]?"
    rf"|{_AUX}(?:announc|determin|decid|grant|approv|issu|publish)\w*\b(?:[^.;]|(?<=\bNo)\.){{0,100}}?\s(?:the|an?)\s(?:[\w-]+\s+){{0,2}}?(?={_NOMINAL}))"
)
_SIGNED_HEAD = re.compile(
    rf"\bI\s+(?:(?:have|also|further|hereby)\s+)*(?:determined?|decided?|conclude[d]?)(?:\s+that\s+it\s+is\s+(?:\w+\s+and\s+)?"
    rf"(?:appropriate|necessary))?{_TO}"
)
_OF_ITSELF = re.compile(
    r"\b(?:this\s+(?:notice|determination|announcement)|(?:modifications?|determinations?|actions?|amendments?)\s"
    r"[^.;]{0,50}?\bthis\s+(?:notice|determination|announcement))\s+(?=(?:extend|suspend|remov|eliminat|terminat|reinstat)(?:e?s|e)?\s)",
    re.I,
)
_ALSO = re.compile(
    r"(?:\s*\([^()]*\))?(?:,\s*(?:and\s+)?|\s+and\s+)(?:the\s+)?(?:(?:Republic|Kingdom|Principality)\s+of\s+(?:the\s+)?)?"
)
_WITHIN = re.compile(r"\b(?:and|of|by|with|from)\s+(?:the\s+)?$")
_STYLED = re.compile(
    r"(?:\w+[’']s\s+|\w+\s+)?(?:Republic|Kingdom|Governments?|State|Principality|Union)\s+of\s+(?:the\s+)?$"
)
_OFFICE = re.compile(
    r"\b(?:Trade\s+Representative|Secretary\s+of\s+(?:Commerce|the\s+Treasury)|Department\s+of\s+Commerce|Commission|Bureau)\b"
)

_PAUSING = r"suspend|suspens|postpon|paus|defer|delay|halt|stay|freez"
_LOWERING = r"eliminat|remov|lift|abolish|repeal|lower|reduc|cut|scrap|waiv|rescind|revok|terminat|phas|dismantl|liberaliz|liberalis|eas|end|drop"
_LAYING = r"adopt|implement|establish|introduc|impos|enact|institut|creat|open|expand|grant|apply|levy|increas|rais|modif|reinstat|reimpos|restor|applicat"
_BARRING = r"stop|halt|ban|prohibit|block|cut\s+off|restrict|end|suspend"
_LICENSING = r"issu|grant|approv|renew|authoriz|authoris"
_SPARING = r"exempt|exclud"
_KEEPING = r"extend|extens|prolong|renew|continu|maintain"
_HOLDING = r"maintain|keep|retain|hold|cap|set|limit|ensur|apply|charg|continu"
_GRANTING = r"identif|designat|allow|permit|provid|establish|creat"
_VERB = (
    rf"(?:{_PAUSING}|{_GRANTING}|{_LOWERING}|{_LAYING}|{_SPARING}|{_KEEPING}|{_HOLDING}|{_BARRING}|{_LICENSING})"
    r"(?:e|y|p|t|d|ied|ies)?(?:s|ing|ping|ting|ring|ying|ion|ation|ition|ment|al)?(?:\s+(?:out|of))?\b"
)
_VERBS = re.compile(
    rf"(?P<verbs>{_VERB}(?:(?:,\s+(?:and|or)\s+|,\s+|\s+and/or\s+|\s+(?:and|or)\s+)(?:\w+ly\s+)?{_VERB})*)(?:,[^,;]{{3,40}},)?\s+"
)
_LATER = re.compile(
    rf"(?:[,;:]\s+|\s+)(?P<link>including(?:\s+by)?:?|by|through|(?:and|or|as\s+well\s+as)(?:\s+(?:to|will|shall|has|have|also))*|to)?\s*(?:\([a-z0-9]+\)\s*)?(?:(?!apply\b)\w+ly\s+|the\s+)?(?={_VERB}[\s,])"
)
_FIGURE = r"(?:\d[\d.]*|zero)\s*(?:percent|per\s+cent|%)"
_WORDS = r"(?:[^.;]|(?<=\b[A-Z])\.){0,%d}?"
_CHARGES = r"(?<!non-)(?<!non)tariffs?\b(?!\s+(?:and|or)\s+non-?\s?tariff)|\bdut(?:y|ies)\b|\bsurcharges?|\blevies\b|\bport\s+fees\b|\bspecial\s+fees\b"
_CURBS = (
    r"export\s+controls?|import\s+controls?|restrictions?|\bbans?\b|\bembargo\w*|\bprohibitions?\b|countermeasures|\bquotas?\b|"
    r"retaliat\w+\s+(?:actions?|measures?|tariffs?)|licensing|listings?\b|sanctions\b"
)
_OBJECTS = {
    "pause": re.compile(
        rf"{_WORDS % 140}\b(?P<noun>{_CHARGES}|{_CURBS}|(?:enforcement|application|implementation)\s+of|measures?\b|actions?\b|announcements?\b|investigations?\b)",
        re.I,
    ),
    "lower": re.compile(
        rf"{_WORDS % 90}(?:\b|^)(?P<noun>{_CHARGES}|{_CURBS}|content\s+requirements?|\w+\s+tax(?:es)?\b|caps?\s+on)", re.I
    ),
    "lay": re.compile(
        r"(?:(?:an?|the|its|new|all|additional|necessary)\s+)*(?:(?!moratorium)[\w-]+\s+){0,4}?(?P<noun>tariff[-\s]rate\s+quotas?|TRQs?|quotas?\b|"
        r"prohibitions?\b|\bbans?\b|embargo\w*|(?:import|export)\s+(?:controls?|restrictions?|licensing)|surcharges?|"
        r"(?:tariffs?|dut(?:y|ies))\b(?!\s+(?:treatment|regime))|rates?\s+of\s+(?:additional\s+|ad\s+valorem\s+)*dut(?:y|ies)|"
        r"(?:exclusions?|process|procedures?|mechanism)\b(?=[^.;]{0,160}?\bexclu(?:de|sion)))",
        re.I,
    ),
    "spare": re.compile(
        rf"(?P<noun>{_WORDS % 140}\bfrom\s+{_WORDS % 60}(?:{_CHARGES}|{_CURBS}|requirements?\b))", re.I
    ),
    "hold": re.compile(
        rf"(?P<noun>(?:to|at|an?)\s+(?:\w+\s+){{0,3}}?{_FIGURE}{_WORDS % 60}(?:{_CHARGES})"
        rf"|{_WORDS % 160}(?:{_CHARGES}){_WORDS % 320}\b(?:at|to|of|exceed|above|than)\s+{_FIGURE})",
        re.I,
    ),
    "bar": re.compile(
        r"(?:the\s+|all\s+)?(?P<noun>(?:shipments?|exports?|imports?|transfers?|exportation|importation)\s+(?:of|to)\s+\w+)", re.I
    ),
    "license": re.compile(
        rf"{_WORDS % 60}\b(?P<noun>licen[cs]es?\b{_WORDS % 120}\b(?:exports?|imports?|sales?|shipments?))", re.I
    ),
    "grant": re.compile(
        rf"(?P<noun>{_WORDS % 320}\bto\s+(?:receive|benefit\s+from|enjoy|face|pay)\s+(?:\w+\s+){{0,2}}?"
        rf"(?:zero|{_FIGURE})\s{_WORDS % 60}(?:{_CHARGES}))",
        re.I,
    ),
    "extend": re.compile(
        rf"{_WORDS % 120}\b(?P<noun>suspension|pause|delay|exclusions?(?:\s+process)?|exemptions?|waivers?|deadline|moratorium|truce|"
        rf"period|licen[cs]es?|comment\s+period)\b",
        re.I,
    ),
}  # fmt: skip
_NOT = re.compile(
    r"\b(?:not|never|refrain(?:s|ing)?|avoid(?:s|ing)?|without|consider(?:s|ing)?|prevent(?:s|ing)?)\b[^;]{0,90}$",
    re.I,
)
_STOP = re.compile(
    r";|(?<!\b[A-Z])(?<!\bNo)\.(?=[\s”\"’]|$)|”(?!\))|,\s+(?:and|but)\s+(?:will|shall|may|has|have|is|are|to)\b|\s+and\s+(?:will|shall|may|has|is)\b"
    r"|,?\s+and\s+(?:to|strengthen|ensure|promote|support|provide|work|address|protect)\b"
)
_TILL = re.compile(r"\b(?:until|through|to|by)\s+(?:at\s+least\s+)?$", re.I)
_FROM = re.compile(
    r"\b(?:effective(?:\s+as\s+of|\s+on)?|beginning(?:\s+on)?|starting(?:\s+on|\s+from)?|from|as\s+of)\s+$",
    re.I,
)
_DURING = re.compile(
    r"\b(?:for|by)\s+(?:(?:an?|another|a\s+further|a\s+period\s+of|an\s+additional)\s+)?$", re.I
)
_SHARE = re.compile(r"\s+of\s+(?!duty)|\s+or\s+")
_LONG = re.compile(r"[\s-](?:extension|suspension|pause|postponement)\b")
_DATED = re.compile(r"(?:^|\b[Oo]n)\s+$")
_KINDS = (
    ("grant", _GRANTING),
    ("hold", _HOLDING),
    ("extend", _KEEPING),
    ("bar", _BARRING),
    ("license", _LICENSING),
    ("pause", _PAUSING),
    ("spare", _SPARING),
    ("lower", _LOWERING),
    ("lay", _LAYING),
)
_LONGEST = 4_000
_REACH = 420
_MOST = 8  # undertakings of one sentence


class Doer(NamedTuple):
    """A country that acts, the words for it, where its subject begins, and whether both sides are the subject."""

    country: str
    who: Quote
    subject: int
    is_both: bool = False


def find(reading: Reading) -> list[Frame]:
    """The undertakings and decisions of a joint statement, a notice, or the background of an order."""
    if reading.document.kind not in _IN:
        return []
    found: list[Frame] = []
    for passage in reading.passages:
        if is_prose(passage) and passage.end - passage.start <= _LONGEST:
            for doer, head in islice(_heads(passage), _MOST):
                found += _acts(passage, doer, head)
    # a notice says in its summary that it extends, and till when in its dates
    dated = {f.kind for f in found if f.kind == "extension" and "end" in f.fields}
    if reading.document.kind in _DECISIONS:
        found = [f for f in found if f.kind not in dated or "end" in f.fields]
    return found


# ---------------------------------------------------------------- who


def determined(passage: Passage, country: str) -> list[Frame]:
    """What whoever signs a text says to have determined to do: "I have determined to suspend the tariffs"."""
    head = _SIGNED_HEAD.search(passage.text)
    if head is None:
        return []
    at = passage.start + head.end()
    who = passage.reading.quote(*passage.trimmed(passage.start + head.start(), at))
    return _acts(passage, Doer(country, who, who.start), at)


def _heads(passage: Passage) -> Iterator[tuple[Doer, int]]:
    """Who undertakes or determines something in a sentence, and where the words for it end."""
    reading, text = passage.reading, passage.reading.text
    kind = reading.document.kind
    if kind in _DECISIONS:
        yield from _deciding(passage)
        return
    states: list[PlaceMention | PartyMention] = [
        *(p for p in passage.mentions.places if p.sort in ("country", "region") and p.country)
    ]
    states += [p for p in passage.mentions.parties if len(p.countries) == 1]
    seen: set[int] = set()
    run: list[PlaceMention | PartyMention] = []
    for one in sorted(states, key=lambda p: p.start):
        gap = _ALSO.fullmatch(text, run[-1].end, one.start) if run else None
        head = _STATE_HEAD.match(text, one.end, passage.end)
        if gap is None or (head and " and " not in gap.group()):
            run = []  # "for Peru and Chile, the United States will": one acts
        run.append(one)
        before = _STYLED.sub("", text[max(passage.start, run[0].start - 60) : run[0].start])
        if head is None or head.end() in seen or _WITHIN.search(before):
            continue
        seen.add(head.end())
        if passage.mood(head.end() - 1) not in ASSERTED:
            continue
        named = [p.country if isinstance(p, PlaceMention) else p.countries[0] for p in run]
        is_both = len(set(named)) > 1 and reading.home in named
        for each, country in zip(run, named, strict=True):
            # what an order itself does is law, not a promise
            if kind in _TERMS or country != reading.home:
                who = reading.quote(each.start, each.end)
                yield Doer(country, who, run[0].start, is_both), head.end()


def _deciding(passage: Passage) -> Iterator[tuple[Doer, int]]:
    """The offices that decide something in a sentence of a notice or an announcement, and the text itself."""
    reading, text = passage.reading, passage.reading.text
    home = reading.home
    offices = [(b.start, b.end, b.country) for b in passage.mentions.bodies if b.country]
    if reading.document.kind == "notice":
        offices = [each for each in offices if each[2] == home]
        offices += [
            (passage.start + m.start(), passage.start + m.end(), home)
            for m in _OFFICE.finditer(passage.text)
        ]
    seen: set[int] = set()
    for start, end, country in sorted(offices):
        head = _AGENCY_HEAD.match(text, end, passage.end)
        if head and head.end() not in seen:
            seen.add(head.end())
            yield Doer(country, reading.quote(start, end), start), head.end()
    own = _OF_ITSELF.search(text, passage.start, passage.end)
    if own and not seen:
        who = reading.quote(*passage.trimmed(*own.span()))
        yield Doer(home, who, own.start()), own.end()


# ---------------------------------------------------------------- what


def _acts(passage: Passage, doer: Doer, head: int) -> list[Frame]:
    """The acts that follow the words of an undertaking, in one sentence."""
    text = passage.reading.text
    limit = min(passage.end, head + 3 * _REACH)
    places: list[tuple[int, str]] = [(head, "head")]
    for found_link in _LATER.finditer(text, head, limit):
        places.append((found_link.end(), found_link["link"] or ","))
    starts = [at for at, _ in places]
    found: list[Frame] = []
    taken = head
    for number, (at, link) in enumerate(places):
        verbs = _VERBS.match(text, at, limit)
        if verbs is None or at < taken:
            continue
        first = verbs["verbs"].split()[0]
        is_noun = first.endswith(("ion", "al", "ment")) and link[:7] in ("by", "through", "includi")
        is_ing = first.endswith("ing") or is_noun
        is_joined = link != "to" and (is_ing or link.startswith("and") or (found and link != "by"))
        # "the United States and Peru will work together, by exempting": who exempts is not said
        is_together = doer.is_both and link != "head" and not found
        if (
            not (link == "head" or is_joined)
            or is_together
            or _is_denied(text[head - 12 : at], link)
        ):
            taken = verbs.end()
            continue
        later = [place for place in starts[number + 1 :] if place > verbs.end()]
        stop = _STOP.search(text, verbs.end(), min(limit, at + _REACH))
        end = stop.start() if stop else min(limit, at + _REACH)
        act = _named(text, verbs, end)
        if act is None or (act[0] == "hold" and link == ","):
            continue  # "while retaining 10 percent" belongs to what is suspended
        name, noun = act
        # an object's own list of gerunds belongs to it; a further act ends it
        for place in later:
            other = _VERBS.match(text, place, end) if place < end else None
            if other and place > noun and _named(text, other, end):
                end = _before_link(text, place, noun)
                break
        taken = end
        whole = (verbs.start(), noun, end)
        frame = _frame(passage, doer, name, at if found or link != "head" else None, whole)
        if frame is None:
            continue
        last = found[-1] if found else None
        if link.startswith("including") and last and last.kind == frame.kind:
            last.fields |= {k: v for k, v in frame.fields.items() if k not in last.fields}
            last.evidence += frame.evidence
        else:
            found.append(frame)
    return found


def _is_denied(left: str, link: str) -> bool:
    """Whether the words before a verb deny it, or a verb that "or" joins it to."""
    near = left if link[:2] in ("or", "an", ",") else left[-30:]
    return bool(_NOT.search(near[-110:]))


def _before_link(text: str, place: int, least: int) -> int:
    """The end of the words before the conjunction that leads to a place."""
    left = re.search(
        r"[\s,;:]*(?:(?:and|or|by|including(?:\s+by)?),?\s*)*(?:\w+ly\s+)?$", text[least:place]
    )
    return least + left.start() if left else place


def _named(text: str, verbs: re.Match[str], end: int) -> tuple[str, int] | None:
    """The act that a group of verbs makes of its object, and where the noun of the object ends."""
    words = re.split(r"[\s,/]+", verbs["verbs"])
    for name, stems in _KINDS:
        if any(re.match(rf"(?:{stems})", word) for word in words):
            noun = _OBJECTS[name].match(text, verbs.end(), end)
            if noun:
                return name, noun.end("noun")
    return None


def _frame(
    passage: Passage, doer: Doer, name: str, start: int | None, whole: tuple[int, int, int]
) -> Frame | None:
    """The frame of one act: its verb, the noun of its object and its last word stand at `whole`."""
    reading = passage.reading
    country, who, subject, _ = doer
    verb, noun, end = whole
    evidence = reading.quote(*passage.trimmed(subject if start is None else start, end))
    kind: Kind = "pause" if name == "pause" else "extension" if name == "extend" else "measure"
    rates = [
        m
        for m in reading.mentions.rates
        if verb <= m.start < end and m.percent is not None and not _SHARE.match(reading.text, m.end)
    ]
    is_notice = reading.document.kind in _DECISIONS
    if kind == "measure" and rates and not is_notice and name not in ("hold", "grant"):
        return None  # what is laid at a rate is read elsewhere
    if name == "hold" and not rates:
        return None
    fields: dict[str, Any] = {"status": said("announced", "inferred", evidence)}
    fields["imposer"] = said(country, "stated", who)
    fields |= _reach(passage, doer, name, verb, end)
    fields |= _times(passage, verb if start is not None else passage.start, end)
    words = reading.quote(*passage.trimmed(verb, end))
    if kind == "extension":
        if not {"end", "duration"} & fields.keys():
            return None
        fields["of"] = said(words.quote, "stated", words)
    elif kind == "measure":
        short = reading.quote(*passage.trimmed(verb, noun))
        traded = "import" if "import" in short.quote else "export"
        short_name = {"license": f"{traded} licences", "bar": f"{traded} ban"}.get(name)
        fields["measure_type"] = said(short_name or short.quote, "stated", short)
    if is_notice and reading.day:
        spot = reading.document.day_span
        dated = reading.quote(*spot) if spot else who
        fields["announced"] = said(reading.day.isoformat(), "inferred", dated)
        for time in passage.within(reading.times, passage.start, who.start):
            if (
                time.first
                and time.first == time.last
                and _DATED.search(reading.text[: time.start][-4:])
            ):
                fields["announced"] = said(
                    time.first.isoformat(), time.how, reading.quote(time.start, time.end)
                )
    if name == "grant" and not rates:
        fields["rate"] = said(rate_of(value=0.0), "stated", words)
    if kind == "measure" and rates and (figure := rates[0]).percent is not None:
        quote = reading.quote(figure.start, figure.end)
        before = float(figure.was) if figure.was is not None else None
        unit = "percentage_points" if figure.points else "percent"
        capped = re.search(
            r"\b(?:cap|limit|exceed|above|no\s+\w+er\s+than|no\s+more\s+than)",
            reading.text[verb : figure.start],
        )
        rate = rate_of(
            unit=unit, value=float(figure.percent), before=before, bound="up to" if capped else None
        )
        fields["rate"] = said(rate, "stated", quote)
    return Frame(kind, f"undertaking {name}", fields, [evidence])


def _reach(passage: Passage, doer: Doer, name: str, verb: int, end: int) -> dict[str, Said]:
    """The fields `countries` and `target`: whom the clause names; the other side for what favours it."""
    reading = passage.reading
    country, who, _, _ = doer
    named = [
        p
        for p in passage.within(reading.mentions.places, verb, end)
        if p.country not in ("", country, "HK", "MO")
        and p.sort in ("country", "people", "region")
        and reading.text[p.end : p.end + 1] not in ("-", "–")  # part of an agreement's name
    ]
    other = named[0] if named else None
    how: Any = "stated"
    favours = (
        name in ("lower", "spare", "grant", "hold") or "quota" in reading.text[verb:end].casefold()
    )
    if other is None and (
        name in ("pause", "extend") or favours or reading.document.kind in _DECISIONS
    ):
        how = "inferred"
        rest = [
            p
            for p in reading.mentions.places
            if p.sort in ("country", "people") and p.country not in ("", country, "HK", "MO")
        ]
        counted = Counter(p.country for p in rest)
        wanted = (
            reading.home
            if reading.home != country
            else next((code for code, _ in counted.most_common(1)), "")
        )
        other = next((p for p in rest if p.country == wanted), None)
    if other is None:
        return {"countries": said([country], "stated", who)}
    quote = reading.quote(other.start, other.end)
    fields = {"countries": Said([country, other.country], how, (who, quote))}
    fields["target"] = said(other.country, how, quote)
    return fields


def _times(passage: Passage, verb: int, end: int) -> dict[str, Said]:
    """The fields `start` and `end`, from "effective", "until" and their like."""
    reading = passage.reading
    fields: dict[str, Said] = {}
    for time in passage.within(reading.times, verb, end):
        left = re.sub(
            r"\S+\s+(?:a|p)\.m\.[a-z ]*$", "", reading.text[max(verb, time.start - 60) : time.start]
        )
        quote = reading.quote(time.start, time.end)
        lasts = _DURING.search(left) or _LONG.match(reading.text, time.end)
        if time.type == "DURATION" and lasts and time.value.startswith("P"):
            fields.setdefault("duration", said(time.value, time.how, quote))
        elif _TILL.search(left) and time.last and "end" not in fields:
            fields["end"] = said(time.last.isoformat(), time.how, quote)
            fields["precision"] = said("until the stated day", "stated", quote)
        elif _FROM.search(left) and time.first and "start" not in fields:
            fields["start"] = said(time.first.isoformat(), time.how, quote)
    return fields
