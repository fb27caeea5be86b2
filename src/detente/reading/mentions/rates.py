"""Rates in a text: percentages, points, shares and rates by reference, and what is done with them.

Functions take the text and its folded twin (`scan.fold`), which agree in length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal
from typing import cast

from detente.reading.mentions.kinds import Context, RateMention
from detente.reading.mentions.numbers import BEFORE, NUMBER, Clauses, bound_before, number_of
from detente.reading.mentions.scan import near, spans

_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_UNIT = r"(?:[ -]?(?:percentage|percent|per[ ]cent|per[ ]centum|pct)\b|[ ]?%)"
_POINTS = r"(?:[ -]?(?:percentage|percent)[ -]points?|[ ]?%[ -]points?)"
_RATE = re.compile(
    rf"""{BEFORE}(?:
      (?P<from>\b[Ff]rom[ ](?:an?[ ](?:\w+[ ])?)?)(?P<was>{NUMBER}){_UNIT}?
        (?:[ ](?:in|of|before|on)[ ][^.,;%]{{1,30}}?)?,?[ ](?:up[ ]|down[ ])?to[ ](?:as[ ](?:high|much)[ ]as[ ]|an?[ ])?(?P<to>{NUMBER})(?P<tounit>{_POINTS}|{_UNIT})
    | (?P<low>(?>{NUMBER})){_UNIT}?(?:[ ]to[ ]|[ ]?-[ ]?)(?P<high>{NUMBER})(?P<highunit>{_POINTS}|{_UNIT})
    | (?P<one>{NUMBER})(?P<unit>{_POINTS}|{_UNIT})
    )""",
    re.X,
)
_SHARE = re.compile(
    r"(?i)\b(?:(?P<n>an?|one|two|three|four|nine)[- ](?P<part>half|third|quarter|fourth|fifth|tenth)s?"
    r"(?=[ ,.;]|$)(?! (?:of (?:\d{4}|the year)|[a-z-]*round|meeting|time|century|day|year|extension|"
    r"party|parties|country|countries|term|session|phase|tranche))|half(?= of (?!\d{4}|the year)| the | said))"
)
_REFERENCE = re.compile(
    r"""(?ix)\b(?:
      (?:(?P<like>the[ ]same|an?[ ]similar|an?[ ]equal|an?[ ]identical|a[ ]like)[ ]
        (?:[a-z-]+[ ]){0,2}(?:percentages?|shares?|proportions?|rates?|tariffs?|levels?))
    | (?P<factor>double|twice|triple|half)[ ](?:of[ ])?(?:the|its|their|that)[ ](?:[a-z-]+[ ]){0,3}(?:rates?|tariffs?|dut(?:y|ies)|percentage)
    | (?:the[ ])?(?:(?:additional|ad[ ]valorem|applicable|reciprocal|duty|tariff|specific|heightened|base|country-specific)[ ]){0,4}rates?(?:[ ]of[ ]dut(?:y|ies))?[ ](?:that[ ](?:is|are)[ ])?(?:set[ ](?:forth|out)|specified|listed|provided(?:[ ]for)?|identified|shown|described)[ ]in[ ](?:[a-z]+[ ]){0,3}(?:Annex(?:es)?(?:[ ][IVX0-9]+(?:-?[A-Z])?\b)?|section[ ]\d+[a-z0-9()]*|subsection[ ][a-z0-9()]+|[a-z]+)
    | the[ ]rates?[ ]in[ ](?:the[ ])?Annex(?:[ ][IVX0-9]+)?
    | the[ ]higher[ ]of(?:[ ]either)?
    )"""
)  # fmt: skip
_PERCENT = re.compile(r"%|[Pp]er ?cent|\bpct|PERCENT")
_FRACTION = re.compile(r"\b(?:[Hh]alf|thirds?|quarters?|fourths?|fifths?|tenths?)\b")
_COMPARED = re.compile(
    r"\b(?:same|similar|equal|identical|like|[Dd]ouble|[Tt]wice|[Tt]riple|[Hh]alf|higher of|"
    r"rates?(?= (?:of dut|that|set|specified|listed|provided|identified|shown|described|in )))\b"
)
_FACTORS = {"double": Decimal(2), "twice": Decimal(2), "triple": Decimal(3), "half": Decimal("0.5")}

_TARIFF = (
    r"tariff|dut(?:y|ies)\b|\blev(?:y|ies|ied)|ad valorem|surcharge|import tax|\btax(?:es)?\b|baseline|"
    r"reciprocal|customs|countermeasure|HTSUS|(?<!growth )(?<!utilization )(?<!employment )"
    r"(?<!interest )(?<!inflation )(?<!exchange )(?<!mortgage )\brates?\b(?! of (?:growth|inflation))"
)
_GOODS_RIGHT = re.compile(
    rf"^[\"')]*,?(?: of)? ?(?:(?:[a-z-]+|[A-Z][\w.'-]*|\"[\w -]+\") ){{0,4}}?[\"']?(?i:{_TARIFF}|rate\b)"
)
_OF = re.compile(
    r"(?i)^[\"')]* (?:of|share of|stake|interest|ownership) ?((?:[\w.'&/-]+ ?){0,6})|^[\"')]* (said|say|think|thought|support|oppose|oppos|approv|disapprov|favou?r|believ|view|agree|were|are not|weren't|cite)"
)
_CUES: tuple[tuple[Context, str], ...] = (
    (
        "people",
        r"respondent|adult|voter|people|republican|democrat|independents|resident|household|survey|"
        r"poll|women|men\b|americans|canadians",
    ),
    ("ownership", r"stake|stock|ownership|shareholding|equity|venture|owned"),
    (
        "growth",
        r"grow|grew|gdp|gross domestic|inflation|unemployment|econom|output|capacity|utiliz|"
        r"interest rate|index|wage|profit|revenue|income",
    ),
    (
        "trade",
        r"export|import|trade|sales|product|goods|tariff lines|market|shipment|deficit|surplus|suppl|"
        r"share|barrier|content|volume|workforce|account|consumption|reserve|mining|refining|quota",
    ),
)
_CUE = re.compile("|".join(rf"(?P<{kind}>\b(?:{words}))" for kind, words in _CUES))
_MOVED = re.compile(
    r"\b(?:imports?|exports?|shipments?|sales|output|production|surplus|deficits?|trade|"
    r"stocks?|shares|prices)\b(?: [\w.'-]+){0,7} (?:fell|rose|drop\w*|declin\w*|increas\w*|decreas\w*|"
    r"grow\w*|grew|jump\w*|expand\w*|plung\w*|surg\w*|shrank|down|up|tumbl\w*|fall\w*|climb\w*|slid\w*)"
    r"(?: (?:more|over|about|nearly|approximately|roughly|some|by|to|than|almost|from)){0,3} ?$"
)
_EDITED = re.compile(r"\b(deleting|striking|inserting|replacing) [\"']*$")
_TARIFF_CUE = re.compile(_TARIFF.lower())
_AVERAGE = re.compile(r"(?i)\b(?:average|mean|effective|trade-weighted|bound)\b(?! (?:date|until))")
_ROLES = (
    ("cap", r"not(?: to)? exceed|no (?:more|higher|greater) than|cap(?:s|ped|ping)?|ceiling|maximum"),
    ("retain", r"retain\w*|keep\w*|kept|remain\w*|maintain\w*|leav(?:e|ing)|stay\w*|continu\w+"),
    ("suspend", r"suspend\w*|suspension|paus\w+|delay\w*"),
    ("remove", r"remov\w+|eliminat\w+|terminat\w+|end(?:s|ed|ing)?|scrap\w*|cancel\w*|lift(?:s|ed|ing)?"),
    ("replace", r"deleting|striking|replac\w+"),
    ("insert", r"inserting|in lieu"),
    ("reduce", r"reduc\w+|lower\w*|cut(?:s|ting)?|decreas\w+|slash\w*|down"),
    ("increase", r"increas\w+|rais\w+|hik\w+|doubl\w+|elevat\w+|up from|ris(?:e|es|en|ing)|rose|jump\w*|escalat\w+"),
    ("set", r"set(?:s|ting)?|face\w*|pay\w*|receiv\w+|subject to|adjust\w*|modif\w+|appl\w+|be"),
    ("impose", r"impos\w+|plac(?:e|es|ed|ing)|slap\w*|levy|levied|levies|add(?:s|ed|ing)?|establish\w*|announc\w+|threaten\w*|put|introduc\w+|hit|charg\w+"),
)  # fmt: skip
_ROLE = re.compile("" + "|".join(rf"\b({words})\b" for _, words in _ROLES))
_LAST_STEP = re.compile(
    r"(?i)\b(to|by|of|at)(?: (?:up to|as (?:much|high) as|an?|about|another|at least|\w+ additional))?[ \"']*$"
)


def _role(left: str) -> str:
    last = _last(_ROLE, left.lower())
    if last is None or last.lastindex is None:
        return ""
    role = _ROLES[last.lastindex - 1][0]
    if role in ("increase", "reduce"):
        step = _LAST_STEP.search(left)
        if step:
            role += " by" if step[1].lower() == "by" else " to"
        elif left[last.end() :].strip() or last[0].lower() == "lower":
            return ""  # "increase imports", "a lower 10% tariff"
        else:
            role += " by"
    return role


def _context(clauses: Clauses, start: int, end: int) -> Context:
    """What a percentage is of: what follows it decides, then the nearest cue of its clause.

    A tariff named anywhere before it in the clause outweighs the goods it falls on.
    """
    left, right = clauses.left(start, 300), clauses.right(end, 90)
    if _GOODS_RIGHT.match(right):
        return "average tariff" if _AVERAGE.search(left[-45:] + right[:25]) else "tariff"
    left, right = left.lower(), right.lower()
    if _EDITED.search(left[-30:]):
        return "tariff"
    if of := _OF.match(right):
        cues = {kind for found in _CUE.finditer(of[0]) if (kind := _kind(found))}
        if of[2] or "people" in cues:
            return "people"
        for kind in ("ownership", "growth", "trade"):
            if kind in cues:
                return kind
    nearest: tuple[int, Context] = (1000, "unknown")
    for found in _CUE.finditer(left, max(0, len(left) - 140)):
        nearest = (len(left) - found.end(), _kind(found))
    cue_left = nearest[1] != "unknown"
    after = _CUE.search(right)
    if after and after.start() + 10 < nearest[0]:
        nearest = (after.start() + 10, _kind(after))
    tariff = _last(_TARIFF_CUE, left)
    if tariff and _MOVED.search(left[-140:]):
        return "trade"
    if tariff and (nearest[1] in ("trade", "unknown") or len(left) - tariff.end() <= nearest[0]):
        return "average tariff" if _AVERAGE.search(left[-90:]) else "tariff"
    open_left = nearest[1] == "unknown" or (nearest[1] == "trade" and not cue_left)
    if open_left and (_TARIFF_CUE.search(right) or clauses.listed_after(start, _TARIFF_CUE)):
        return "tariff"
    return nearest[1]


def _kind(found: re.Match[str]) -> Context:
    return cast(Context, found.lastgroup)


def _last(cue: re.Pattern[str], words: str) -> re.Match[str] | None:
    return next(reversed(list(cue.finditer(words))), None)


def find_rates(text: str, folded: str) -> list[RateMention]:
    """Percentages, points, shares and rates by reference, with what is done with them."""
    clauses = Clauses(folded)
    found = [
        _written(text, folded, clauses, match)
        for match in near(_RATE, spans(_PERCENT, folded), folded, 90, 30)
    ]
    for match in near(_SHARE, spans(_FRACTION, folded), folded, 12, 30):
        whole = _PARTS[match["part"].lower()] if match["part"] else 2
        over = number_of(match["n"]) if match["n"] else Decimal(1)
        bound = bound_before(folded, match.start())
        share = (Decimal(100) * (over or 1) / whole).quantize(Decimal("0.1"))
        found.append(
            RateMention(
                start=match.start(),
                end=match.end(),
                quote=text[match.start() : match.end()],
                percent=share,
                bound=bound,
                approximate=bound == "about" or whole == 3,
                context=_context(clauses, match.start(), match.end()),
            )
        )
    found.sort(key=lambda r: (r.start, -r.end))
    written = list(found)
    starts = [rate.start for rate in written]
    for match in near(_REFERENCE, spans(_COMPARED, folded), folded, 45, 90):
        found.append(_referring(text, clauses, match, written, starts))
    return found


def _written(text: str, folded: str, clauses: Clauses, match: re.Match[str]) -> RateMention:
    start, end = match.span()
    unit = match["unit"] or match["tounit"] or match["highunit"]
    figure = match["one"] or match["to"] or match["high"]
    bound = bound_before(folded, start)
    context = _context(clauses, start, end)
    role = _role(clauses.left(start, 90)) if context == "tariff" else ""
    was = number_of(match["was"]) if match["was"] else None
    percent = number_of(figure)
    if was is not None and percent is not None and context == "tariff":
        role = "reduce to" if percent < was else "increase to"
    return RateMention(
        start=start,
        end=end,
        quote=text[start:end],
        percent=percent,
        points="point" in unit.lower(),
        was=was,
        low=number_of(match["low"]) if match["low"] else None,
        bound=bound,
        approximate=bound == "about",
        role=role,
        context=context,
    )


def _referring(
    text: str,
    clauses: Clauses,
    match: re.Match[str],
    written: list[RateMention],
    starts: list[int],
) -> RateMention:
    start, end = match.span()
    factor = _FACTORS[match["factor"].lower()] if match["factor"] else None
    words = text[start:end]
    survey = re.search("(?i)percentage|share|proportion", words)
    context = _context(clauses, start, end)
    if not survey and re.search("(?i)rate|tariff|dut", words):
        context = "tariff"
    before = None
    if match["like"] or factor:
        i = bisect_left(starts, start) - 1
        before = written[i] if i >= 0 and start - written[i].end <= 300 else None
    share = before.percent if before else None
    if before and context == "unknown":
        context = before.context
    return RateMention(
        start=start,
        end=end,
        quote=words,
        percent=share * factor if share is not None and factor else share,
        points=before.points if before else False,
        approximate="similar" in words.lower() or bool(before and before.approximate),
        role=_role(clauses.left(start, 90)) if context == "tariff" else "",
        reference=words,
        factor=factor,
        refers_to=(before.start, before.end) if before else None,
        context=context,
    )
