"""Paragraphs, sentences, quoted speech, list items and sections of a text, as spans.

A span is (start, end) in code points of the text, end exclusive. Nothing here changes the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

Span = tuple[int, int]

LONG_QUOTE = 600
"""A quotation of up to this many characters is kept within one sentence."""


class Section(msgspec.Struct, frozen=True):
    """A heading or a legal subdivision with all that stands below it.

    `heading` is the span of the words that head it, `label` how it is cited ("Sec. 2", "(a)",
    "Annex I"), `path` the whole citation ("Sec. 2(a)(i)").
    """

    start: int
    end: int
    heading: Span
    level: int
    label: str
    title: str
    path: str


# ---------------------------------------------------------------- paragraphs

_BULLET = re.compile(r"[ \t]*(?:[-*•▪◦‣·●○–][ \t]+)")
_NUMBER = re.compile(r"[ \t]*(?:\(?[0-9a-zA-Z]{1,4}[.)]|\([ivxlcIVXLC]{1,6}\))[ \t]+")
_FEWEST_WRAPPED = 3


def paragraphs(text: str) -> tuple[Span, ...]:
    """Spans of paragraphs without the blanks around them.

    A line break ends a paragraph unless the text is wrapped: the break then stands where the next
    word would have run past the width of the lines.
    """
    lines: list[Span] = []
    at = 0
    for line in text.split("\n"):
        lines.append((at, at + len(line)))
        at += len(line) + 1
    width = _wrap_width([text[a:b] for a, b in lines])
    out: list[Span] = []
    start = end = -1
    for a, b in lines:
        line = text[a:b]
        if not line.strip():
            start = _close(text, out, start, end)
            continue
        if start >= 0 and not _soft(text, text[end - _len_last(text, end) : end], line, width):
            start = _close(text, out, start, end)
        if start < 0:
            start = a
        end = b
    _close(text, out, start, end)
    return tuple(out)


def _close(text: str, out: list[Span], start: int, end: int) -> int:
    if start >= 0:
        out.append(trim(text, start, end))
    return -1


def _len_last(text: str, end: int) -> int:
    return end - (text.rfind("\n", 0, end) + 1)


def trim(text: str, start: int, end: int) -> Span:
    """The span without blanks at either end."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _wrap_width(lines: list[str]) -> int:
    """The width at which a text was wrapped by hand or machine, in characters; 0 if it was not."""
    sizes = sorted(len(line.rstrip()) for line in lines if line.strip())
    if not sizes:
        return 0
    width = sizes[int((len(sizes) - 1) * 0.97)]
    if not 50 <= width <= 120:
        return 0
    full = sum(
        1
        for one, two in pairwise(lines)
        if len(one) <= width < len(one.rstrip()) + 1 + len(_first_word(two)) and two.strip()
    )
    return width if full >= _FEWEST_WRAPPED else 0


def _first_word(line: str) -> str:
    return next(iter(line.split(maxsplit=1)), "")


def _soft(text: str, one: str, two: str, width: int) -> bool:
    if not width or _BULLET.match(two) or _NUMBER.match(two):
        return False
    return len(one.rstrip()) + 1 + len(_first_word(two)) > width - 4


def items(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Those of the paragraphs that are list items, without their bullets."""
    out = []
    for start, end in spans:
        if found := _BULLET.match(text, start, end):
            out.append((found.end(), end))
    return tuple(out)


# ---------------------------------------------------------------- sentences

_END = re.compile(
    r"""(?<![.!?…])[.!?…]++["”’')\]»]{0,4}+(?:\[\d{1,3}\]){0,3}+(?=\s|\Z)|[。！？]++[”’」』）]{0,3}+"""
)
_MARKS = ".!?…。！？"
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘—–/]*\Z")
_WORD_AFTER = re.compile(r"[\"“‘(\[]*([\w’'.-]*)")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_ENUMERATOR = re.compile(r"(?:[0-9]{1,3}|[A-Za-z]|[ivxlcIVXLC]{1,6})")
_UNIT = re.compile(
    r"(?:section|sec|article|art|chapter|part|annex|title|§)\.?\s*[0-9IVXLC]{1,6}[A-Za-z]?", re.I
)
_SAYS = re.compile(
    r"(?:[A-Z][\w.’'-]*\s+){1,4}(?:said|says|asked|asks|told|added|adds|wrote|writes|replied|"
    r"tweeted|posted|declared|insisted|noted|warned)\b"
)


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEVER_LAST = _words(
    "mr mrs ms mx dr prof sen sens rep reps gov govs gen lt col capt cmdr adm maj sgt cpl pvt rev"
    " hon amb messrs mme msgr pres supt sec secs st ste vs v e.g i.e cf viz ph d.j"
)
_BEFORE_FIGURE = _words(
    "no nos reg art arts fig figs vol vols p pp para paras pt pts ch chs cl ex exh div app op"
    " jan feb mar apr jun jul aug sept sep oct nov dec stat c ca approx est eq subch subsec"
)
_SELDOM_LAST = _words(
    "inc corp co cos ltd jr sr etc al seq bros dept univ assn natl intl ave blvd bldg rd ft mt"
    " calif fla ariz ala ark colo conn del ga ill ind kan ky la mass md mich minn miss mo mont neb"
    " nev okla ore pa tenn tex va vt wash wis wyo sask alta ont que llc l.p plc s.a n.v"
)
_BEFORE_NAME = {"fed": "Reg", "pub": "L", "cong": "Rec", "supp": "I", "reg": "No"}
_OPENERS = _words(
    "The A An In On At He She It They We I You This That These Those But And Or So As If When While"
    " After Before Since For From With Without By To Of Its His Her Their Our My Both Each Some"
    " Such Upon During Despite However Meanwhile Also Then There Here What Who Why How Where Which"
    " According Although Though Because Until Earlier Later Instead Nor Yet Once Among Many"
    " Several Not Now Additionally Moreover Furthermore Therefore Accordingly Today"
)
_AFTER_CLOCK = _words(
    "Eastern Central Mountain Pacific Daylight Standard EST EDT ET CST CDT CT MST MDT PST PDT PT"
    " GMT UTC BST CET CEST JST KST HKT IST Beijing London Tokyo Monday Tuesday Wednesday Thursday"
    " Friday Saturday Sunday West East January February March April May June July August September October"
    " November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
)


def sentences(text: str, spans: Iterable[Span], quotes: Sequence[Span]) -> tuple[Span, ...]:
    """Spans of sentences. None runs past its paragraph; a quotation is not cut (`LONG_QUOTE`)."""
    opened = [start for start, _ in quotes]
    out: list[Span] = []
    for start, end in spans:
        if found := _BULLET.match(text, start, end):
            start = found.end()  # noqa: PLW2901
        first = start
        for found in _END.finditer(text, start, end):
            if found.end() < end and _ends(text, start, end, found, quotes, opened):
                out.append(trim(text, first, found.end()))
                first = found.end()
        last = trim(text, first, end)
        if last[0] < last[1]:
            out.append(last)
    return tuple(out)


def _ends(
    text: str,
    start: int,
    end: int,
    found: re.Match[str],
    quotes: Sequence[Span],
    opened: Sequence[int],
) -> bool:
    mark = found.start()
    at = bisect_right(opened, mark) - 1
    if at >= 0:
        left, right = quotes[at]
        if found.end() <= right and right - left <= LONG_QUOTE:
            return False
    if text[mark] in "。！？":
        return True
    after = found.end()
    while after < end and text[after].isspace():
        after += 1
    if after >= end:
        return True
    char = text[after]
    if char.islower() or not (char.isalnum() or char in "\"“‘'([$€£¥•-–—*#§«"):
        return False
    following = _WORD_AFTER.match(text, after, end)
    word = following.group(1) if following else ""
    run = text[mark : found.end()].rstrip("\"”’')]»0123456789[")
    if run != ".":
        quoted = found.end() > mark + len(run)
        return not (quoted and _SAYS.match(text, after, min(end, after + 80)))
    before = _WORD_BEFORE.search(text, max(start, mark - 40), mark)
    return _full_stop(text, start, before.start() if before else mark, mark, word)


def _full_stop(text: str, start: int, first: int, mark: int, word: str) -> bool:
    """Whether the single full stop at `mark`, after a word from `first`, ends the sentence."""
    token = text[first:mark]
    low = token.lower()
    bare = word.rstrip(".,;:’'")
    opener = bare in _OPENERS
    if low in _NEVER_LAST:
        return False
    if low in _BEFORE_FIGURE and (
        any(char.isdigit() for char in word) or re.fullmatch(r"[IVXLC]{1,6}", bare)
    ):
        return False
    if low in _BEFORE_NAME and bare.startswith(_BEFORE_NAME[low]):
        return False
    if first == start and _ENUMERATOR.fullmatch(token):
        return False
    if mark - start <= 24 and _UNIT.fullmatch(text, start, mark):
        return False
    if low in ("a.m", "p.m"):
        return bare not in _AFTER_CLOCK and not word[:1].isdigit()
    if low in _SELDOM_LAST or _DOTTED.fullmatch(token) or (len(token) == 1 and token.isupper()):
        return opener
    return True


# ---------------------------------------------------------------- quotations

_QUOTE = re.compile('["“”«»]')
_PAIR = {"“": "”", "«": "»", '"': '"'}


def quotes(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of the words within double quotation marks, without the marks.

    A quotation over several paragraphs, each opened by a mark and only the last closed, is one.
    """
    out: list[Span] = []
    mark, inner, lead, last = "", 0, False, 0
    for start, end in spans:
        at = start
        if found := _BULLET.match(text, start, end):
            at = found.end()
        begins = at
        if mark:
            if text[at] == mark:
                at += 1
            else:  # never closed: a whole paragraph, or a stray mark
                if lead:
                    out.append(trim(text, inner, last))
                mark = ""
        for found in _QUOTE.finditer(text, at, end):
            here, char = found.start(), found.group()
            if not mark:
                if char in "”»" or (char == '"' and not _may_open(text, here)):
                    continue
                mark, inner, lead = char, here + 1, here == begins
            elif char == _PAIR[mark]:
                if char == '"' and _must_open(text, here):
                    inner, lead = here + 1, False
                    continue
                if inner < here:
                    out.append((inner, here))
                mark = ""
        last = end
    if mark and lead:
        out.append(trim(text, inner, last))
    return tuple(out)


def _may_open(text: str, at: int) -> bool:
    return at == 0 or not (text[at - 1].isalnum() or text[at - 1] in ".,!?;%)")


def _must_open(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at + 1 : at + 2]
    return before in " (\n" and after.isalnum()


# ---------------------------------------------------------------- sections

_CONTAINER = re.compile(
    r"(annex|appendix|attachment|chapter|part|title|schedule|exhibit|subpart)\s+"
    r"([IVXLC]{1,7}(?:-[A-Z0-9]{1,3})?|[0-9]{1,3}[A-Z]?|[A-Z])\b[.:]?",
    re.I,
)
_LEGAL = re.compile(
    r"(Section|Sec\.?|SECTION|SEC\.?|Article|ARTICLE|§)\s{0,3}([0-9]{1,4}[A-Z]?)\s?[.:]\s*"
)
_LEVELS = re.compile(r"\(([a-zA-Z]{1,5}|[0-9]{1,3})\)\s*")
_POINT = re.compile(r"([0-9]{1,3}|[A-Z]|[IVX]{1,5})[.)]\s+(?=\S)")
_TITLE_END = re.compile(r"[.:](?=\s|\Z)")
_RUN_IN = re.compile(r"[^a-z\n:]{8,160}:(?=\s)")
_RESET = re.compile(r"NOW,? THEREFORE")
_LONGEST_HEADING = 160
_DEEPEST = 6
_SHORTEST_BODY = 40


_Mark = tuple[int, Span, int, str, str, str]
"""Start, heading, level, label, title and path of a section whose end is not yet known."""


def sections(
    text: str, spans: Sequence[Span], headings: dict[int, int] | None = None
) -> tuple[Section, ...]:
    """Sections by rising start. `headings` gives the level of paragraphs known to be headings."""
    marks: list[_Mark] = []
    # capitals with no text below them are a signature, not a heading
    walk = _Walk(max((start for start, end in spans if end - start > _SHORTEST_BODY), default=-1))
    for start, end in spans:
        marks.extend(walk.step(text, start, end, (headings or {}).get(start, 0)))
    out: list[Section] = []
    ends = [len(text)] * len(marks)
    open_at: list[int] = []
    for index, (start, _, level, *_rest) in enumerate(marks):
        while open_at and marks[open_at[-1]][2] >= level:
            ends[open_at.pop()] = start
        open_at.append(index)
    for (start, heading, level, label, title, path), end in zip(marks, ends, strict=True):
        out.append(Section(*trim(text, start, end), heading, level, label, title, path))
    return tuple(out)


class _Walk:
    """Follows headings and enumerators down a text. Levels: 1-6 headings, 7 sections, 8 on below."""

    def __init__(self, last_body: int) -> None:
        self.last_body = last_body
        self.head: tuple[int, str] = (0, "")
        self.section = ""
        self.stack: list[tuple[str, int, str]] = []  # style, value, label

    def step(self, text: str, start: int, end: int, level: int) -> list[_Mark]:
        if end - start <= _LONGEST_HEADING:
            whole = text[start:end]
            container = _CONTAINER.match(whole)
            rest = whole[container.end() :].strip(" .:-–—") if container else ""
            if container and (not rest or rest[0].isupper()) and not rest.endswith("."):
                label = f"{container[1].capitalize()} {container[2]}"
                self.section, self.stack, self.head = "", [], (1, label)
                return [(start, (start, end), 1, label, rest or label, label)]
            if level or (start < self.last_body and _all_caps(whole)):
                self.section, self.stack = "", []
                self.head = (0, "") if level <= self.head[0] or not level else self.head
                return [(start, (start, end), level or 2, "", whole, whole)]
        if _RESET.match(text, start, end):
            self.stack = []
        if found := _LEGAL.match(text, start, end):
            return self._legal(text, start, end, found)
        if found := _RUN_IN.match(text, start, end):
            words = found.group()[:-1]
            if _all_caps(words):
                self.stack = []
                return [(start, (start, found.end() - 1), 2, "", words, words)]
        out, at = self._levels(text, start, end, start)
        if not out and (point := _POINT.match(text, start, end)):
            self._place(point[1], f"{point[1]}.", "point")
            out.append(self._mark(start, (start, at)))
        return out

    def _legal(self, text: str, start: int, end: int, found: re.Match[str]) -> list[_Mark]:
        article = found[1].lower() == "article"
        self.section = f"{'Art.' if article else 'Sec.'} {found[2]}"
        self.stack = []
        after = found.end()
        stop = _TITLE_END.search(text, after, min(end, after + _LONGEST_HEADING))
        title, heading_end = "", found.end()
        if stop and after < end and text[after] != "(":
            title, heading_end = text[after : stop.start()], stop.end()
        elif not stop and end - after <= _LONGEST_HEADING:
            title, heading_end = text[after:end], end
        path = f"{self.head[1]}, {self.section}" if self.head[1] else self.section
        heading = trim(text, start, heading_end)
        out = [(start, heading, 7, self.section, title.strip(), path)]
        while heading_end < end and text[heading_end].isspace():
            heading_end += 1
        out.extend(self._levels(text, start, end, heading_end)[0])
        return out

    def _levels(self, text: str, start: int, end: int, at: int) -> tuple[list[_Mark], int]:
        out: list[_Mark] = []
        while len(out) < _DEEPEST and (found := _LEVELS.match(text, at, end)):
            if len(found[1]) > 1 and not found[1].isdigit() and not _roman(found[1].lower()):
                break
            self._place(found[1], f"({found[1]})", "level")
            out.append(self._mark(at, (at, at + len(found[1]) + 2)))
            at = found.end()
        return out, at

    def _mark(self, start: int, heading: Span) -> _Mark:
        labels = "".join(label for _, _, label in self.stack)
        base = f"{self.head[1]}, {self.section}" if self.head[1] and self.section else ""
        above = base or self.section or self.head[1]
        path = above + (", " if above and not labels.startswith("(") else "") + labels
        return (start, heading, 7 + len(self.stack), self.stack[-1][2], "", path)

    def _place(self, token: str, label: str, form: str) -> None:
        """Put an enumerator on the stack: the next in a series that is open, or a deeper series."""
        readings = _readings(token, form)
        for depth in range(len(self.stack) - 1, -1, -1):
            style, value, _ = self.stack[depth]
            if (style, value + 1) in readings:
                self.stack[depth:] = [(style, value + 1, label)]
                return
        first = next((r for r in readings if r[1] == 1), None)
        if not first:
            for depth, (style, _, _) in enumerate(self.stack):
                same = next((r for r in readings if r[0] == style), None)
                if same:
                    self.stack[depth:] = [(*same, label)]
                    return
        del self.stack[_DEEPEST:]
        self.stack.append((*(first or readings[0]), label))


def _readings(token: str, form: str) -> list[tuple[str, int]]:
    if token.isdigit():
        return [(f"{form} 1", int(token))]
    case = "A" if token[0].isupper() else "a"
    low = token.lower()
    out = []
    if value := _roman(low):
        out.append((f"{form} {'I' if case == 'A' else 'i'}", value))
    if len(token) == 1:
        out.append((f"{form} {case}", ord(low) - 96))
    if len(out) == 2 and low != "i":  # a lone c, d, l, m, v or x is rather a letter
        out.reverse()
    return out or [(f"{form} {case}", 1)]


def _roman(token: str) -> int:
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    if not token or any(char not in values for char in token):
        return 0
    total = 0
    for one, two in pairwise([*token, ""]):
        total += -values[one] if two and values[two] > values[one] else values[one]
    return total


def _all_caps(line: str) -> bool:
    """Whether a line is set in capitals throughout, as headings are."""
    letters = [char for char in line if char.isalpha()]
    return len(letters) >= 6 and " " in line.strip() and all(c.isupper() for c in letters)
