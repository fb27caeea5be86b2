"""What the background of an order or proclamation recalls: earlier acts, each with its instrument.

"In Executive Order 14257 of April 2, 2025, I imposed ..." is a measure of that order; "as extended by
Executive Order 14258" an extension. What a text itself orders is read by `operative`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.nouns import Said
from detente.reading.acts import terms as act_terms
from detente.reading.acts.clauses import Clauses, is_prose
from detente.reading.acts.draft import Draft, compute_end, joined
from detente.reading.acts.measures import Measures
from detente.reading.acts.verbs import Verb
from detente.reading.frames import Frame, Passage, Reading, said
from detente.reading.mentions.kinds import InstrumentMention

_OPERATIVE = re.compile(
    r"^\W*(?:Sec(?:tion|\.)\s*(?:2\b|1\.\s+(?!Background|Purpose|Findings?|Policy|Introduction|Determination|Recitals?))"
    r"|(?i:now,?\s+therefore))",
    re.MULTILINE,
)
_SOURCE = re.compile(
    r"\b(?:in|through|by|via|with|under|pursuant\s+to|issued|signed)\s+(?:the\s+)?$", re.IGNORECASE
)
_AND = re.compile(
    r"\s*(?:\([^()]*\))?(?:\s*,?\s*as\s+amended)?\s*(?:,|;)?\s*(?:and\s+|as\s+amended\s+by\s+)?(?:the\s+)?"
)
_I = re.compile(
    r"\bI\s+(?:(?:also|further|therefore|subsequently|then|accordingly|thus|initially)\s+)?(?P<verb>[a-z]+)"
)
_OWN = re.compile(r"\bI\s+(?:have|hereby|am|now|do)\b|\bis\s+(?:hereby|necessary)\b")
_PAST = re.compile(r"[a-z]+ed|found|took|made|set")
_SET_BY = re.compile(
    r"\b(?P<what>(?:enforcement\s+|tariff\s+)?(?:delay|suspension|pause|moratorium))\s+(?:specified|effectuated|established|"
    r"set\s+(?:forth|out)|provided(?:\s+for)?|ordered|directed|imposed|described)\s+(?:in|by|under)\s+(?:(?:sub)?section\s+\S+\s+of\s+)?$",
    re.IGNORECASE,
)
_EXTENDED = re.compile(r"\bextended\s+by\s+$", re.IGNORECASE)
_SORTS = ("order", "proclamation", "memorandum")


def find(clauses: Clauses, measures: Measures) -> list[Frame]:
    """The acts that a legal text recalls in its background."""
    reader = _Recitals(clauses, measures)
    stop = _OPERATIVE.search(clauses.text, 200)
    end = stop.start() if stop else 0
    for passage in clauses.reading.passages:
        if not is_prose(passage):
            continue
        if passage.start < end:
            reader.read(passage)
        reader.links(passage)
    return [draft.frame() for draft in joined([*reader.drafts, *reader.terms.drafts])]


class _Recitals:
    def __init__(self, clauses: Clauses, measures: Measures) -> None:
        self.clauses, self.measures = clauses, measures
        self.reading: Reading = clauses.reading
        self.text = clauses.text
        self.terms = act_terms.Terms(clauses)
        self.drafts: list[Draft] = []
        self.source: tuple[InstrumentMention, ...] = ()
        self.paragraph = -1

    def read(self, passage: Passage) -> None:
        """Take note of what one sentence of the background recalls."""
        self._sources(passage)
        home = self.reading.home
        done: list[tuple[int, int]] = []
        for verb in self.clauses.verbs(passage):
            if verb.act in ("other", "say", "keep") or passage.is_quoted(verb.start):
                continue
            foreign = self._is_foreign(passage, verb, home)
            mine = self.source and self._is_recalled(passage, verb)
            if verb.act == "suspend" and mine:
                self._pause(passage, verb)
            elif verb.act in ("impose", "raise", "lower", "end", "exempt", "retaliate") and (
                mine or foreign
            ):
                for draft in self.measures.of_verb(passage, verb, done):
                    self._measure(draft, () if foreign else self.source, verb)
            elif verb.act == "extend" and _OWN.search(self.text, passage.start, verb.start):
                self._own_extension(passage)
        self.terms.deadlines.expiries(passage, self.drafts)
        act_terms.set_end(self.drafts, self.terms.drafts, passage)

    def _sources(self, passage: Passage) -> None:
        """The instruments of which a sentence speaks: named at its head, or by the one before."""
        paragraph = self.text.rfind("\n", 0, passage.start)
        if paragraph != self.paragraph:
            self.source, self.paragraph = (), paragraph
        found: list[InstrumentMention] = []
        first = _I.search(self.text, passage.start, passage.end)
        for one in passage.mentions.instruments:
            if (
                one.itself
                or not one.id
                or one.sort not in _SORTS
                or (first and one.start > first.start())
            ):
                continue
            lead = self.text[max(passage.start, one.start - 30) : one.start]
            if (found and _AND.fullmatch(self.text[found[-1].end : one.start])) or (
                _SOURCE.search(lead)
                and not found
                and re.search(r"\b(?:in|through|issued|signed)\s+(?:the\s+)?$", lead, re.IGNORECASE)
            ):
                found.append(one)
        if found:
            self.source = tuple(found)

    def _is_recalled(self, passage: Passage, verb: Verb) -> bool:
        """Whether the President says that he did so then."""
        subjects = list(_I.finditer(self.text, passage.start, verb.end))
        if not subjects:
            return False
        last = subjects[-1]
        if not _PAST.fullmatch(last["verb"]) or verb.start - last.start() > 260:
            return False
        if verb.form in ("past",):
            joined = re.search(r"\band\s+(?:\w+ly\s+)?$", self.text[last.end() : verb.start])
            return last.end() >= verb.start or joined is not None
        if verb.form not in ("to", "ing"):
            return False
        return (
            re.match(r"order|direct|determin|decid|modif|act|amend|took|proclaim", last["verb"])
            is not None
        )

    def _is_foreign(self, passage: Passage, verb: Verb, home: str) -> bool:
        chain = self.clauses.chain(passage, verb)
        if not any(v.act == "announce" and v.form == "past" for v in chain) and verb.form != "past":
            return False
        teller = self.clauses.subject(passage, chain[-1] if chain else verb)
        return bool(teller) and not any(home in n.countries or n.joint for n in teller)

    def _measure(self, draft: Draft, sources: Sequence[InstrumentMention], verb: Verb) -> None:
        reading = self.reading
        if draft.value("status") in ("announced", "ordered", "in_force") and sources:
            status = (
                "in_force" if verb.form == "past" and verb.word.startswith("impos") else "ordered"
            )
            draft.fields["status"] = said(status, "stated", reading.quote(verb.start, verb.end))
        if not sources:
            self._add(draft)
            return
        for one in sources:
            fields = {k: v for k, v in draft.fields.items() if k not in ("announced", "signed")}
            copy = Draft(draft.kind, "recital", fields, draft.number, list(draft.evidence))
            self._by(copy, one)
            self._add(copy)

    def _by(self, draft: Draft, one: InstrumentMention) -> None:
        quote = self.reading.quote(one.start, one.end)
        draft.fields["instrument"] = said(one.quote, "stated", quote)
        if one.day:
            draft.fields["announced"] = said(one.day.isoformat(), "stated", quote)
        if all(quote.start < q.start or quote.end > q.end for q in draft.evidence):
            draft.evidence.insert(0, quote)

    def _pause(self, passage: Passage, verb: Verb) -> None:
        terms = act_terms.Terms(self.clauses)
        terms.pauses.pause(passage, verb, (verb.start, self.clauses.object_end(passage, verb.end)))
        for draft in terms.drafts:
            one = self.source[0]
            draft.rule = "recital"
            self._by(draft, one)
            draft.fields["status"] = said(
                "made", "stated", self.reading.quote(verb.start, verb.end)
            )
            if "start" not in draft.fields and one.day:
                draft.fields["start"] = draft.fields["announced"]
                draft.fields["precision"] = said("day", "stated", *draft.fields["start"].quotes)
            compute_end(draft)
            self._add(draft)

    def _own_extension(self, passage: Passage) -> None:
        terms = act_terms.Terms(self.clauses)
        terms.extensions.read(passage)
        day = self.reading.day
        for draft in terms.drafts:
            if draft.kind == "extension" and draft.value("end"):
                if day and "start" not in draft.fields:
                    draft.fields["start"] = said(
                        day.isoformat(), "inferred", *draft.fields["status"].quotes
                    )
                draft.fields["status"] = said("made", "inferred", *draft.fields["status"].quotes)
                last = next((d for d in reversed(self.drafts) if d.kind == "pause"), None)
                given = last.fields.get("countries") if last else None
                if given:
                    draft.fields["countries"] = Said(given.value, "inferred", given.quotes)
                self._add(draft)

    # ------------------------------------------------------------ links of a chain

    def links(self, passage: Passage) -> None:
        """Take note of "the delay specified in ... EO 14166, as extended by EO 14258"."""
        what: tuple[int, int] | None = None
        count = 0
        for one in passage.mentions.instruments:
            lead = self.text[max(passage.start, one.start - 110) : one.start]
            found = _SET_BY.search(lead)
            if found and one.day:
                start = one.start - len(lead) + found.start()
                what = (start, start + len(found["what"]))
                self._link("pause", one, what)
            elif one.day and (
                _EXTENDED.search(lead)
                or (
                    count
                    and re.fullmatch(
                        r"[^.;]{0,160}?(?:\([^)]*\))?,?\s+(?:and\s+)?",
                        lead[-170:].rpartition(")")[2],
                    )
                )
            ):
                if not _EXTENDED.search(lead) and not re.search(r"(?:,|and)\s+$", lead):
                    continue
                count += 1
                self._link("extension", one, what, count)

    def _link(
        self, kind: str, one: InstrumentMention, what: tuple[int, int] | None, count: int = 0
    ) -> None:
        reading = self.reading
        quote = reading.quote(one.start, one.end)
        start = what[0] if kind == "pause" and what else one.start - len("extended by ")
        lead = re.search(
            r"(?:as\s+)?(?:further\s+)?extended\s+by\s+$",
            self.text[max(0, one.start - 40) : one.start],
        )
        if kind == "extension":
            start = one.start - len(lead.group()) if lead else one.start
        span = reading.quote(start, one.end)
        fields: dict[str, Said] = {
            "status": said("made", "stated", span),
            "instrument": said(one.quote, "stated", quote),
        }
        if one.day:
            fields["start"] = said(one.day.isoformat(), "stated", quote)
            fields["precision"] = said("day", "stated", quote)
        draft = Draft(
            "pause" if kind == "pause" else "extension", "recital link", fields, 0, [span]
        )
        home = self.clauses.mention_of(reading.passage_at(one.start), reading.home)
        if home:
            fields["countries"] = said(list(home.countries), "inferred", home.quote(reading))
        if kind == "extension":
            fields["count"] = said(count, "inferred", span)
            if what:
                fields["of"] = said(self.text[slice(*what)], "stated", reading.quote(*what))
        self._add(draft)

    def _add(self, draft: Draft) -> None:
        keys = ("instrument", "imposer", "target", "rate", "end")
        for other in self.drafts:
            if other.kind != draft.kind:
                continue
            same = _number(other) is not None and _number(other) == _number(draft)
            parted = any(
                other.value(k) is not None and draft.value(k) is not None and other.value(k) != draft.value(k)
                for k in keys if k != "instrument"
            )  # fmt: skip
            if same and not parted:
                for name, given in draft.fields.items():
                    other.fields.setdefault(name, given)
                return
        if draft.is_firm:
            self.drafts.append(draft)


def _number(draft: Draft) -> str | None:
    found = re.search(r"\d{4,5}", str(draft.value("instrument") or ""))
    return found[0] if found else None
