"""The rates and amounts that an operative sentence makes law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from detente.nouns import Said
from detente.reading.frames import Frame
from detente.reading.law.enactment import frame, goods_of
from detente.reading.law.provisions import Provision, inside
from detente.reading.mentions.kinds import RateMention

DUTY = re.compile(
    r"\bdut(?:y|ies)\b|\btariffs?\b|\bsurcharge|\bad\s+valorem|\brates?\b|\bfees?\b|\blev(?:y|ies)\b",
    re.I,
)
_PERCENT = r"\d{1,3}(?:\.\d+)?\s?(?:%|percent(?:age\s+points)?|per\s+cent)"
SWAP = re.compile(
    rf"\b(?:deleting|striking|removing|replacing)\b[^“\"]{{0,60}}[“\"](?P<old>{_PERCENT}),?[”\"]"
    rf"(?P<gap>[^“\"]{{0,90}}?)\b(?:inserting|substituting|adding|with)\b[^“\"]{{0,60}}[“\"](?P<new>{_PERCENT})"
)
_LAYS = re.compile(
    r"\b(?:be|is|are|remain)\b(?:,[^,]{3,40},)?\s+(?:also\s+|instead\s+|each\s+)?(?:subject\b(?:,[^,]{3,40},)?\s+to|assessed|imposed|levied|set\s+at|charged)\b"
    r"|\b(?:shall|will)\s+(?:also\s+|instead\s+)?(?:be|start\s+at|equal|remain|bear|pay|impose|levy|not\s+exceed|not\s+result)\b"
    r"|\bto\s+impose\b|\bhereby\s+impose\b"
)
_LAID = re.compile(
    r"^[^;]{0,120}?\b(?:(?:shall|will|is|are|may(?=\s+be\s+imposed\s+on))\s+(?:hereby\s+)?(?:be\s+)?(?:imposed|levied|assessed|collected|applied|added))\b"
)
_MOVES = re.compile(r"\b(?:increas|decreas|reduc|rais|lower|adjust|modif|chang)\w*\b", re.I)
_DEFINITE = re.compile(
    r"\b(?:the|that|this|such|said|these|those|any)\s+"
    r"(?:(?!(?:shall|will|be|is|are|an?|to|from|by|at)\b)[\w-]+\s+){0,6}$",
    re.I,
)
_CAP = re.compile(
    r"\b(?:not\s+exceed|exceeds?|no\s+(?:more|higher|greater)\s+than|up\s+to|not\s+to\s+exceed)\s*$",
    re.I,
)
_ALL_TOLD = re.compile(
    r"\b(?:sum\s+of|added\s+to|inclusive\s+of|including|combined\s+with)\b[^;]{0,90}\b(?:column\s+1|general|MFN|most[- ]favou?red)",
    re.I,
)
_MONEY_MOVE = re.compile(
    r"\bfrom\s+\$?(?P<old>[\d,.]+)(?:\s+dollars)?\s+to\s+\$?(?P<new>[\d,.]+)(?:\s+dollars)?"
)
_PER = re.compile(
    r"\bper\s+(?:[\w-]+\s+){0,3}?(?:item|package|kilogram|ton|unit|shipment|piece|litre|liter|kg)\b"
)
_BY_ANNEX = re.compile(
    r"\brates?(?:\s+of\s+dut(?:y|ies))?\s+(?:set\s+forth|specified|provided|listed|described)\s+in\s+Annex(?:es)?\s+[IVX]+\b"
)
_BY_ACT = re.compile(
    r"\bdut(?:y|ies)\s+(?P<rate>equal\s+to\s+the\s+[^;]{5,200}?),?\s+(?:shall|will)\s+be\s+(?:assessed|imposed|collected)\b"
)
_INSTEAD_OF = re.compile(r",?\s+(?:in\s+lieu|instead)\s+of\s+(?:an?\s+|the\s+)?\d")
_HYPOTHETICAL = re.compile(r"\b(?:when|if|would|whether|as\s+if)\s+(?:[\w-]+\s+){0,6}$")
_FROM = re.compile(r"\bfrom\s+(?:an?\s+)?(?:additional\s+)?$")
_STEP = re.compile(
    r"\bfrom\s+(?:an?\s+)?(?:additional\s+)?[\d.]+\s*(?:percent|%)(?:\s+ad\s+valorem)?\s+to\s+(?:an?\s+)?(?:additional\s+)?$"
)
_LEADS = re.compile(
    r"\b(?:dut(?:y|ies)|tariffs?|surcharge)\b(?:.|\n){0,400}?\b(?:(?:shall|will)\s+be|the\s+following(?:\s+rates?)?|as\s+follows)\s*:\s*$",
    re.I,
)
EXCEPTS = re.compile(
    r"\bshall\s+(?:not|no\s+longer)\s+(?:be\s+subject\s+to|apply(?:\s+in\s+addition)?\s+to)\b|\bshall\s+exclude\b"
    r"|\bshall\s+apply\s+only\s+to\b"
    r"|\b(?:is|are|be)\s+(?:hereby\s+)?(?:exempt(?:ed)?|excluded|excepted)\s+from\b"
)


def amended(provision: Provision) -> Iterator[Frame]:
    """A figure of a heading or an order deleted, another inserted."""
    for swap in SWAP.finditer(provision.text):
        old, new = (float(re.match(r"[\d.]+", swap[side])[0]) for side in ("old", "new"))  # type: ignore[index]
        words = provision.quote(swap.start(), swap.end())
        rate = rate_of(value=new, before=old)
        yield frame(provision, "measure", "amend", swap.end(), rate=Said(rate, "stated", (words,)))


def laid(provision: Provision) -> Iterator[Frame]:
    """Each rate and amount that a verb of the sentence makes law."""
    law, text = provision.law, provision.text
    figures = [
        m
        for m in inside(law.reading.mentions.rates, provision.start, provision.end)
        if not m.points
    ]
    found = False
    for number, figure in enumerate(figures):
        at, stop = figure.start - provision.start, figure.end - provision.start
        if figure.percent is None:
            continue
        replaced = _replaced(figures, number, text[:at], text[stop:])
        if not _is_laid(provision, figure, replaced, text[:at], text[stop:]):
            continue
        found = True
        rate = rate_of(
            value=float(figure.percent),
            before=replaced,
            bound="up to" if _CAP.search(text[:at]) else None,
            includes_mfn=True if _ALL_TOLD.search(text[max(0, at - 200) : stop + 60]) else None,
        )
        upto = figures[number + 1].start if number + 1 < len(figures) else provision.end
        own = law.within(provision.passage, figure.start, upto)
        span = own if own.begins else provision.span
        said = Said(rate, "stated", (law.reading.quote(figure.start, figure.end),))
        if law.is_history(span):
            continue
        goods = _goods(provision, text[:at])
        yield frame(provision, "measure", "impose", stop, span=span, rate=said, **goods)
    if not found and (annex := _BY_ANNEX.search(text)) and _is_due(text[: annex.start()]):
        words = provision.quote(*annex.span())
        said = Said({"value": None, "words": words.quote}, "stated", (words,))
        yield frame(provision, "measure", "impose by annex", annex.end(), rate=said)
    if not found and (act := _BY_ACT.search(text)):
        words = provision.quote(*act.span("rate"))
        said = Said({"value": None, "words": words.quote}, "stated", (words,))
        yield frame(provision, "measure", "impose by reference", act.end(), rate=said)
    yield from _specific(provision)


def _is_laid(
    provision: Provision, figure: RateMention, replaced: float | None, left: str, right: str
) -> bool:
    bare = len(left) < 30 and not left.rstrip(" .").endswith(("the", "of"))
    if bare and provision.leads and _LEADS.search(provision.leads[-1].text[-500:]):
        return True
    if figure.context not in ("tariff", "unknown") and figure.was is None:
        return False
    if not DUTY.search(left + right[:60]) and not DUTY.search(provision.title):
        return False
    if replaced is not None and _MOVES.search(left):
        return True
    if figure.was is not None or (
        figure.role in ("increase to", "reduce to") and _MOVES.search(left)
    ):
        return not re.search(r"\bmay\b", left[-120:])
    if re.search(
        r"\b(?:less|more|greater|lower|higher)\s+than\s*$|\bat\s+least\s*$|\babove\s*$|\bbetween\s*$|\b(?:lieu|instead)\s+of\s+$",
        left,
    ):
        return False
    if bare and right.startswith((" of the value", " ad valorem", " of the")):
        return True
    if _FROM.search(left) or _HYPOTHETICAL.search(left[-80:]):
        return False
    if _LAID.match(right) and not _DEFINITE.search(left):
        return True
    verb = _last(_LAYS, left)
    if verb is None:
        return False
    between = left[verb.end() :]
    if len(between) > 220 or EXCEPTS.search(left[max(0, verb.start() - 12) :]) or ". " in between:
        return False
    if _DEFINITE.search(left) and not re.search(r"\bat\s+$|\bexceeds?\s*$", left):
        return False
    return not re.match(
        r"\s*(?:the|that|this|such)\b(?!\s+(?:sum|higher|greater|following))", between
    ) or bool(re.search(r"\bat\s*$|\bexceeds?\s*$", left))


def _goods(provision: Provision, left: str) -> dict[str, Any]:
    """The field `products`, where the subject of the verb before a rate names goods."""
    verb = _last(_LAYS, left)
    quote = goods_of(provision, verb.start()) if verb else None
    return {"products": Said(quote.quote[:300], "stated", (quote,))} if quote else {}


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found


def _replaced(figures: list[RateMention], at: int, left: str, right: str) -> float | None:
    """The rate that another takes the place of: "from 25", "in lieu of 25", "subject to 20 ... instead"."""
    old = figures[at].was
    if old is None and at and re.search(r"\binstead\s+be\s+subject\s+to\b[^;]{0,60}$", left):
        old = figures[at - 1].percent
    step = _STEP.search(left)
    if old is None and at and step:
        old = figures[at - 1].percent
    if old is None and at + 1 < len(figures) and _INSTEAD_OF.match(right):
        old = figures[at + 1].percent
    return None if old is None else float(old)


def _is_due(left: str) -> bool:
    """Whether goods are made subject to what follows."""
    verb = _last(_LAYS, left)
    return verb is not None and not EXCEPTS.search(left[max(0, verb.start() - 12) :])


def _specific(provision: Provision) -> Iterator[Frame]:
    """Duties in money: "increase the per postal item duty from 25 dollars to 75 dollars"."""
    law, text = provision.law, provision.text
    leads = " ".join(lead.text for lead in provision.leads)
    if not (DUTY.search(text) or DUTY.search(leads) or DUTY.search(provision.heading)):
        return
    if (move := _MONEY_MOVE.search(text)) and _MOVES.search(text[: move.start()]):
        new, old = (float(move[side].rstrip(".,").replace(",", "")) for side in ("new", "old"))
        said = Said(
            rate_of(value=new, before=old, unit="USD"), "stated", (provision.quote(*move.span()),)
        )
        yield frame(provision, "measure", "specific duty", move.end(), specific=said)
        return
    amounts = inside(law.reading.mentions.money, provision.start, provision.end)
    for number, amount in enumerate(amounts):
        at = amount.start - provision.start
        right = text[at : at + 60]
        retained = re.search(r"\bretain\b[^;]{0,90}$", text[:at]) is not None
        if amount.amount is None or not (
            _PER.search(right) or (retained and _PER.search(text[:at]))
        ):
            continue
        if not (retained or at < 30 or number or _LAYS.search(leads)):
            continue
        upto = amounts[number + 1].start if number + 1 < len(amounts) else provision.end
        own = law.within(provision.passage, amount.start, upto)
        words = law.reading.quote(amount.start, amount.end)
        said = Said(rate_of(value=float(amount.amount), unit="USD"), "stated", (words,))
        span = own if own.begins else provision.span
        stop = amount.end - provision.start
        yield frame(provision, "measure", "specific duty", stop, span=span, specific=said)


def rate_of(unit: str = "percent", **parts: Any) -> dict[str, Any]:
    """A rate as a field: whole numbers as such, what is not given left out."""
    kept: dict[str, Any] = {}
    for name, part in parts.items():
        if part is not None:
            kept[name] = int(part) if isinstance(part, float) and part.is_integer() else part
    return kept | {"unit": unit}
