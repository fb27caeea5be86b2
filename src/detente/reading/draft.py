"""Proposals as record files: the YAML that an accept writes into the user's own record.

Every accepted proposal becomes files of its own, so that nothing that stands is ever touched. What the
words do not give is left out; the check of the record then says what is missing, and the editor is the
place to add it. Nothing is filled in by guess: an event that the text does not date stays undated.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

import yaml

from detente import codes
from detente.nouns import Clause, Event, Proposal, Record
from detente.reading.document import Document
from detente.reading.match import instrument, value

Files = dict[str, str]
"""Path below the record folder -> the text of the file. Paths under `texts/` are stored copies."""
_EVENT_KINDS = {
    "round": "meeting",
    "visit": "visit",
    "call": "call",
    "deal": "deal",
    "statement": "statement",
    "poll": "poll",
    "ruling": "ruling",
    "deadline": "deadline",
    "commitment": "deal",
}
_STATUSES = {
    "ongoing": "held",
    "held": "held",
    "planned": "planned",
    "cancelled": "cancelled",
    "struck": "agreed",
    "agreed": "agreed",
    "framework": "agreed",
    "announced": "announced",
    "signed": "signed",
    "upcoming": "due",
    "passed": "due",
}
_ACTIONS = {
    "measure": "impose",
    "pause": "suspend",
    "extension": "extend",
}
_LAW = ("order", "proclamation", "memorandum", "notice", "statute", "announcement")
_NOT_SAID = "not stated"


def draft(proposal: Proposal, document: Document, record: Record) -> Files:
    """The record files of a proposal. Raises ValueError for a document without a day."""
    if document.day is None:
        raise ValueError(
            f"{document.id} has no day, so that nothing in it can be known from a day on; "
            "give the day on which it was published"
        )
    files = source_files(document, record)
    source = source_id(document, record)
    if proposal.kind in _EVENT_KINDS:
        event = _event(proposal, document, record, source)
        files[f"talks/{event['id']}.yaml"] = _yaml({"events": [event]})
    else:
        files |= _law_files(proposal, document, record, source)
    return files


def merge(proposal: Proposal, document: Document, record: Record, entry: str) -> Files:
    """The record files that make the document a further source of an entry.

    Raises ValueError for a document without a day or an entry that the record does not hold.
    """
    if document.day is None:
        raise ValueError(f"{document.id} has no day; give the day on which it was published")
    if entry not in record.events and entry not in record.clauses:
        raise ValueError(f"the record has no entry {entry!r}; name one as `detente why` does")
    files = source_files(document, record)
    cite = {"entry": entry, **_cite(proposal, source_id(document, record))}
    files[f"cites/{proposal.id}.yaml"] = _yaml({"cites": [cite]})
    return files


# ---------------------------------------------------------------- sources


def source_id(document: Document, record: Record) -> str:
    """The id of the document among the sources: that of the record where it holds this text."""
    for source in record.sources.values():
        if source.sha256 and source.sha256 == document.sha256:
            return source.id
    name = _slug(document.id)
    return f"{name}-{document.sha256[:6]}" if name in record.sources else name


def source_files(document: Document, record: Record) -> Files:
    """The source entry of a document and the copy of its text; nothing where the record holds both."""
    name = source_id(document, record)
    if name in record.sources or document.day is None:
        return {}
    entry = {
        "id": name,
        "kind": document.kind,
        "title": document.title or document.id,
        "publisher": document.publisher or _NOT_SAID,
        "url": document.url or _NOT_SAID,
        "published": (document.published or document.day).isoformat(),
        "licence": document.licence or _NOT_SAID,
        "copy": f"own/{name}.txt",
        "sha256": document.sha256,
    }
    if document.number:
        entry["number"] = document.number
    return {
        f"sources/{name}.yaml": _yaml({"sources": [entry]}),
        f"texts/own/{name}.txt": document.text,
    }


def _cite(proposal: Proposal, source: str) -> dict[str, Any]:
    says = list(dict.fromkeys(quote.quote for quote in proposal.evidence))
    cite: dict[str, Any] = {"source": source, "says": says}
    if section := value(proposal, "section"):
        cite["at"] = section
    return cite


# ---------------------------------------------------------------- events


def _event(proposal: Proposal, document: Document, record: Record, source: str) -> dict[str, Any]:
    assert document.day is not None
    planned = _replaced(proposal, record)
    kind = planned.kind if planned else _EVENT_KINDS[proposal.kind]
    place = value(proposal, "place") or {}
    people = [*(value(proposal, "parties") or ()), *filter(None, [value(proposal, "speaker")])]
    sides = [person.get("country") for person in people]
    parties = list(value(proposal, "countries") or dict.fromkeys(filter(None, sides)))
    event: dict[str, Any] = {
        "id": f"{document.day}-{_slug(_title(proposal))[:48].strip('-')}-{proposal.id[:6]}",
        "kind": kind,
        "title": _title(proposal),
        "parties": list(planned.parties) if planned else parties,
    }
    if planned:
        event |= {"series": planned.series, "number": planned.number, "supersedes": planned.id}
    if status := _STATUSES.get(str(value(proposal, "status"))):
        event["status"] = status
    if proposal.kind == "deadline":
        event["due"] = value(proposal, "start") or value(proposal, "end")
        event["then"] = value(proposal, "then")
    else:
        event["days"] = _days(proposal, document.day)
    event["place"] = place.get("name")
    event["people"] = [
        _full({"name": person["name"], "office": person.get("role"), "side": person["country"]})
        for person in people
        if person.get("name") and person.get("country") in event["parties"]
    ]
    event["topics"] = list(value(proposal, "topics") or ())
    event["outcome"] = value(proposal, "quote_text") or value(proposal, "subject")
    if proposal.kind == "poll":
        event["poll"] = _poll(proposal)
    event["known"] = document.day.isoformat()
    event["note"] = _caveats(proposal)
    event["cites"] = [_cite(proposal, source)]
    return _full(event)


def _replaced(proposal: Proposal, record: Record) -> Event | None:
    """The planned event that what is proposed brings up to date, if it is the latest known one."""
    found = record.events.get(proposal.matches[0]) if proposal.matches else None
    followed = {event.supersedes for event in record.events.values()}
    return found if found and found.id not in followed and found.status == "planned" else None


def _days(proposal: Proposal, known: date) -> str | None:
    start, end = value(proposal, "start"), value(proposal, "end")
    if start and end:
        return str(start) if start == end else f"{start}/{end}"
    if proposal.kind == "statement":
        return known.isoformat()
    return str(start) if start else None


def _title(proposal: Proposal) -> str:
    names = [codes.name(code) for code in value(proposal, "countries") or ()]
    sides = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    place = (value(proposal, "place") or {}).get("name")
    people = [person["name"] for person in value(proposal, "parties") or () if person.get("name")]
    speaker = (value(proposal, "speaker") or {}).get("name")
    what = {
        "round": f"Talks of {sides}",
        "visit": f"Visit of {people[0] if people else sides}",
        "call": f"Call of {sides}",
        "deal": f"Deal of {sides}",
        "statement": f"Statement of {speaker or sides}",
        "poll": f"Poll of {value(proposal, 'pollster')}: {value(proposal, 'question') or ''}",
        "ruling": f"Ruling of {value(proposal, 'court')}",
        "deadline": f"Deadline: {value(proposal, 'subject') or sides}",
        "commitment": f"Commitment of {sides}: {value(proposal, 'commitment') or ''}",
    }[proposal.kind]
    return what.strip(" :") + (
        f", {place}" if place and proposal.kind in {"round", "visit"} else ""
    )


def _poll(proposal: Proposal) -> dict[str, Any]:
    answers = value(proposal, "answers") or ()
    shares = {a["answer"]: a.get("share_approx") for a in answers if a.get("share_approx")}
    start, end = value(proposal, "start"), value(proposal, "end")
    return _full(
        {
            "pollster": value(proposal, "pollster"),
            "question": value(proposal, "question"),
            "field": f"{start}/{end}" if start and end else None,
            "population": value(proposal, "population"),
            "shares": {name: f"{100 * float(share):.0f}" for name, share in shares.items()},
        }
    )


def _caveats(proposal: Proposal) -> str:
    """Which fields do not simply stand in the words, and what the text leaves open about its days."""
    parts = []
    for how in ("computed", "inferred"):
        named = [name for name, said in proposal.fields.items() if said.how == how]
        named = [name for name in named if name not in {"precision", "status"}]
        if named:
            parts.append(f"{how.capitalize()}: {', '.join(named)}.")
    precision = str(value(proposal, "precision") or "day")
    if precision != "day":
        parts.append(f"Days: {precision}.")
    return " ".join(parts)


# ---------------------------------------------------------------- law


def _law_files(proposal: Proposal, document: Document, record: Record, source: str) -> Files:
    assert document.day is not None
    base = _base(proposal, record)
    official = document.kind in _LAW
    imposer = value(proposal, "imposer") or (
        record.measures[base.measure].imposer if base else "US"
    )
    name = f"own.{imposer.lower()}.{_slug(document.id)[:40].strip('-')}.{proposal.id[:6]}"
    action = value(proposal, "action") or _ACTIONS[proposal.kind]
    targets = value(proposal, "target") or ()
    clause: dict[str, Any] = {
        "id": action,
        "action": action,
        "acts_on": [base.id] if base and action != "impose" else None,
        "partners": [targets] if isinstance(targets, str) else list(targets),
        "products": [f"own-{proposal.id}"] if value(proposal, "products") else None,
        "applies": _span(proposal),
        "then": value(proposal, "then"),
        "status": "law" if official else "announced",
        "signed": value(proposal, "signed"),
        "known": document.day.isoformat(),
        "instrument": value(proposal, "instrument") or (document.number if official else "none"),
        "seen": "text" if official else "report",
        "note": _caveats(proposal) or None,
        "cites": [_cite(proposal, source)],
    }
    clause |= _rate(proposal, action)
    if action == "impose" and not clause["products"]:
        clause["products"] = "all"
    files: Files = {}
    if products := value(proposal, "products"):
        entry = {"id": f"own-{proposal.id}", "title": str(products)}
        files[f"lists/own-{proposal.id}.yaml"] = _yaml({"lists": [entry]})
    authority = record.measures[base.measure].authority if base else f"Reported by {source}"
    if base is None and authority not in record.authorities:
        entry = {
            "id": authority,
            "imposer": imposer,
            "title": f"Authority not stated in {source}",
            "horizon": document.day.isoformat(),
        }
        files[f"authorities/{proposal.id}.yaml"] = _yaml({"authorities": [entry]})
    elif base is not None:
        horizon = record.horizon_of(authority)
        if horizon and document.day > horizon:
            moved = {"authority": authority, "through": document.day.isoformat()}
            files[f"horizons/{proposal.id}.yaml"] = _yaml({"horizons": [moved]})
    measure = {
        "measure": name,
        "title": _law_title(proposal),
        "kind": "tariff" if action == "impose" and clause.get("rate") else "procedure",
        "imposer": imposer,
        "authority": authority,
        "headings": list(value(proposal, "headings") or ()),
        "clauses": [_full(clause)],
    }
    files[f"law/{name}.yaml"] = _yaml(_full(measure))
    return files


def _base(proposal: Proposal, record: Record) -> Clause | None:
    """The clause acted upon: the one matched, or the only one of the instrument named."""
    for name in proposal.matches:
        if name in record.clauses:
            return record.clauses[name]
    named = {instrument(text) for text in value(proposal, "acts_on") or ()}
    wanted = ("suspend",) if proposal.kind == "extension" else ("impose", "set")
    found = [
        clause
        for clause in record.clauses.values()
        if instrument(clause.instrument) in named and clause.action in wanted
    ]
    return found[0] if len(found) == 1 else None


def _rate(proposal: Proposal, action: str) -> dict[str, Any]:
    rate = value(proposal, "rate") or {}
    if action == "impose":
        figure = rate.get("value")
        if figure is None or rate.get("unit") != "percent":
            specific = value(proposal, "specific") or {}
            money = f"{specific.get('value')} {specific.get('unit')}" if specific else ""
            words = rate.get("words") or money or value(proposal, "measure_type") or _NOT_SAID
            return {"terms": str(words)}
        return {"rate": f"{figure}%", **({"includes": "mfn"} if rate.get("includes_mfn") else {})}
    if action == "suspend" and rate.get("suspended") is not None:
        return {"points": f"{rate['suspended']}pp"}
    return {}


def _span(proposal: Proposal) -> dict[str, Any] | None:
    start = value(proposal, "effective") or value(proposal, "start")
    end = value(proposal, "ends") or value(proposal, "end")
    how = proposal.fields.get("ends") or proposal.fields.get("end")
    span = {"from": None if proposal.kind == "extension" else start, "until": end}
    if end and how and how.how in {"computed", "inferred"}:
        span["basis"] = how.how
    return {name: text for name, text in span.items() if text} or None


def _law_title(proposal: Proposal) -> str:
    target = value(proposal, "target")
    names = [target] if isinstance(target, str) else list(target or ())
    reached = ", ".join(codes.name(code) if codes.is_partner(code) else code for code in names)
    rate = (value(proposal, "rate") or {}).get("value")
    parts = [proposal.kind.capitalize(), f"{rate}%" if rate is not None else "", reached]
    what = value(proposal, "of") or value(proposal, "products") or value(proposal, "measure_type")
    return ", ".join(filter(None, [*parts, str(what) if what else ""]))


# ---------------------------------------------------------------- text


def _full(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in entry.items() if part not in (None, "", [], {}, ())}


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "document"


def _yaml(content: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    return text
