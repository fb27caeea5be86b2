"""Money, counts and polls in a text, by rule.

Functions take the text and its folded twin (`scan.fold`), which agree in length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal

from detente.reading.mentions.kinds import BodyMention, CountMention, MoneyMention, PollMention
from detente.reading.mentions.numbers import (
    BEFORE,
    DIGITS,
    NUMBER,
    ORDINALS,
    SCALE,
    SCALES,
    bound_before,
    number_of,
)
from detente.reading.mentions.scan import near, spans, words

# ---------------------------------------------------------------- money

_SIGNS = {
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "HK$": "HKD", "NT$": "TWD", "R$": "BRL",
    "S$": "SGD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₩": "KRW", "₹": "INR",
    "RMB": "CNY", "CNY": "CNY", "USD": "USD", "EUR": "EUR", "GBP": "GBP", "JPY": "JPY",
    "CHF": "CHF", "KRW": "KRW", "CAD": "CAD",
}  # fmt: skip
_UNITS = {
    "dollar": "USD", "usd": "USD", "us dollar": "USD", "u.s. dollar": "USD", "american dollar": "USD",
    "canadian dollar": "CAD", "hong kong dollar": "HKD", "australian dollar": "AUD", "euro": "EUR",
    "eur": "EUR", "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY", "yen": "JPY", "won": "KRW",
    "pound": "GBP", "rupee": "INR", "peso": "MXN", "swiss franc": "CHF", "franc": "CHF",
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_UNIT_WORDS = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_MONEY = re.compile(
    rf"""(?:
      (?<![A-Za-z])(?P<sign>{_SIGN})[ ]?(?P<n>{DIGITS})
        (?:(?:[ ]?-[ ]?|[ ]to[ ])(?:{_SIGN})?[ ]?(?P<high>{DIGITS})(?=[ -]?{SCALES}))?
        (?:[ -]?(?P<scale>{SCALES}\b|[bmk]\b))?(?:[ ](?:USD|U\.S\.[ ]dollars|US[ ]dollars)\b)?
    | {BEFORE}(?P<m>{NUMBER}|\b[Aa](?=[ ](?:billion|million|trillion)))(?:[ -](?P<mscale>{SCALES}))?[ -](?P<unit>(?i:{_UNIT_WORDS}))s?\b
    | \b(?P<vague>(?:tens|hundreds|dozens)[ ]of[ ](?:billions|millions|thousands)|billions|millions|trillions)[ ](?:of|in)[ ](?P<vunit>(?i:{_UNIT_WORDS}))s?\b
    )""",
    re.X,
)
_CURRENCY = re.compile(
    r"[$€£¥₩₹](?= ?\d)|\b(?:RMB|CNY|USD|EUR|GBP|JPY|CHF|KRW|CAD|[Dd]ollar|[Ee]uros?\b|[Yy]uan|yen|won|[Pp]ound|"
    r"[Rr]upee|[Pp]eso|[Ff]ranc|[Rr]enminbi)"
)
_PER = re.compile(
    r"(?i)^[a-z. ]{0,25}?\b(annually|(?:per|each|every|a) (?:year|month|item|ton|postal item|package|vehicle|port call|net ton))\b|^ (per \w+)"
)


def _times(number: Decimal, scale: int | Decimal) -> Decimal:
    """The product, without the ".0" of "2.8 million"."""
    product = number * scale
    return product.to_integral_value() if product == product.to_integral_value() else product


def find_money(text: str, folded: str) -> list[MoneyMention]:
    """Amounts with their currency; `$` is the US dollar."""
    found = []
    for match in near(_MONEY, spans(_CURRENCY, folded), folded, 60, 60):
        start, end = match.span()
        if match["vague"]:
            currency, amount, low = _UNITS[match["vunit"].lower()], None, None
        else:
            currency = _SIGNS[match["sign"]] if match["sign"] else _UNITS[match["unit"].lower()]
            scale = Decimal(SCALE.get((match["scale"] or match["mscale"] or "").lower(), 1))
            first = _times(number_of(match["n"] or match["m"]) or Decimal(0), scale)
            high = number_of(match["high"]) if match["high"] else None
            amount, low = (_times(high, scale), first) if high is not None else (first, None)
            weight_or_verb = match["unit"] and match["unit"].lower() in ("pound", "won")
            if weight_or_verb and not match["mscale"]:
                continue
        per = _PER.match(folded[end : end + 45])
        found.append(
            MoneyMention(
                start=start,
                end=end,
                quote=text[start:end],
                amount=amount,
                currency=currency,
                low=low,
                bound=bound_before(folded, start),
                per=(per[1] or per[2]) if per else "",
            )
        )
    return found


# ---------------------------------------------------------------- counts

_THINGS = (
    "metric tons|metric tonnes|tonnes|tons|bushels|barrels|kilograms|bales|aircraft|airplanes|planes|"
    "products|items|product lines|tariff lines|lines|companies|firms|entities|jobs|people|workers|"
    "rounds|talks|meetings|calls|sessions|visits|extensions|pauses|truces|delays|deadlines|orders|proclamations|countries|economies|nations|"
    "members|chips|vehicles|cars|trucks|deals|agreements|categories|subheadings|headings|codes|"
    "facilities|plants|factories|users|students|flights|ships|vessels|containers|shipments|packages|cases|"
    "senators|lawmakers|votes|judges|head|farms|farmers|households|times"
)
_EVENTS = (
    "round|extension|meeting|time|phase|tranche|session|call|visit|term|summit|dialogue|delay|pause|"
    "wave|batch|deadline|day of talks|trip|truce|consultation|negotiation"
)
_ORDINAL = rf"(?:{'|'.join(ORDINALS[1:])}|\d{{1,3}}(?:st|nd|rd|th))"
_COUNT = re.compile(
    rf"""(?:
      {BEFORE}(?P<n>{NUMBER}|(?i:\b(?:several|many|dozens|hundreds|thousands|a[ ](?:series|number|dozen|handful|couple|few)|both|multiple|numerous|two[ ]dozen)\b))
        (?P<scale>[ ](?:million|billion|thousand|hundred|dozen))?(?:[ ]of)?
        (?P<adj>(?:[ ](?!and\b|or\b|to\b|in\b|on\b|percent|per\b|the\b|from\b|with\b|for\b|a\b|at\b|by\b)(?:[A-Z]\.(?:[A-Z]\.)+|[A-Za-z][\w'/-]*|\d+-day)){{0,3}}?)[ ](?P<unit>(?i:{_THINGS.replace(" ", "[ ]")}))\b
    | \b(?P<ordinal>(?i:{_ORDINAL}))(?P<oadj>(?:[ ](?:\d+-day|[a-z-]+|[A-Z][\w-]+)){{0,5}}?)[ ](?P<event>(?i:{_EVENTS.replace(" ", "[ ]")}))\b(?P<of>[ ]of[ ](?i:talks|discussions|negotiations|consultations|tariffs|meetings))?
    | \b(?P<which>(?i:last|latest|next|previous|final|new|recent|additional|another))(?P<wadj>(?:[ ][a-z-]+){{0,2}}?)[ ](?P<wevent>round)s?\b(?P<wof>[ ]of[ ](?:talks|discussions|negotiations|consultations|tariffs|meetings))?
    | \b(?P<twice>(?i:twice))\b(?![ ](?:a|the|its|their|that|as)\b)
    )""",
    re.X,
)


_LAST_WORDS = frozenset(
    phrase.split()[-1] + plural
    for phrase in (*_THINGS.split("|"), *_EVENTS.split("|"), "twice")
    for plural in ("", "s")
)


def find_counts(text: str, folded: str) -> list[CountMention]:
    """Counts, ordinals of events and quantities of goods; never a date or a duration."""
    found = []
    units = (
        (start, start + len(word)) for word, start in words(folded) if word.lower() in _LAST_WORDS
    )
    for match in near(_COUNT, units, folded, 70, 40):
        start, end = match.span()
        number: Decimal | None
        if match["n"]:
            number = number_of(match["n"])
            vague = "" if number is not None else match["n"].lower()
            if number is not None and match["scale"]:
                number = _times(number, SCALE[match["scale"].strip()])
            unit, bound = match["unit"].lower(), vague or bound_before(folded, start)
        elif match["ordinal"]:
            number, bound = number_of(match["ordinal"]), ""
            unit = match["event"].lower()
        elif match["which"]:
            number, bound, unit = None, match["which"].lower(), "round"
        else:
            number, bound, unit = Decimal(2), "", "times"
        found.append(
            CountMention(
                start=start,
                end=end,
                quote=text[start:end],
                number=number,
                unit=unit,
                ordinal=bool(match["ordinal"] or match["which"]),
                bound=bound,
            )
        )
    return found


# ---------------------------------------------------------------- polls

_SURVEY = re.compile(
    r"\b(?:opinion |new |national |recent )?(?:[Ss]urvey(?:s|ed)?|[Pp]oll(?:s|ed|ing)?)\b"
)
_SENTENCE_END = re.compile(r"[a-z][.!?][\"']? +[A-Z]")
_SAMPLE = re.compile(
    rf"(?<![\w.])({DIGITS}) (?:[A-Za-z.-]+ ){{0,3}}?(?:adults|respondents|voters|people|Americans|residents|Canadians)\b"
)
_MARGIN = re.compile(
    r"(?i)margins? of (?:sampling )?error[^.]{0,60}?(\d{1,2}(?:\.\d{1,2})?)(?: ?%| per| point)"
)


def find_polls(text: str, folded: str, bodies: list[BodyMention]) -> list[PollMention]:
    """Surveys with a pollster beside them, and the sample and margin stated within 1,500 characters."""
    pollsters = [body for body in bodies if body.sort == "pollster"]
    if not pollsters:
        return []
    starts = [body.start for body in pollsters]
    found = []
    for match in _SURVEY.finditer(folded):
        start, end = match.span()
        i = bisect_left(starts, start)
        near = [
            body
            for body in pollsters[max(0, i - 1) : i + 1]
            if body.start - end <= 60
            and start - body.end <= 60
            and not _SENTENCE_END.search(folded, min(end, body.end), max(start, body.start))
        ]
        if not near:
            continue
        body = min(near, key=lambda b: abs(b.start - start))
        counted = _SAMPLE.finditer(folded, max(0, start - 200), end + 1500)
        sizes = (number_of(sample[1]) for sample in counted)
        size = next((one for one in sizes if one is not None and one >= 100), None)
        margin = _MARGIN.search(folded, max(0, start - 200), end + 1500)
        found.append(
            PollMention(
                start=min(body.start, start),
                end=max(body.end, end),
                quote=text[min(body.start, start) : max(body.end, end)],
                id=body.id,
                pollster=body.name,
                sample=None if size is None else int(size),
                margin=Decimal(margin[1]) if margin else None,
            )
        )
    return found
