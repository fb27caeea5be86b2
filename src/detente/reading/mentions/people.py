"""People with their titles and offices in a text, by gazetteer and rule.

Titles come first (see `titles`), then full names, then unknown names that a title stands beside, then
surnames of people already named. "He" alone is a name only within a sentence, where no clause opens.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from datetime import date

from detente.reading.mentions import gazetteer
from detente.reading.mentions.gazetteer import Official
from detente.reading.mentions.kinds import BodyMention, PersonMention, PlaceMention
from detente.reading.mentions.titles import (
    HONORIFIC,
    HONORIFIC_BEFORE,
    PLAIN_CORES,
    Title,
    find_titles,
    office_words,
)

Span = tuple[int, int]

_PART = r"(?:(?:Mc|Mac|Le|De|Du|La|Di|[A-Z]')?[A-Z][a-z]+(?:-[A-Za-z][a-z]+|'(?!re\b|ll\b|ve\b)[A-Za-z][a-z]+)?)"
_UNKNOWN = re.compile(
    rf"{_PART}(?: (?:[A-Z]\. ?){{1,2}})?(?: (?:bin|al|de|da|van|von|der|la|del))?(?: {_PART}){{1,2}}(?![\w])"
)
_INTRODUCED = re.compile(
    rf"(?<![\w-])(?P<name>{_PART}(?: [A-Z]\.)?(?: (?:bin|al|de|da|van|von|der|la|del))?(?: {_PART}){{1,2}})"
    r"(?:, (?:the |an? |who (?:is|was|heads|leads|chairs) (?:the |an? )?|(?P<whose>(?:[A-Z][\w.]*'?s? ){1,3}))?"
    r"(?P<what>[^,.;:()\"]{3,110})(?=[,.])|(?= (?:said|says|told|wrote|argued|warned|added|noted)\b))"
)
_CALLING = re.compile(
    r"(?i)\b(?:minister|secretary|president|chief|head|director|official|economist|analyst|professor|"
    r"negotiator|ambassador|envoy|deputy|chair\w*|spokes\w+|executive|ceo|founder|fellow|strategist|expert|"
    r"lawmaker|senator|governor|member|representative|advis[eo]r|partner|farmer|owner|manager|researcher|"
    r"counsel|lawyer|leader|commissioner|premier|treasurer|diplomat|mayor|scholar|specialist|consultant)s?\b"
)
_STATE = re.compile(
    r"(?i)\b(?:minister|secretary|spokes\w+|negotiator|ambassador|envoy|lawmaker|senator|premier|treasurer|"
    r"diplomat|official|head of (?:mission|state|government)|president of [A-Z]|leader|mayor)\b"
)
"""What somebody may be who is introduced by name: "Wang Li, a trade negotiator in Beijing, said"."""
_TELLER = re.compile(
    rf"(?<![\w.-]){_PART}(?= (?:also |later |then |has )?"
    r"(?:said|says|told|wrote|added|noted|argued|warned|stated|replied|explained|stressed|emphasi[sz]ed|insisted|claimed)\b)"
)
"""A surname alone beside a verb of saying."""
_STOP = re.compile(r"[a-z][.?!][\"')]* |\n")
_ONE = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_INITIALS = re.compile(r"\b([A-Z][a-z]+) (?:[A-Z]\. ?){1,3}(?=[A-Z][a-z])")
_SUFFIX = re.compile(r",? (?:Jr\.|Sr\.|III|II)(?!\w)")
_APPOSED = re.compile(rf", {_PART}(?: {_PART}){{1,2}},")
_AFTER = re.compile(r", ?(?:(?:the|an?|his|her|its|who is|as)(?: the)? )?")
_PARTY = re.compile(r"(?:,| \()? ?[RDI]-[A-Z]")
_AND = re.compile(r" and (?:[A-Z]\w* )?$")
_MEMBER = re.compile(r"[Mm]ember of [^.;]{5,80} and $")
_GIVEN = re.compile(r"([A-Z][a-z]+(?:-[A-Za-z][a-z]+)?) $")
_HYPHENED = re.compile(r"\b[a-z]+-$")
_WITHIN = re.compile(r"\b(?!that\b|said\b|says\b)[a-z]+,? $")
_ROYAL = re.compile("King|Queen|(?:Crown )?Prince|Emperor")
_NOT_HIM = re.compile(
    r" (?:Organization|Tower|Turnberry|Media|International|National|Doral|Hotel|Jr|University|Street|"
    r"Foundation|County|Research)\b|'(?!s\b|\s|\W|$)"
)

_NOT_NAMES = frozenset(
    ["The", "This", "That", "These", "Those", "He", "She", "It", "They", "We", "You", "In", "On", "At", "By", "For", "From", "With", "Later", "Earlier", "Then", "When", "While", "Meanwhile", "However", "Although", "Since", "After", "Before", "Also", "Now", "Once", "Last", "And", "But", "Or", "As", "If", "To", "Of", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December", "President", "Secretary", "Minister", "Premier", "Order", "Proclamation", "Executive", "Section", "Act", "United", "States", "Department", "Ministry", "Council", "Commission", "Committee", "Office", "House", "Senate", "Court", "Trade", "Tariff", "Treasury", "Commerce", "State", "Foreign", "Affairs", "National", "General", "Joint", "Statement", "Bank", "University", "Congress", "Party", "New", "White", "Administration", "Agreement", "Security", "Economic", "Representative", "Agriculture", "Energy", "Defense", "Interior", "Labor", "Health", "Border", "Protection", "Management", "Budget", "Transportation", "Director", "Chairman", "Commissioner", "Ambassador", "Governor", "Says", "Said", "Will", "Has", "Today", "Meeting", "Summit", "Conference", "Homeland", "Services", "Education", "Veterans", "War", "Customs", "Policy", "Chief", "Staff", "Republic", "Kingdom", "Federal", "Reserve", "European", "Union", "Prime", "Vice", "Deputy", "Assistant", "Under", "Attorney", "Counsel", "Industry", "Investment", "Technology", "Mr", "Mrs", "Ms", "Dr", "Sir", "Madam", "Senator"]
)  # fmt: skip


class _People:
    """The people of one text, gathered in passes; later passes see whom earlier ones named."""

    def __init__(self, text: str, folded: str, day: date | None, titles: list[Title]) -> None:
        self.text, self.folded, self.day = text, folded, day
        self.titles = titles
        self.starts = [title.start for title in titles]
        self.by_end = {title.end: title for title in titles}
        self.used: set[int] = set()
        self.fixed: list[Span] = []
        self.found: list[PersonMention] = []
        self.taken: list[Span] = []
        self.named: dict[str, list[tuple[int, str, str, bool]]] = {}

    def free(self, start: int, end: int) -> bool:
        i = bisect_left(self.taken, (start, start))
        inside = i < len(self.taken) and self.taken[i][0] < end
        return not inside and not (i and self.taken[i - 1][1] > start)

    def inside(self, start: int, end: int) -> bool:
        """Whether a span lies within the name of a place or body: "Mar-a-Lago", "Ford Motor"."""
        i = bisect_right(self.fixed, (start, len(self.text))) - 1
        return i >= 0 and end <= self.fixed[i][1] and self.fixed[i] != (start, end)

    def before(self, start: int) -> Title | None:
        """The title that ends where a name starts, an honorific between them allowed."""
        for gap in (" ", ", "):
            title = self.by_end.get(start - len(gap))
            if title and self.folded[title.end : start] == gap:
                return self._joined(title)
        match = HONORIFIC_BEFORE.search(self.folded, max(0, start - 24), start)
        if match is None:
            return None
        return self.before(match.start()) or Title(
            match.start(), match.end() - 1, "", False, "", frozenset()
        )

    def _joined(self, title: Title) -> Title:
        """A title with the one that "and" joins to it: "Deputy Prime Minister and Act leader"."""
        joint = _AND.search(self.folded, max(0, title.start - 24), title.start)
        first = self.by_end.get(joint.start()) if joint else None
        if first is None:
            return title
        self.used.add(title.start)
        country = first.country or title.country
        words = first.words | title.words
        return Title(first.start, title.end, country, first.former, first.core, words)

    def after(self, end: int) -> Title | None:
        """The title set after a name: "Scott Bessent, Secretary of Treasury"."""
        match = _AFTER.match(self.folded, end)
        if match is None:
            return None
        i = bisect_left(self.starts, match.end())
        if i == len(self.starts):
            return None
        title = self.titles[i]
        if title.core[-1:] == "s" and title.core[:-1] in gazetteer.titles()["core"]:
            return None  # others: "..., as the leaders"
        gap = self.folded[match.end() : title.start] if title.start - end < 110 else "."
        if self.folded.startswith("'s ", title.end) and i + 1 < len(self.titles):
            own = self.titles[i + 1]  # "the chief adviser's press secretary"
            title = Title(title.start, own.end, title.country, own.former, own.core, own.words)
        return title if not gap or _MEMBER.fullmatch(gap) else None

    def add(
        self, start: int, end: int, name: str, country: str, title: Title | None, known: bool
    ) -> None:
        official = gazetteer.officials().get(name) if known else None
        term = official.term_on(self.day) if official else None
        if title:
            self.used.add(title.start)
        role = (title.start, title.end) if title and title.core else None
        if royal := _ROYAL.match(name):
            role = (start, start + royal.end()) if self.folded.startswith(royal[0], start) else role
        side = term.side if term else official.side if official else country
        self.found.append(
            PersonMention(
                start=start,
                end=end,
                quote=self.text[start:end],
                id=name,
                name=name,
                country=side,
                role=self.text[role[0] : role[1]] if role else "",
                role_span=role,
                office=term.office if term else "",
                former=bool(title and title.former),
                known=known,
            )
        )
        insort(self.taken, (start, end))
        surname = official.surname if official else gazetteer.surname_of(name, country)
        surname = self.short(name, surname)
        insort(self.named.setdefault(surname, []), (start, name, side, known))

    def short(self, name: str, surname: str) -> str:
        """By what part of a name the text goes on: the surname, else the given name."""
        given = name.split(maxsplit=1)[0]
        if self.folded.count(surname) == self.folded.count(name) and re.search(
            rf"(?<![\w-]){re.escape(given)}(?='s | [a-z]|[.,])", self.folded
        ):
            return given
        return surname


def find_people(
    text: str,
    folded: str,
    day: date | None,
    places: list[PlaceMention],
    bodies: list[BodyMention],
) -> list[PersonMention]:
    """People with the titles beside them, and offices that stand alone."""
    people = _People(text, folded, day, find_titles(folded, places, bodies))
    others = {span.start for span in (*places, *bodies)}
    people.fixed = sorted((span.start, span.end) for span in (*places, *bodies))
    _full(people)
    _introduced(people, others, places)
    _after_titles(people, others)
    _tellers(people, others)
    _surnames(people)
    return people.found + [
        office
        for title in people.titles
        if title.start not in people.used and (office := _office(people, title))
    ]


def _full(people: _People) -> None:
    """Full names of the gazetteer, middle initials allowed."""
    folded, names = people.folded, gazetteer.full_names()
    spans = [(start, end, official) for start, end, official in names.find(folded)]
    for match in _INITIALS.finditer(folded):
        given, rest = match[1], match.end()
        short = f"{given} {folded[rest : rest + 40]}"
        if hit := names.at(short, given, 0):
            spans.append((match.start(), rest + hit[0] - len(given) - 1, hit[1]))
    for start, end, official in spans:
        suffix = _SUFFIX.match(folded, end)
        stop = suffix.end() if suffix and not official.name.endswith("III") else end
        if people.free(start, stop):
            title = people.before(start) or people.after(stop)
            people.add(start, stop, official.name, official.side, title, known=True)


def _introduced(people: _People, others: set[int], places: list[PlaceMention]) -> None:
    """Unknown names with what somebody is after them, or that only share an official's surname."""
    folded = people.folded
    sides = [place.start for place in places]
    for match in _INTRODUCED.finditer(folded):
        start, end = match.span("name")
        words = match["name"].split()
        if not people.free(start, end) or not _is_name(match["name"], start, others):
            continue
        if people.before(start) or people.inside(start, end):
            continue
        title = people.after(end)
        if title is not None and not (title.country or len(title.words) > 1):
            title = None
        if title is not None:
            if not _UNKNOWN.match(folded, title.end + 1):  # else it is that one's title
                people.add(start, end, match["name"], title.country, title, known=False)
        elif match["what"] is None:
            if not (gazetteer.is_surname(words[-1]) or gazetteer.is_surname(words[0])):
                continue
            people.add(start, end, match["name"], "", None, known=False)
        elif _CALLING.search(match["what"]):
            first = match.start("whose") if match["whose"] else match.start("what")
            stop = match.end("what")
            i = bisect_left(sides, first)
            place = places[i] if i < len(places) and places[i].start < stop else None
            national = place is not None and place.sort in ("country", "people")
            country = place.country if place and national and _STATE.search(match["what"]) else ""
            title = Title(first, stop, country, False, match["what"], frozenset())
            people.add(start, end, match["name"], country, title, known=False)


def _after_titles(people: _People, others: set[int]) -> None:
    """Names that only the title before them gives away, and surnames beside a title."""
    folded = people.folded
    heads = [(title, title.end + 1) for title in people.titles]
    heads += [(t, t.end + 2) for t in people.titles if _APPOSED.match(folded, t.end)]
    for match in HONORIFIC.finditer(folded):
        if title := people.before(match.end()):
            heads.append((title, match.end()))
    for title, start in heads:
        if folded[start - 1 : start] != " " or HONORIFIC.match(folded, start):
            continue
        one = _ONE.match(folded, start)
        if one is None or not people.free(start, one.end()):
            continue
        known = _surname_at(people, start)
        unknown = _UNKNOWN.match(folded, start)
        if unknown and not _is_name(unknown[0], start, others):
            unknown = None
        if known and (unknown is None or (known[2] and _held(known[1], title))):
            end, surname, _ = known
            if choice := _choose(people, surname, start, title):
                people.add(start, end, choice[0], choice[1], title, choice[2])
        elif unknown and title.core:
            end = unknown.end()
            if unknown[0].endswith("'s"):
                end -= 2
            country = title.country or ("US" if _PARTY.match(folded, end) else "")
            people.add(start, end, folded[start:end], country, title, known=False)


def _tellers(people: _People, others: set[int]) -> None:
    """Full names that only the words of speech beside the surname give away, further on."""
    folded = people.folded
    for surname in sorted({match[0] for match in _TELLER.finditer(folded)} - _NOT_NAMES):
        if surname in people.named or gazetteer.is_surname(surname):
            continue
        initial = r"(?:[A-Z][a-z]?\. ?)?"
        given = rf"(?<![\w-]){initial}(?P<given>{_PART}) {initial}{re.escape(surname)}(?![\w-])"
        for match in re.finditer(given, folded):
            start, end = match.span()
            if not people.free(start, end) or people.inside(start, end):
                continue
            if _is_name(match["given"], start, others):
                people.add(start, end, match[0], "", people.before(start), known=False)
                break


def _held(surname: str, title: Title) -> bool:
    """Whether an official of that surname ever held such an office: "CEO Ryan LeGrand" is no Ryan."""
    return not title.core or any(
        office_words(term.office) & title.words
        for official in gazetteer.surnames_of(surname)
        for term in official.terms
    )


def _is_name(words: str, start: int, others: set[int]) -> bool:
    return start not in others and _NOT_NAMES.isdisjoint(words.replace(".", "").split())


def _surname_at(people: _People, start: int) -> tuple[int, str, bool] | None:
    """The end, the surname and whether it is distinctive, of a surname that starts at a place."""
    one = _ONE.match(people.folded, start)
    if one is None:
        return None
    if hit := gazetteer.surnames().at(people.folded, one[0].split("-")[0], start):
        return hit[0], hit[1].surname, hit[1].distinctive
    if one[0] in people.named:
        return one.end(), one[0], False
    return None


def _surnames(people: _People) -> None:
    """Surnames alone, of people named in this text or known by them everywhere."""
    folded = people.folded
    hits = [
        (start, end, hit.surname, hit.distinctive)
        for start, end, hit in gazetteer.surnames().find(folded)
    ]
    strangers = [s for s in people.named if not gazetteer.is_surname(s)]
    if strangers:
        pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, strangers))})(?![\w-])")
        hits += [(*match.span(), match[0], False) for match in pattern.finditer(folded)]
    for start, end, surname, distinctive in hits:
        if not people.free(start, end) or people.inside(start, end):
            continue
        if surname == "He" and not _WITHIN.search(folded, max(0, start - 24), start):
            continue
        if _NOT_HIM.match(folded, end) or _HYPHENED.search(folded, max(0, start - 12), start):
            continue
        if not distinctive and surname not in people.named:
            continue
        given = _GIVEN.search(folded, max(0, start - 24), start)
        title = people.before(start)
        if (
            given
            and not title
            and all(one[1].split()[0] != given[1] for one in people.named.get(surname, ()))
            and given[1] not in _NOT_NAMES
            and folded[given.start() - 2 : given.start()].strip(' "(') not in (".", ":", "")
        ):
            continue
        if choice := _choose(people, surname, start, title):
            people.add(start, end, choice[0], choice[1], title, choice[2])


def _choose(
    people: _People, surname: str, start: int, title: Title | None
) -> tuple[str, str, bool] | None:
    """Whose surname it is: the last so named before, else the one in office on the day."""
    named = people.named.get(surname, ())
    candidates = gazetteer.surnames_of(surname)
    if title and title.country and len(candidates) > 1:
        candidates = tuple(o for o in candidates if o.side == title.country) or candidates
    if named:
        i = bisect_left(named, start, key=lambda mention: mention[0])
        last = named[max(0, i - 1)]
        others = [mention for mention in named[:i] if mention[1] != last[1]]
        if others and title and title.core:
            last = max(
                [*others, last], key=lambda one: (len(_offices(one[1]) & title.words), one[0])
            )
        elif others and not _apart(people, others[-1][0], last[0]):
            return None  # two of that name in one sentence: whose it is cannot be told
        return last[1:]
    if not candidates:
        return None

    def fit(official: Official) -> tuple[bool, int]:
        term = official.term_on(people.day)
        office = office_words(term.office) if term else frozenset()
        return term is not None, len(office & title.words) if title else 0

    best = max(candidates, key=fit)
    if len(candidates) > 1 and title and not fit(best)[0] and people.day:
        return None
    return best.name, best.side, True


def _offices(name: str) -> frozenset[str]:
    """The words of all offices that an official ever held."""
    official = gazetteer.officials().get(name)
    terms = official.terms if official else ()
    return frozenset().union(*(office_words(term.office) for term in terms))


def _apart(people: _People, first: int, last: int) -> bool:
    """Whether a sentence ends between two places."""
    return _STOP.search(people.folded, first, last) is not None


_ARTICLE = re.compile(r"\b(?:the|an?|its|his|her|their) $", re.IGNORECASE)


def _office(people: _People, title: Title) -> PersonMention | None:
    """A title that stands alone, with its holder on the day as `id` where only one fits."""
    if title.core.endswith("s") or title.core == "USTR":
        return None
    if not people.free(title.start, title.end) or people.inside(title.start, title.end):
        return None
    bare = not title.country and len(title.words) < 2
    article = _ARTICLE.search(people.folded, max(0, title.start - 6), title.start)
    plain = not title.country and title.core.lower() in PLAIN_CORES
    lower = people.folded[title.start].islower()
    if (plain and lower) or (bare and (plain or lower or not article)):
        return None
    holder = ""
    if people.day and not bare and not title.former:
        side = title.country or "US"
        fits = [
            official.name
            for official in gazetteer.officials().values()
            if (term := official.term_on(people.day))
            and term.side == side
            and office_words(term.office) == title.words
        ]
        holder = fits[0] if len(fits) == 1 else ""
    words = people.text[title.start : title.end]
    return PersonMention(
        start=title.start,
        end=title.end,
        quote=words,
        id=holder,
        name="",
        country=title.country,
        role=words,
        role_span=(title.start, title.end),
        former=title.former,
        known=bool(holder),
    )
