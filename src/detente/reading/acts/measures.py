"""Measures in prose: tariffs, bans, controls and their ends, in news, fact sheets and statements.

A measure is read from a verb and the measure that is its object ("imposed 25 percent tariffs on"), its
subject ("tariffs were placed on") or itself ("would tariff"). It becomes a frame only where the words
also say on whom, how much, on what or when; one frame for each side, target and rate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from detente.nouns import Said
from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses, Name
from detente.reading.acts.draft import (
    MOST_OPEN,
    Draft,
    by_instrument,
    is_bare,
)
from detente.reading.acts.fields import Fields
from detente.reading.acts.lists import listed
from detente.reading.acts.objects import (
    FINITE,
    Deed,
    deed_of,
    groups,
    imposers,
    other_side,
    rate_of,
    targets,
)
from detente.reading.acts.passing import told_in_passing
from detente.reading.acts.verbs import Verb
from detente.reading.frames import FrameKind, Passage, said
from detente.reading.mentions.kinds import RateMention

_MAKES = [
    "impose",
    "raise",
    "lower",
    "end",
    "exempt",
    "announce",
    "bear",
    "begin",
    "retaliate",
    "suspend",
]
_REJECTED = re.compile(r"\b(?:with\s+a\s+view\s+to|rather\s+than|instead\s+of|allow\w*|aim\w*|until|unless|may(?!\s+\d)|might|could|can|consider\w*|weigh\w*|mull\w*|urg\w+|study\w*|(?<!will )seek\w*|tr(?:y|ies|ied|ying)\s+to|want\w*|hop(?:es?|ed|ing)|refus\w+|fail\w*|declin\w+|reluctan\w+|avoid\w*|avert\w*|(?:delay|postpon|paus|halt)\w*\s*$|authority|authoriz\w+|power|empower\w*|ability|process\s+(?:to|for)|mechanism|framework\s+(?:to|for)|continues?\s+to(?!\s+(?:pay|face)\s+\d)|prais\w+\b[^.;]*\bdecision\s+to)\b", re.IGNORECASE)  # fmt: skip
_HYPOTHESIS = re.compile(r"\b(?:if|should)\s", re.IGNORECASE)
_IN_ANSWER = re.compile(r",?\s+(?:(?:in|as)\s+retaliation|in\s+response\s+to\s[^.;,]{0,60}?\b(?:tariffs?|moves?|measures?|dut(?:y|ies)|curbs|lev(?:y|ies)))")  # fmt: skip
_FAVOUR = re.compile(r"white|trusted", re.IGNORECASE)
"""A list from which to be taken is a burden."""
_OTHERS = re.compile(r"\b(?:several|many|all|dozens\s+of|most)\s+(?:\w+\s+){0,2}(?:countries|nations|partners)\b")  # fmt: skip
_FAR_BACK = 5
_NEAR = 2
"""How many sentences later a measure may be told on without who took it."""


_OWNS = re.compile(r"(?:['’]s?)?\s+(?:(?!(?:threat|propos|plan|possib|potential|averag|retaliat)|(?:and|or|with|to|from|on|of|in|by|as|for)\s)[\w%.,-]+\s+){0,5}")  # fmt: skip
_ON = re.compile(r"\s+(?:of\s+[\d.]+\s?(?:%|per\s?cent)\s+)?(?:on|against)\s")


def _is_told(other: Draft, draft: Draft) -> bool:
    """Whether an earlier draft has the rate of a measure that a later sentence only names."""
    one, two = other.value("rate"), draft.value("rate")
    sides = (other.value("target"), draft.value("target"))
    alike = None in sides or sides[0] == sides[1]
    return bool(one and two and one["value"] == two["value"] and alike and other.value("imposer") == draft.value("imposer"))  # fmt: skip


class Measures(Fields):
    """Reads sentences one after the other; `drafts` grow as later ones say more of the same."""

    def __init__(self, clauses: Clauses) -> None:
        super().__init__(clauses)
        self.drafts: list[Draft] = []
        self.items = {start for start, _ in self.reading.document.items}
        self.effect: Said | None = None

    def read(self, passage: Passage) -> None:
        """Take note of the measures of one sentence."""
        if not words.holds(passage.text.lower(), words.MEASURE_STEMS):
            return
        done: list[tuple[int, int]] = []
        for verb in self.clauses.verbs(passage):
            if verb.act not in _MAKES or self.clauses.is_speech(passage, verb.start):
                continue
            if self._is_act(passage, verb):
                mate = None
                for draft in self.of_verb(passage, verb, done):
                    if (
                        mate
                        and mate.names
                        and mate.value("imposer") == draft.value("imposer")
                        and "target" not in draft.fields
                    ):
                        one = msgspec.structs.replace(mate.names[0], how="inferred")
                        draft.fields["target"] = said(
                            one.countries[0], "inferred", one.quote(self.reading)
                        )
                        draft.set_countries(draft.who, one, self.reading)
                    mate = self._keep(draft, passage)
        for draft in (
            *self._named(passage),
            *listed(self, passage),
            *told_in_passing(self.clauses, passage, self.drafts),
        ):
            self._keep(draft, passage)
        self._note_effect(passage)

    def _is_act(self, passage: Passage, verb: Verb) -> bool:
        """Not a power and not a hypothesis."""
        head = self.text[max(passage.start, verb.start - 70) : verb.start]
        if verb.form == "base" and verb.word.startswith("enforc"):
            return False  # what is always done
        if verb.is_noun and self.reading.document.kind == "joint statement":
            return False  # an undertaking
        if verb.form in ("to", "base", "will", "ing") and _REJECTED.search(head):
            return False
        rest = self.text[verb.end : self.clauses.object_end(passage, verb.end) + 12]
        return verb.form == "past" or not _HYPOTHESIS.search(rest)

    # ------------------------------------------------------------ one verb

    def of_verb(self, passage: Passage, verb: Verb, done: list[tuple[int, int]]) -> Iterator[Draft]:
        """The measures that one verb tells of; `done` gathers the places of those already read."""
        deed = deed_of(self.clauses, passage, verb)
        if deed is None:
            return
        if verb.act != "begin" and any(a < deed.noun[1] and deed.noun[0] < b for a, b in done):
            return
        told = verb.form == "past" and deed.noun[1] <= verb.start  # "the tariffs that X imposed"
        if not self.clauses.is_asserted(passage, verb, told):
            return
        if verb.act == "end" and re.search(r"\bsuspend\s+or\s+$", self.text[verb.start - 12 : verb.start]):  # fmt: skip
            return  # a pause, whichever of the two is done
        who = imposers(self.clauses, deed)
        if who is None:
            return
        done.append(deed.noun)
        for rate, left, right in groups(self.clauses, deed):
            for draft in self._by_side(deed, who, rate, (left, right)):
                yield from by_instrument(draft)

    def _by_side(
        self, deed: Deed, who: tuple[Name, ...], rate: RateMention | None, group: tuple[int, int]
    ) -> Iterator[Draft]:
        joint = any(n.joint for n in who)
        sides = self.clauses.sides(deed.passage) if joint else ()
        if joint and not sides:
            return
        codes = [c for n in who for c in n.countries]
        aims = targets(self.clauses, deed, group, codes)
        home = self.clauses.home
        if home and not sides and not aims and len(set(codes)) == 2 and home not in codes:
            # two partners in a release of a third: each by itself, on the publisher's goods
            for one in who:
                mine = self.clauses.mention_of(deed.passage, home)
                yield self._draft(deed, (one,), mine, rate, group)
            return
        if sides or (len(set(codes)) == 2 and not aims):
            pair = sides or who
            mutual = sides or set(codes) == set(self.reading.sides[:2])
            if len(pair) == 2 and pair[0].countries != pair[1].countries:
                for one, other in (pair, pair[::-1]):
                    yield self._draft(deed, (one,), other if mutual else None, rate, group)
            return
        included = deed.verb.word.startswith("includ")
        by_itself = (
            included or deed.verb.act in ("begin", "bear", "exempt") or deed.verb.form == "done"
        )
        if (
            by_itself
            and not sides
            and (not who or not aims)
            and (last := self._spoken_of(deed, who))
        ):
            if not _OTHERS.search(self.text, deed.start, deed.end):
                told = last.targets(self.drafts)
                aims = aims or [n for n in told if not set(n.countries) & set(codes)]
            who = who or tuple(msgspec.structs.replace(n, how="inferred") for n in last.who)
        elif deed.verb.form == "done" and not who and not self.clauses.home:
            who = self.clauses.actor(deed.passage)
        codes = [c for n in who for c in n.countries]
        aims = [n for n in aims if not set(n.countries) & set(codes)]
        if not who and len(aims) == 1 and by_itself:
            # goods of one of the two sides of a report: the other one's measure
            who = other_side(self.clauses, deed.passage, aims[0])
        if not aims and who and rate and deed.verb.form in ("past", "reduced") and deed.noun[1] <= deed.verb.start:  # fmt: skip
            aims = list(other_side(self.clauses, deed.passage, who[0]))
        both = self.reading.document.kind == "joint statement" and deed.sort in ("tariff", "quota")
        if not aims and who and rate is None and both:
            aims = list(other_side(self.clauses, deed.passage, who[0]))
        by_code = {code: aim for aim in reversed(aims) for code in aim.countries}
        for aim in aims:
            for code in aim.countries:
                if first := by_code.pop(code, None):
                    one = Name(first.start, first.end, (code,), None, False, first.how)
                    apart = len({n.countries for n in who}) > 1 and not any(n.party for n in who)
                    for actors in [(n,) for n in who] if apart else [who]:
                        yield self._draft(deed, actors, one, rate, group)
        if not aims:
            yield self._draft(deed, who, None, rate, group)

    def _spoken_of(self, deed: Deed, who: Sequence[Name]) -> Draft | None:
        """The measure of which the sentences before told, where one only names more of it."""
        codes = [c for n in who for c in n.countries]
        for last in reversed(self.drafts[-MOST_OPEN:]):
            near = deed.passage.number - last.last <= (
                _FAR_BACK if not codes or self.clauses.home else 2
            )
            same = not codes or codes == [c for n in last.who for c in n.countries]
            if last.who and last.kind == "measure" and near and same and (last.names or not codes):
                return last
        return None

    def _draft(
        self,
        deed: Deed,
        who: Sequence[Name],
        target: Name | None,
        rate: RateMention | None,
        group: tuple[int, int],
    ) -> Draft:
        reading, passage, verb, sort = self.reading, deed.passage, deed.verb, deed.sort
        fields: dict[str, Said] = {}
        favour = sort == "list" and _FAVOUR.search(self.text, *deed.noun)
        kind: FrameKind = (
            "end" if verb.act == "end" and sort != "exemption" and not favour else "measure"
        )
        told = (
            deed.noun[1] <= verb.start and verb.act == "impose" and verb.form in ("past", "reduced")
        )
        draft = Draft(kind, "recalled" if told else f"{verb.act} {sort}", fields, passage.number)
        status, where = self._status(deed)
        fields["status"] = said(status, "stated", where)
        if who:
            quotes = [n.quote(reading) for n in who]
            codes = list(dict.fromkeys(c for n in who for c in n.countries))
            fields["imposer"] = said(";".join(codes), who[0].how, *quotes)
            if people := [n.party for n in who if n.party]:
                named = [n.quote(reading) for n in who if n.party]
                fields["parties"] = said(people, who[0].how, *named)
        if target:
            fields["target"] = said(target.countries[0], target.how, target.quote(reading))
        draft.set_countries(who, target, reading)
        if rate is not None:
            fields["rate"] = rate_of(rate, reading)
        if deed.sort in ("ban", "list", "sanction") and not target:
            self._owners(draft, deed)
        self._values(draft, deed, group, rate is None)
        self._type(draft, deed)
        self.products(draft, deed, group)
        self._instruments(draft, deed)
        self._timing(draft, deed)
        nominal = verb.is_noun
        first = (
            deed.start
            if nominal or not verb.word or verb.act in ("begin", "bear")
            else passage.start
        )
        back = words.RETALIATION.search(self.text, first, deed.end) or _IN_ANSWER.match(self.text, deed.end)  # fmt: skip
        if back:
            quote = reading.quote(back.start(), back.end())
            fields["retaliation"] = said(True, "stated", quote)
        if "retaliation" in fields and "target" not in fields:
            self._other_side(draft, passage, who)
        draft.cover(passage, verb, deed.noun, deed.end)
        self._weigh(draft, deed)
        return draft

    def _named(self, passage: Passage) -> Iterator[Draft]:
        """Measures in force that a sentence only names: "Canada's 100 percent tariff on Chinese EVs"."""
        clauses, text = self.clauses, self.text
        taken = [d.noun for v in clauses.verbs(passage) if (d := deed_of(clauses, passage, v))]
        for noun in words.TARIFF.finditer(clauses.masked, passage.start, passage.end):
            owner = next(
                (n for n in reversed(clauses.names(passage)) if n.end <= noun.start()), None
            )
            if (
                owner is None
                or not _OWNS.fullmatch(text, owner.end, noun.start())
                or not _ON.match(text, noun.end())
                or any(a < noun.end() and noun.start() < b for a, b in taken)
                or passage.mood(noun.start()) in ("negated", "question", "conditional", "threat")
                or clauses.is_speech(passage, noun.start())
            ):
                continue
            here = Verb(noun.start(), noun.end(), "impose", "", "reduced")
            end = clauses.limit(passage, here)
            rest = FINITE.search(clauses.masked, noun.end(), end)
            deed = Deed(passage, here, (), noun.span(), "tariff", owner.end, rest.start() if rest else end)  # fmt: skip
            for rate, left, right in groups(clauses, deed):
                for draft in self._by_side(deed, (owner,), rate, (left, right)) if rate else ():
                    if not any(_is_told(other, draft) for other in self.drafts):
                        yield draft

    def _note_effect(self, passage: Passage) -> None:
        """The day from which the tariffs of which a text speaks are to count, for its lists."""
        if not words.TARIFF.search(self.text, passage.start, passage.end):
            return
        for time in passage.times:
            if time.first and words.EFFECTIVE.search(self.text[max(passage.start, time.start - 40) : time.start]):  # fmt: skip
                mine = self.reading.quote(time.start, time.end)
                self.effect = said(time.first.isoformat(), time.how, mine)

    def _keep(self, draft: Draft, passage: Passage) -> Draft:
        """Add a draft, or what it says to an earlier one of the same measure."""
        if draft.rule.startswith("begin") and self._takes_effect(draft):
            return draft
        for other in reversed(self.drafts[-MOST_OPEN:]):
            if other.is_same(draft):
                other.take(draft, passage.number)
                return other
            if is_bare(draft) and other.value("start") and other.value("status") == "in_force" and draft.value("imposer") == other.value("imposer"):  # fmt: skip
                return other  # what was told in full before
        definite = [f for f in ("rate", "value_usd", "products") if draft.value(f) is not None]
        goods = draft.value("rate") or draft.value("products")
        whole = draft.value("target") or (goods and draft.value("start"))
        own = not draft.rule.startswith("begin") or (whole and definite)
        if own and (draft.tells() or draft.is_firm):
            self.drafts.append(draft)
        return draft

    def _takes_effect(self, draft: Draft) -> bool:
        """Give the measures told last the day on which "the tariffs will take effect"."""
        start = draft.value("start")
        last = next((d for d in reversed(self.drafts) if d.kind == "measure" and d.is_firm), None)
        if not start or last is None or draft.number - last.last > _NEAR or any(
            draft.value(field) is not None for field in ("rate", "value_usd", "target", *(() if draft.vague else ("products",)))
        ):  # fmt: skip
            return False
        told = draft.value("imposer")
        if told and told != last.value("imposer"):
            return False
        done = False
        for one in self.drafts:
            if (one.number, one.value("imposer")) != (last.number, last.value("imposer")):
                continue
            known = one.value("start")
            if known and (known >= start or "end" in one.fields or one.effective):
                continue
            if known:
                # the day named first is that of the announcement
                one.fields.setdefault("announced", one.fields["start"])
            for name in ("start", "precision"):
                if name in draft.fields:
                    one.fields[name] = draft.fields[name]
            if start > one.value("announced") if one.value("announced") else False:
                one.fields["status"] = (
                    draft.fields["status"]
                    if one.value("status") == "in_force"
                    else one.fields["status"]
                )
            one.last = draft.number
            done = True
        return done
