"""What a text says of itself: its kind, dateline, day, signature and number."""

from __future__ import annotations

import re
from collections import deque
from datetime import date

import msgspec

from detente.reading.document.structure import Span, trim
from detente.time import MONTHS

TOP = 2_000
"""A dateline and a line with the date are looked for in so many characters from the start."""


class Stated(msgspec.Struct, frozen=True):
    """What was found, with the words that say it. `bad` names a day that no calendar has."""

    place: str = ""
    place_span: Span | None = None
    agency: str = ""
    day: date | None = None
    day_span: Span | None = None
    span: Span | None = None
    """All of the dateline, through its dash."""
    bad: str = ""
    notes: tuple[str, ...] = ()
    title: str = ""


# ---------------------------------------------------------------- dates in words

_MONTH_NUMBER = {name.lower()[:3]: n for n, name in enumerate(MONTHS, 1)}
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day|\.)?"
_DATE = re.compile(
    rf"(?:(?P<weekday>{_WEEKDAY}),?\s+)?(?:"
    r"(?P<iso>\d{4}-\d{2}-\d{2})(?!\d)"
    r"|(?P<y0>\d{4})\s?[年/]\s?(?P<m0>\d{1,2})\s?[月/]\s?(?P<d0>\d{1,2})日?(?![\d/])"
    rf"|(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)(?:,?\s+(?P<y1>\d{{4}})(?!\d))?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m2>{_MONTH})(?![A-Za-z])(?:,?\s+(?P<y2>\d{{4}})(?!\d))?"
    r")",
    re.I,
)


class BadDateError(ValueError):
    """Words in the form of a date that no calendar has."""


def nearest(month: int, day: int, to: date) -> date:
    """That day of that month, in the year that puts it nearest to another day."""
    choices = []
    for year in (to.year - 1, to.year, to.year + 1):
        try:
            choices.append(date(year, month, day))
        except ValueError:
            continue
    if not choices:
        raise BadDateError(f"{MONTHS[month - 1]} {day}")
    return min(choices, key=lambda other: abs((other - to).days))


def _read_date(found: re.Match[str], near: date | None) -> date | None:
    """The day of a match of `_DATE`; None if it names no year and there is no day to be near to."""
    if iso := found["iso"]:
        year, month, day = (int(part) for part in iso.split("-"))
    else:
        form = next(n for n in "012" if found[f"d{n}"])
        written = found[f"m{form}"]
        month = int(written) if form == "0" else _MONTH_NUMBER[written[:3].lower()]
        day = int(found[f"d{form}"])
        if not found[f"y{form}"]:
            return nearest(month, day, near) if near else None
        year = int(found[f"y{form}"])
    try:
        return date(year, month, day)
    except ValueError:
        raise BadDateError(found.group().strip()) from None


def written_day(value: str) -> date | None:
    """The day at the head of a metadata value; None if it has no date, BadDateError if no such day."""
    if compact := re.match(r"(\d{4})(\d{2})(\d{2})(?!\d)", value):
        value = "-".join(compact.groups())
    found = _DATE.search(value[:80])
    return _read_date(found, None) if found else None


def _weekday_note(found: re.Match[str], day: date) -> tuple[str, ...]:
    if not found["weekday"]:
        return ()
    said = next(w for w in _WEEKDAYS if w.startswith(found["weekday"].lower()[:3]))
    real = _WEEKDAYS[day.weekday()]
    if said == real:
        return ()
    return (f"the text says {said.capitalize()}, but {day} is a {real.capitalize()}",)


# ---------------------------------------------------------------- dateline

# Cities that the wire services name without a country or state, so a dash alone marks a dateline.
_ALONE = frozenset(
    """amsterdam|atlanta|bali|bangkok|beijing|berlin|boston|brussels|busan|cairo|chicago|dallas
    |denver|detroit|dubai|frankfurt|geneva|guangzhou|hanoi|havana|hong kong|houston|istanbul|jakarta
    |jerusalem|kuala lumpur|kyiv|london|los angeles|macau|madrid|manila|mexico city|miami|milan
    |milwaukee|minneapolis|montreal|moscow|mumbai|munich|new delhi|new york|ottawa|paris
    |philadelphia|phoenix|pittsburgh|prague|rome|san francisco|seattle|seoul|shanghai|shenzhen
    |singapore|stockholm|sydney|taipei|tehran|tel aviv|tokyo|toronto|united nations|vienna|warsaw
    |washington|windsor|zurich""".replace("\n    ", "").split("|")
)
_LABELS = re.compile(
    r"(?:BREAKING|EXCLUSIVE|UPDATE|UPDATED|ANALYSIS|OPINION|EDITORIAL|FACTBOX|EXPLAINER|WATCH|LIVE|"
    r"CORRECTED|CORRECTION|FACT SHEET|NEWS|NOTE|URGENT|RPT|WRAPUP|SPECIAL REPORT|COLUMN|Q&A|READOUT|"
    r"STATEMENT|MEMO|PRESS RELEASE|FOR IMMEDIATE RELEASE)\b"
)
_CAPS = r"[A-Z][A-Z.’']*(?:[ -][A-Z][A-Z.’']*){0,3}"
_MIXED = r"[A-Z][a-z’']+(?:[ -](?:[A-Z][a-z’']+|de|of|the|al)){0,3}"
_REGION = (
    r"(?:,\s(?:[A-Z][A-Za-z’']+\.?(?:\s[A-Z][A-Za-z’']+\.?){0,2}|[A-Z]\.\s?[A-Z]\.(?:[A-Z]\.)?))"
)
_AGENCY = r"\((?P<agency>[A-Z][\w&/.’' -]{0,40})\)|/(?P<wire>[A-Z][\w -]{0,30})/"
_LINE = re.compile(
    r"\s*(?:date\s+(?P<header>\d{4}-\d{2}-\d{2})\s+)?"
    rf"(?:\(?(?P<place>(?P<city>{_CAPS}|{_MIXED})(?:/{_CAPS})?(?P<region>{_REGION})?)\)?)?"
    rf"(?P<mid>[,\s]*)(?P<date>(?:{_DATE.pattern.replace('?P<', '?P<x_')})?)[,\s]*"
    rf"(?:(?:--|[—–_-]|,)?\s*(?:{_AGENCY}))?"
    r"\s*(?P<dash>--?|[—–_:]|(?=\n|\Z))\s*"
)
_ALONE_LINE = re.compile(
    r"[\W_]*(?:(?:for\s+(?:immediate\s+)?release|released?|published|posted|issued|updated|date[ds]?|"
    r"last\s+updated|by\s+[^\d\n|,]{2,50}|the\s+white\s+house|washington(?:,?\s+d\.?c\.?)?)"
    r"(?:\s+(?:on|at))?[:,|\s–—-]*){0,3}"
    rf"(?P<date>{_DATE.pattern})"
    r"(?:[,|\sat·–—-]*\d{1,2}:\d{2}\s*(?:[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?)?[\W_]*(?:\([A-Z]{2,4}\))?\Z",
    re.I,
)
_REGISTER = re.compile(r"Federal Register\s*/[^\n]{0,60}?/\s*")
_LONG_LINE = 200


def dateline(text: str, near: date | None) -> Stated:
    """The dateline, or a line at the top that holds nothing but the day.

    `near` (the day of publication) supplies the year to a dateline that names none.
    """
    first = Stated()
    spans = _top_lines(text)
    for index, (start, end) in enumerate(spans):
        stated = _whole_line(text, start, end, near)
        if stated.day or stated.bad:
            first = (
                stated
                if not first.place
                else msgspec.structs.replace(
                    first,
                    day=stated.day,
                    day_span=stated.day_span,
                    bad=stated.bad,
                    notes=stated.notes,
                )
            )
            if index and not first.title:
                first = msgspec.structs.replace(first, title=_title(text, spans[0]))
            if first.place:
                break
            continue
        if first.day and index > 5:
            break
        found = _opening(text, start, end, near or first.day)
        if found.place or found.day or found.agency:
            if first.day and not found.day:
                found = msgspec.structs.replace(
                    found, day=first.day, day_span=first.day_span, notes=first.notes
                )
            return msgspec.structs.replace(found, title=first.title or found.title)
    return first


def _top_lines(text: str) -> list[Span]:
    """The first lines through the first long one: where a dateline or the day can stand."""
    out: list[Span] = []
    at = 0
    for line in text[:TOP].split("\n"):
        if line.strip():
            out.append((at, at + len(line)))
            if len(line) > _LONG_LINE or len(out) == 12:
                break
        at += len(line) + 1
    return out


def _title(text: str, span: Span) -> str:
    line = text[span[0] : span[1]].strip()
    return "" if line.endswith((".", ":", ",")) or len(line) > _LONG_LINE else line


def _whole_line(text: str, start: int, end: int, near: date | None) -> Stated:
    if end - start > 160:
        return Stated()
    line = text[start:end]
    if head := _REGISTER.search(line):
        found = _DATE.match(line, head.end())
        offset = start
    else:
        whole = _ALONE_LINE.match(line)
        found = _DATE.match(line, whole.start("date")) if whole else None
        offset = start
    if not found:
        return Stated()
    span = (offset + found.start(), offset + found.end())
    try:
        day = _read_date(found, near)
    except BadDateError as bad:
        return Stated(bad=str(bad), day_span=span)
    if not day:
        return Stated()
    return Stated(day=day, day_span=span, notes=_weekday_note(found, day))


def _opening(text: str, start: int, end: int, near: date | None) -> Stated:
    """A dateline at the head of a line: place, day and agency in the usual orders, then a dash."""
    found = _LINE.match(text, start, min(end, start + 240))
    if not found or not found.group().strip():
        return Stated()
    agency = (found["agency"] or found["wire"] or "").strip()
    dated = bool(found["date"] or found["header"])
    place = found["place"] or ""
    if found["dash"] in ("", ":") and not (found["dash"] == ":" and dated and agency):
        return Stated()
    if found["dash"] == "-" and not text[found.end("dash") :][:1].isspace():
        return Stated()
    if place and (_LABELS.match(place) or not _is_place(place, found, dated or bool(agency))):
        return Stated()
    if not place and not agency:
        return Stated()
    notes: tuple[str, ...] = ()
    day, span, bad = None, None, ""
    if dated:
        name = "date" if found["date"] else "header"
        span = (found.start(name), found.end(name))
        inner = _DATE.match(text, *span)
        try:
            day = _read_date(inner, near) if inner else None
        except BadDateError as wrong:
            bad = str(wrong)
        if day and inner:
            notes = _weekday_note(inner, day)
        if not day and not bad:
            notes = (f"the dateline “{found[name].strip()}” names no year",)
            span = None
    at = found.span("place") if place else None
    return Stated(place, at, agency, day, span, trim(text, start, found.end()), bad, notes)


def _is_place(place: str, found: re.Match[str], marked: bool) -> bool:
    if re.match(rf"{_WEEKDAY}\Z|{_MONTH}\Z", place, re.I):
        return False
    city = found["city"]
    if city.lower() in _ALONE or (marked and len(city) > 2):
        return True
    if found["dash"] == ":":
        return False
    return bool(found["region"]) if not city.isupper() else len(city) > 3


# ---------------------------------------------------------------- signature and number

_SIGNED = re.compile(
    r"^[ \t]*(?:THE WHITE HOUSE|The White House)[,.]?\s+(?:(?i:Washington(?:, D\.?C\.?)?)[,.]?\s+)?"
    rf"(?P<date>{_DATE.pattern})",
    re.M,
)
_DATED = re.compile(rf"^[ \t]*Dated(?: this)?:?\s+(?P<date>{_DATE.pattern})\.?[ \t]*$", re.M)
_WITNESS = re.compile(
    r"set my hand this\s+(?P<day>[a-z]+(?:[ -][a-z]+)?)\s+day\s+of\s+(?P<month>[A-Z][a-z]+),?\s+"
    r"in the\s+year\s+of\s+our\s+Lord\s+two\s+thousand(?:\s+and)?\s+(?P<year>[a-z]+(?:[ -][a-z]+)?)"
)
_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_UNITS = {word: value for value, word in enumerate(re.split(" ", _SMALL), 1)}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?:^|\n)[ \t]*(?P<what>Executive Order|Proclamation|Memorandum|EXECUTIVE ORDER|PROCLAMATION)"
    rf"(?:\s+No\.)?\s+(?P<number>\d{{4,5}})(?:\s+of\s+(?P<date>{_DATE.pattern}))?[ \t]*(?=\n|\Z|[—–:])"
)


def _in_words(words: str) -> int:
    total = 0
    for word in re.split(r"[ -]", words.lower()):
        if word in _TENS:
            total += _TENS[word]
        elif word in _ORDINALS:
            total += _ORDINALS[word]
        elif (stem := word.removesuffix("th")) in _UNITS:
            total += _UNITS[stem]
        elif word != "and":
            return 0
    return total


def signature(text: str) -> tuple[date | None, Span | None]:
    """The day on which an official text says it was signed, and the words that say so."""
    for pattern in (_SIGNED, _WITNESS, _DATED):
        last = next(iter(deque(pattern.finditer(text), maxlen=1)), None)
        if not last:
            continue
        try:
            if pattern is not _WITNESS:
                found = _DATE.match(text, last.start("date"))
                day = _read_date(found, None) if found else None
                span = last.span("date")
            else:
                month = _MONTH_NUMBER.get(last["month"][:3].lower(), 0)
                day = date(2000 + _in_words(last["year"]), month, _in_words(last["day"]))
                span = (last.start("day"), last.end("year"))
        except ValueError:
            continue
        if day:
            return day, span
    return None, None


def number(text: str) -> tuple[str, date | None]:
    """The number of an order or proclamation in its own head, and the day named with it."""
    found = _NUMBER.search(text[:TOP])
    if not found:
        return "", None
    short = "EO" if found["what"].lower() == "executive order" else found["what"].capitalize()
    day = None
    if found["date"] and (inner := _DATE.match(text, found.start("date"))):
        try:
            day = _read_date(inner, None)
        except BadDateError:
            day = None
    return f"{short} {found['number']}", day


# ---------------------------------------------------------------- kind

# In order of strength: the kind, where to look (t title, h head of the text, b body, u address,
# p publisher), and what to look for.
_KINDS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (kind, where, re.compile(pattern, flags))
    for kind, where, pattern, flags in (
        ("fact sheet", "t", r"\s*fact ?sheet\b", re.I),
        ("joint statement", "t", r"\bjoint (?:\w+ )?(?:statement|communiqu|press release)", re.I),
        ("briefing", "t", r"\bpress (?:briefing|gaggle|call|conference)|\bbackground (?:press|call)", re.I),
        ("statement", "t", r"^\W*(?:readout|statement|remarks|message|letter)\b", re.I),
        ("proclamation", "bh", r"\bA PROCLAMATION\b|\bdo(?: hereby)? proclaim\b", 0),
        ("memorandum", "h", r"^[ \t]*(?:PRESIDENTIAL )?MEMORANDUM (?:FOR|OF)\b", re.M),
        ("memorandum", "t", r"^\W*(?:presidential )?memorandum\b", re.I),
        (
            "order",
            "b",
            r"\A(?=(?s:.*)\bauthority vested in me\b)(?s:.*)\bhereby (?:determine and )?order(?:ed)?\b",
            re.I,
        ),
        ("order", "t", r"^\W*executive order\b", re.I),
        ("fact sheet", "h", r"^[ \t]*FACT ?SHEET\b", re.M),
        ("joint statement", "h", r"^[ \t]*JOINT (?:STATEMENT|COMMUNIQU)|^Joint (?:Statement|Communiqu)", re.M),
        ("ruling", "h", r"\bSlip Op\.|\bUNITED STATES COURT OF (?:INTERNATIONAL TRADE|APPEALS)\b", 0),
        ("notice", "h", r"^[ \t]*(?:AGENCY|ACTION):|\[FR Doc\b|^[ \t]*NOTICE OF\b", re.M),
        ("notice", "t", r"^\W*notice of\b|: notice of\b", re.I),
        ("announcement", "th", r"\bAnnouncement No\. ?\d+|公告\s*(?:20\d\d)?", 0),
        ("fact sheet", "u", r"/fact-sheets?/", 0),
        ("briefing", "u", r"/(?:press-briefings?|gaggle)/", 0),
        ("joint statement", "h", r"\bThe Government of [^\n]{5,120}\band the Government of [^\n]{5,160},\s*\n", 0),
        ("statement", "h", r"^[ \t]*FOR IMMEDIATE RELEASE\b|^[ \t]*As Prepared for Delivery", re.M | re.I),
        (
            "statement",
            "pu",
            r"\bwhite house\b|\btreasury\b|\bustr\b|trade representative|\bmofcom\b|\bministry\b"
            r"|department of|european commission|state council|\.gov(?:\.\w\w)?/",
            re.I,
        ),
    )
)  # fmt: skip
_GOV_NEWS = re.compile(r"voanews|voice of america|\bvoa\b|rferl|radio free", re.I)


def kind(text: str, title: str = "", publisher: str = "", url: str = "") -> str:
    """The kind of source, in the record's words; "press" where nothing official shows."""
    places = {"t": title, "h": text[:3_000], "b": text[:40_000], "u": url, "p": publisher}
    if _GOV_NEWS.search(f"{publisher} {url}"):
        return "press"
    for name, where, pattern in _KINDS:
        if any(pattern.search(places[place]) for place in where):
            return name
    return "press"
