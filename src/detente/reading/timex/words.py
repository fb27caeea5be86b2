"""The words of time: a text becomes tokens, each with one letter that says what it can be.

The grammar is written over these letters, so a rule reads `M[do],y` (a month, a day, a comma and
a year) and costs the same whatever the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from detente.time import MONTHS


def wordlist(words: str) -> list[str]:
    return words.split()


def wordset(words: str) -> frozenset[str]:
    return frozenset(words.split())


WEEKDAYS = wordlist("monday tuesday wednesday thursday friday saturday sunday")
MONTH_NAMES = [name.lower() for name in MONTHS]
MONTH = {name.lower(): n for n, name in enumerate(MONTHS, 1)}
MONTH |= {name[:3]: n for name, n in MONTH.items()} | {"sept": 9}
WEEKDAY = {name: n for n, name in enumerate(WEEKDAYS)}
WEEKDAY |= {name[:3]: n for name, n in WEEKDAY.items()} | {"tues": 1, "thur": 3, "thurs": 3}
SEASON = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}
PART = {"morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI"}
UNIT = {"second": "TS", "minute": "TM", "hour": "TH", "day": "D", "week": "W", "fortnight": "2W"}
UNIT |= {"weekend": "WE", "month": "M", "quarter": "Q", "year": "Y", "decade": "E", "century": "C"}
UNIT |= {"centurie": "C"}
MODS = {"early": "START", "earlier": "START", "mid": "MID", "late": "END", "later": "END"}
EDGE = {"start": "START", "beginning": "START", "middle": "MID", "end": "END", "close": "END"}
APPROX = {
    "about": "APPROX", "around": "APPROX", "approximately": "APPROX", "roughly": "APPROX",
    "circa": "APPROX", "over": "MORE_THAN", "more than": "MORE_THAN", "longer than": "MORE_THAN",
    "under": "LESS_THAN", "less than": "LESS_THAN", "fewer than": "LESS_THAN",
    "nearly": "LESS_THAN", "almost": "LESS_THAN", "just under": "LESS_THAN",
    "just over": "MORE_THAN", "well over": "MORE_THAN", "a little over": "MORE_THAN",
    "a little more than": "MORE_THAN", "at least": "EQUAL_OR_MORE", "no less than": "EQUAL_OR_MORE",
    "at most": "EQUAL_OR_LESS", "up to": "EQUAL_OR_LESS", "no more than": "EQUAL_OR_LESS",
    "not more than": "EQUAL_OR_LESS",
}  # fmt: skip
SETS = {"hourly": "PT1H", "daily": "P1D", "nightly": "P1D", "weekly": "P1W", "biweekly": "P2W"}
SETS |= {"monthly": "P1M", "quarterly": "P3M", "yearly": "P1Y", "annual": "P1Y"}
SETS |= {"annually": "P1Y", "biannual": "P6M", "semiannual": "P6M", "biennial": "P2Y"}
SETS |= {"semiannually": "P6M", "biannually": "P6M", "biennially": "P2Y"}
REFS = dict.fromkeys(
    ["now", "currently", "presently", "at present", "nowadays", "these days", "at the moment",
     "right now", "at this time", "the present time"],
    "PRESENT_REF",
)  # fmt: skip
REFS |= dict.fromkeys(
    ["recently", "lately", "at the time", "at that time", "recent days", "recent weeks",
     "recent months", "recent years", "recent decades", "long ago", "in recent memory",
     "years past", "just recently", "the recent past", "recent times"],
    "PAST_REF",
)  # fmt: skip
REFS |= dict.fromkeys(
    ["the future", "the near future", "the foreseeable future", "in due course",
     "the coming days", "the coming weeks", "the coming months", "the coming years",
     "coming days", "coming weeks", "coming months", "coming years", "soon"],
    "FUTURE_REF",
)  # fmt: skip
DAYS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "overnight": 0}
DAYS |= {"the day before yesterday": -2, "the day after tomorrow": 2}
HOLIDAY = {
    "christmas": "christmas", "christmas day": "christmas", "christmas eve": "christmas eve",
    "boxing day": "boxing day", "new year's day": "new year", "new year's": "new year",
    "new year's eve": "new year eve", "fourth of july": "independence day",
    "independence day": "independence day", "juneteenth": "juneteenth",
    "veterans day": "veterans day", "valentine's day": "valentine", "halloween": "halloween",
    "inauguration day": "inauguration day", "may day": "may day", "thanksgiving": "thanksgiving",
    "thanksgiving day": "thanksgiving", "labor day": "labor day", "memorial day": "memorial day",
    "presidents day": "presidents day", "presidents' day": "presidents day",
    "martin luther king day": "martin luther king day", "columbus day": "columbus day",
    "easter": "easter", "easter sunday": "easter", "good friday": "good friday",
    "easter monday": "easter monday", "election day": "election day",
    "black friday": "black friday", "golden week": "golden week",
    "lunar new year": "lunar new year", "chinese new year": "lunar new year",
    "spring festival": "lunar new year", "dragon boat festival": "dragon boat festival",
    "mid-autumn festival": "mid-autumn festival",
}  # fmt: skip
_ZONES = {
    "America/New_York": "eastern standard time|eastern daylight time|eastern time|eastern|et|est|edt|washington time|new york time",
    "America/Chicago": "central standard time|central daylight time|central time|cst|cdt|ct",
    "America/Denver": "mountain standard time|mountain daylight time|mountain time|mst|mdt",
    "America/Los_Angeles": "pacific standard time|pacific daylight time|pacific time|pst|pdt|pt",
    "UTC": "gmt|utc|universal time|greenwich mean time|coordinated universal time",
    "Asia/Shanghai": "beijing time|china standard time|shanghai time",
    "Asia/Hong_Kong": "hkt|hong kong time",
    "Asia/Tokyo": "jst|tokyo time|japan time",
    "Asia/Seoul": "kst|seoul time|korean time",
    "Europe/London": "bst|london time|british time|uk time",
    "Europe/Brussels": "cet|cest|brussels time|central european time|paris time|geneva time",
    "Asia/Kolkata": "ist|india time",
    "": "local time",
}
ZONE = {words: zone for zone, names in _ZONES.items() for words in names.split("|")}

_UNITS = wordlist(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = wordlist("twenty thirty forty fifty sixty seventy eighty ninety")
NUMBER = {word: n for n, word in enumerate(_UNITS, 1)}
TENS = {word: 10 * n for n, word in enumerate(_TENS, 2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_ORDINALS = wordlist(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINAL = {word: n for n, word in enumerate(_ORDINALS, 1)}
SPELT_DECADE = {f"{word[:-1]}ies": 1900 + n for word, n in TENS.items()}

# One letter a word. `.` is any other token, `;` ends a sentence, `¶` a paragraph.
_LETTERS = {
    "A": "a an another", "T": "the", "H": "this current", "X": "that those these", "L": "last past latest",
    "N": "next coming upcoming", "F": "following", "p": "previous preceding prior", "x": "same",
    "Q": "few several many couple dozen dozens numerous hundreds thousands millions tens some",
    "g": "ago", "E": "early mid late", "e": "earlier later", "f": "of", "i": "in", "a": "and or",
    "z": "to through thru until", "V": "every each", "v": "once twice times", "B": "per",
    "G": "fiscal fy", "b": "half halves", "l": "end beginning start middle close", "j": "on",
    "@": "at", "O": "old long", "0": "noon midnight midday", "6": "weekend weekends",
    "k": "before after from", "K": " ".join(w for w in DAYS if " " not in w),
    "P": "morning afternoon evening night mornings afternoons evenings nights",
    "S": "spring summer autumn fall winter", "q": "quarter", "Y": " ".join(SETS),
    "~": "consecutive straight calendar business working trading full whole more additional further "
    "other", "C": "period",
    "R": " ".join(w for w in APPROX if " " not in w),
    "W": " ".join(WEEKDAY), "w": " ".join(f"{name}s" for name in WEEKDAYS),
    "M": " ".join(MONTH), "o": " ".join(ORDINAL), "h": " ".join(w for w in HOLIDAY if " " not in w),
    "r": " ".join(w for w in REFS if " " not in w),
    "u": "minute hour day week fortnight month year decade century",
    "U": "seconds minutes hours days weeks fortnights months quarters years decades centuries",
    "D": " ".join(SPELT_DECADE),
}  # fmt: skip
_LETTER = {word: letter for letter, words in _LETTERS.items() for word in words.split()}
_LETTER |= {"am": "m", "pm": "m", "-": "-", "–": "-", "—": "—", ",": ",", "(": "(", ")": ")"}
_LETTER |= {"'s": "s", "’s": "s"}
_LENGTHS = {
    "daylong": "P1D", "weeklong": "P1W", "monthlong": "P1M", "yearlong": "P1Y",
    "decadelong": "P1E", "hourlong": "PT1H", "weekendlong": "P1WE",
}  # fmt: skip
_PHRASES: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _letter, _phrases in (
    ("R", APPROX), ("r", REFS), ("h", HOLIDAY), ("Z", ZONE), ("K", DAYS),
):  # fmt: skip
    for _phrase in _phrases:
        _parts = tuple(re.findall(r"[^\W\d_]+|['’]s|['-]", _phrase))
        if len(_parts) > 1 or _letter == "Z":
            _PHRASES.setdefault(_parts[0], []).append((_parts, _letter))
for _found in _PHRASES.values():
    _found.sort(key=lambda entry: -len(entry[0]))

_KNOWN = frozenset([*_LETTER, *_PHRASES, *NUMBER, *TENS, *SCALES, *_LENGTHS])
_TOKEN = re.compile(
    r"""
    (?P<word>[^\W\d_]{2,}+(?!\d)|[^\W\d_](?![.\w]))
  | (?P<iso>(?<![\w.-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?Z?)?(?![\w-]))
  | (?P<slash>(?<![\w./-])[0-9]{1,2}/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})(?![\w/]))
  | (?P<clock>(?<![\w.:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![\w:]))
  | (?P<ordinal>(?<![\w.])[0-9]{1,3}(?:st|nd|rd|th)\b)
  | (?P<decade>(?:(?<!\w)['’]|(?<![\w.])(?:1[5-9]|20))[0-9]0['’]?s\b)
  | (?P<quarter>(?<![\w.,-])(?:[QH][1-4]|[1-4]Q|[12]H)\b(?!-))
  | (?P<number>[0-9]+(?:[.,/][0-9]+)*)
  | (?P<am>[apAP]\.\s?[mM]\.)
  | (?P<abbreviation>(?:[A-Za-z]\.){2,})
  | (?P<letters>[^\W\d_]+)
  | (?P<possessive>['’]s\b)
  | (?P<break>\n[ \t\r]*\n)
  | (?P<other>[^\w\s]|_)
    """,
    re.VERBOSE,
)
_TITLES = wordset("mr mrs ms dr gen sen rep gov no sec st vs art u.s inc corp co ltd lt col")
_BEFORE_MONTH = wordset(
    "in since until till by of last next this through from to between and or early late mid before "
    "after during for every each past on"
)
_AUXILIARIES = wordset("to will would could can may might should must")
_AFTER_MARCH = wordset("on for of to in . , ; : ) and or be have not")
_VERBS_AFTER_MAY = wordset("be have not also well i we they he she it the a")


class Words(NamedTuple):
    """The tokens of a text: lower-case words, where they stand, and the letter of each, in one
    string as long as the list."""

    low: list[str]
    starts: list[int]
    ends: list[int]
    letters: str


def zone_of(text: str) -> str:
    """The zone that the words of a clock time name; empty if none."""
    parts = split(text)
    words = [word for word, letter in zip(parts.low, parts.letters, strict=True) if letter == "Z"]
    return ZONE[words[0]] if words else ""


def number_of(word: str) -> float | None:
    """The number that a numeral or number word names; None for a numeral too long to be meant."""
    word = word.replace(",", "")
    if word[:1].isdigit():
        return float(word) if len(word) <= 9 and word.count(".") <= 1 and "/" not in word else None
    total = current = 0
    for part in re.findall(r"[a-z]+", word):
        if part in SCALES:
            if part == "hundred":
                current = max(current, 1) * 100
            else:
                total, current = total + max(current, 1) * SCALES[part], 0
        elif part != "and":
            current += NUMBER.get(part, 0) + TENS.get(part, 0)
    return total + current


def split(text: str) -> Words:
    """The tokens of a text with their letters. Linear in its length."""
    low: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    letters: list[str] = []
    matches = list(_TOKEN.finditer(text))
    at = 0
    count = len(matches)
    while at < count:
        match = matches[at]
        word, kind = match.group().lower(), match.lastgroup
        size, letter = 1, "."
        if kind in ("word", "letters"):
            if word not in _KNOWN:
                low.append(word)
                starts.append(match.start())
                ends.append(match.end())
                letters.append(".")
                at += 1
                continue
            size, letter, word = _word(matches, at, word)
            if letter == "m" and letters[-1:] not in (["t"], ["d"], ["y"], ["c"]):
                letter = "."
        elif kind == "number":
            size, letter, word = _numeral(matches, at, word)
        elif kind in ("other", "possessive"):
            letter = _LETTER.get(word, ";" if word in ".!?" and _ends(matches, at, text) else ".")
        elif kind == "am":
            word = word.replace(".", "").replace(" ", "")
            letter = "m" if letters and letters[-1] in "tdyc" else "."
        elif kind == "clock":
            letter = "t" if int(word.split(":")[0]) <= 24 and word[-2:] < "60" else "."
        else:
            letter = _KINDS.get(str(kind), ".")
            if letter == "o" and not 0 < int(word[:-2]) < 100:
                letter = "."
        low.append(word)
        starts.append(match.start())
        last = matches[at + size - 1]
        ends.append(last.end())
        letters.append(letter)
        at += size
    _mend(text, low, starts, ends, letters)
    kept = [i for i, letter in enumerate(letters) if letter != "_"]
    return Words(
        [low[i] for i in kept],
        [starts[i] for i in kept],
        [ends[i] for i in kept],
        "".join(letters[i] for i in kept),
    )


_KINDS = {"iso": "I", "slash": "J", "ordinal": "o", "decade": "D", "quarter": "3", "break": "¶"}


def _numeral(matches: list[re.Match[str]], at: int, word: str) -> tuple[int, str, str]:
    size = 1
    if at + 1 < len(matches) and matches[at + 1].group().lower() in SCALES:
        scale = SCALES[matches[at + 1].group().lower()]
        value = number_of(word)
        if value is not None and value * scale < 10**9 * 100:
            return 2, "n", f"{int(value * scale)}"
    if word == "9/11":
        return 1, "I", "2001-09-11"
    before = matches[at - 1].group().lower() if at else ""
    after = matches[at + 1].group().lower() if at + 1 < len(matches) else ""
    if before in _CURRENCY or after in _COUNTED:
        return size, "n" if number_of(word) is not None else ".", word
    if word.isdigit() and len(word) <= 2 and 0 < int(word) <= 31:
        return size, "d", word
    if word.isdigit() and len(word) == 4 and 1000 <= int(word) <= 2099:
        return size, "y", word
    return size, "n" if number_of(word) is not None else ".", word


def _word(matches: list[re.Match[str]], at: int, word: str) -> tuple[int, str, str]:
    if word in _PHRASES:
        tail = [
            m.group().lower().replace("’", "'")
            for m in matches[at : at + len(_PHRASES[word][0][0])]
        ]
        for parts, letter in _PHRASES[word]:
            if (
                letter == "Z"
                and len(word) < 5
                and len(parts) == 1
                and not matches[at].group().isupper()
            ):
                continue
            if tuple(tail[: len(parts)]) == parts:
                return len(parts), letter, " ".join(parts).replace(" '", "'").replace(" - ", "-")
    if word in NUMBER or word in TENS or word in SCALES:
        return _cardinal(matches, at)
    if word in _LENGTHS:
        return 1, "1", _LENGTHS[word]
    return 1, _LETTER.get(word, "."), word


def _cardinal(matches: list[re.Match[str]], at: int) -> tuple[int, str, str]:
    """A run of number words: `two hundred and fifty`, `twenty-first`, `nineteen ninety-six`."""
    parts = [matches[at].group().lower()]
    century = {"nineteen": 1900, "twenty": 2000}.get(parts[0])
    if century and at + 1 < len(matches):
        tail = matches[at + 1].group().lower()
        if tail in TENS or NUMBER.get(tail, 0) >= 10:
            size, _, words = _cardinal(matches, at + 1)
            years = number_of(words) or 0
            after = matches[at + 1 + size].group() if at + 1 + size < len(matches) else ""
            if years < 100 and after != "-":
                return 1 + size, "y", str(century + int(years))
    size = 1
    while size < 12 and at + size < len(matches):
        step = 1
        word = matches[at + size].group().lower()
        hyphen = word == "-" and parts[-1] in TENS
        joined = word == "and" and parts[-1] in SCALES
        if (hyphen or joined) and at + size + 1 < len(matches):
            step, word = 2, matches[at + size + 1].group().lower()
        if parts[-1] in TENS and ORDINAL.get(word, 99) < 10:
            number = TENS[parts[-1]] + ORDINAL[word]
            suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
            return size + step, "o", f"{number}{suffix}"
        small = word in NUMBER and (
            parts[-1] in SCALES or (parts[-1] in TENS and NUMBER[word] < 10)
        )
        if not (small or word in SCALES or (word in TENS and parts[-1] in SCALES)):
            break
        parts.append(word)
        size += step
    return size, "c", " ".join(parts)


def _ends(matches: list[re.Match[str]], at: int, text: str) -> bool:
    """Whether a full stop, or another mark, ends a sentence here."""
    end = matches[at].end()
    before = matches[at - 1].group() if at else ""
    if matches[at].group() == "." and (len(before) == 1 or before.lower() in _TITLES):
        return False
    following = text[end : end + 2]
    if following[:1] in "\"”’')":
        return True
    if following and not following[0].isspace():
        return False
    return at + 1 == len(matches) or not matches[at + 1].group()[:1].islower()


def _mend(
    text: str, low: list[str], starts: list[int], ends: list[int], letters: list[str]
) -> None:
    """Settles the words that are times only in their place: May, March, Sat, fall, noon."""
    for i, letter in enumerate(letters):
        if letter not in "MWSyRL":
            continue
        word, before = low[i], low[i - 1] if i else ""
        after = low[i + 1] if i + 1 < len(low) else ""
        follows = letters[i + 1] if i + 1 < len(letters) else "."
        stop = after == "."
        third = letters[i + 2] if stop and i + 2 < len(letters) else "."
        fixed = ""
        if letter == "M":
            fixed = _month(text[starts[i]], word, before, after, follows, stop, third)
        elif letter == "W" and len(word) < 6:
            capital = text[starts[i]].isupper()
            near = (third if stop else follows) in "M,dP" and "M" in letters[i + 1 : i + 4]
            fixed = "W" if capital and near else "."
        elif letter == "W":
            fixed = "W" if text[starts[i]].isupper() else "."
        elif letter == "S" and word in ("fall", "spring", "winter", "summer"):
            lead = letters[i - 1] if i else "."
            placed = (
                lead in "LNHTEepVf" or follows == "y" or before in ("in", "by", "since", "until")
            )
            placed = placed and not (
                word == "fall" and before in ("to", "a", "the") and after != "of"
            )
            fixed = "S" if placed and not (word == "fall" and follows == "i") else "."
        elif letter == "y":
            fixed = _year(
                text, int(word), starts[i], before, after, letters[i - 1] if i else ".", follows
            )
        elif letter == "L":
            fixed = "." if before in _AUXILIARIES else ""
        elif letter == "R" and word in ("over", "under", "around"):
            fixed = "R" if before in _BEFORE_OVER or follows == "t" else "."
        letters[i] = fixed or letter
        if stop and letters[i] in "MW" and word not in MONTH_NAMES and word not in WEEKDAYS:
            ends[i] = ends[i + 1]
            letters[i + 1] = "_"


def _month(
    initial: str, word: str, before: str, after: str, follows: str, stop: bool, third: str
) -> str:
    if not initial.isupper():
        return "."
    dated = (third if stop else follows) in "doy" or (follows == "-" and before == "mid")
    if len(word) <= 4 and word not in ("may", "june", "july"):
        return "M" if dated or (stop and word != "mar") else "."
    if word not in ("may", "march", "august", "april", "june"):
        return "M"
    led = before in _BEFORE_MONTH or before.isdigit() or before[:-2].isdigit() or before == "-"
    noun = before in ("the", "a", "its", "his", "their", "'s") and after not in _AFTER_MARCH
    if noun and word in ("may", "march"):
        return "M"
    if word == "may":
        return "M" if dated or (led and after not in _VERBS_AFTER_MAY) else "."
    if word == "march":
        return "M" if dated or (led and after not in ("on", "for")) or follows in ";," else "."
    return "M"


_CURRENCY = wordset("$ € £ ¥ us$")
_MONEY = wordset("$ € £ ¥ # § us$ no number section sec order title note heading resolution")
_MONEY |= wordset("u.s.c u.s.c. room flight route page part chapter law u.s usc article item")
_COUNTED = wordset(
    "percent % people tons tonnes products items jobs workers troops goods points dollars euros yuan "
    "pounds miles kilometers kilometres km meters feet companies cases deaths troops soldiers cars "
    "vehicles homes units barrels bushels acres participants adults respondents am pm"
)


_BEFORE_OVER = wordset("for of in after than just with last lasts lasted lasting take takes took")
_YEAR_LEADS = wordset("in since by until from before after circa")


def _year(
    text: str, year: int, start: int, before: str, after: str, lead: str, follows: str
) -> str:
    if before in _MONEY or after in _COUNTED or before == "/" or text[start - 1 : start] == "$":
        return "n"
    if 1900 <= year <= 2060:
        return "y"
    if year >= 1500 and follows not in "uU" and (lead in "M,ofSEeG" or before in _YEAR_LEADS):
        return "y"
    return "y" if before in _YEAR_LEADS and (follows in ";,)az¶" or after == ".") else "n"
