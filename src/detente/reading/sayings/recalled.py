"""Statements without a verb of saying: a spokesman's published answers, joint statements."""

from __future__ import annotations

import re

from detente.nouns import Quote, Said
from detente.reading.frames import Frame, Passage, Reading, said, when
from detente.reading.sayings import speech


def answers(reading: Reading) -> list[Frame]:
    """The claims of a spokesman's published answers: what governments have done, in his words."""
    speaker = speech.SPOKESMAN.search(reading.document.title) or speech.SPOKESMAN.search(
        reading.text
    )
    if speaker is None:
        return []
    answer, question = speech.ANSWER, speech.QUESTION
    if speaker["name"]:  # "Reuters: Will China reply? Ms. Lin: ..."
        answer = re.compile(rf"^[ \t]*{re.escape(speaker['name'])}\s*[:：]\s*", re.MULTILINE)
        question = speech.ASKED
    if not answer.search(reading.text) or not question.search(reading.text):
        return []
    at = reading.text.find(speaker.group())
    words = reading.quote(at, at + len(speaker.group())) if at >= 0 else None
    frames, answering = [], False
    for passage in reading.passages:
        if question.match(reading.text, passage.start):
            answering = False
        label = answer.match(reading.text, passage.start)
        answering = answering or label is not None
        if not answering:
            continue
        start = label.end() if label else passage.start
        claim = speech.CLAIM.match(reading.text, start, passage.end)
        if claim is None or passage.text.endswith("?"):
            continue
        span = passage.trimmed(claim.start("claim"), passage.end)
        evidence = reading.quote(*span)
        name = words.quote if words else speaker.group()
        who = {"name": name, "role": "Spokesperson", "country": reading.home or None}
        fields = {
            "status": said("made", "stated", evidence),
            "speaker": said(who, "inferred", words or evidence),
        }
        if reading.day:
            for side in ("start", "end"):
                fields[side] = said(reading.day.isoformat(), "inferred", evidence)
            fields["precision"] = said("day", "inferred", evidence)
        frames.append(Frame("statement", "answer", fields, [evidence]))
    return frames


def joint_statements(reading: Reading) -> list[Frame]:
    """Joint statements of an earlier day, cited with day and place."""
    frames = []
    for passage in reading.passages:
        for found in speech.RECALLING.finditer(reading.text, passage.start, passage.end):
            times = [
                t
                for t in passage.times
                if found.end() <= t.start < found.end() + 160 and t.first and t.first == t.last
            ]
            if not times or (reading.day and times[0].first and times[0].first >= reading.day):
                continue
            time = times[0]
            span = passage.trimmed(found.start(), time.end)
            if ";" in reading.text[span[0] : span[1]]:
                continue
            places = [p for p in passage.mentions.places if span[0] <= p.start < span[1]]
            sides = tuple(dict.fromkeys(p.country for p in places if p.sort == "country"))
            names = [next(p.id for p in places if p.country == side) for side in sides]
            evidence = reading.quote(*span)
            name = f"{' and '.join(names)} (joint)" if names else "joint"
            title = reading.quote(found.start("title"), found.end("title"))
            who = {"name": name, "role": None, "country": None}
            fields = {
                "status": said("made", "stated", evidence),
                "speaker": said(
                    who, "inferred", title, *(reading.quote(p.start, p.end) for p in places)
                ),
                "instrument": said(title.quote, "stated", title),
            } | when([time], reading)
            fields["precision"] = said("day", "stated", reading.quote(time.start, time.end))
            cities = [p for p in places if p.sort in ("city", "site")]
            if cities:
                value = {"name": cities[0].id, "country": cities[0].country}
                fields["place"] = said(
                    value, "stated", reading.quote(cities[0].start, cities[0].end)
                )
            frames.append(Frame("statement", "recalled", fields, [evidence]))
    return frames


def issued(reading: Reading) -> list[Frame]:
    """Joint statements that the text says came out: who issued them, and on what day."""
    frames = []
    for passage in reading.passages:
        found = speech.ISSUED.search(reading.text, passage.start, passage.end)
        if found is None:
            continue
        verb = "passive" if found["passive"] else "verb"
        if passage.mood(found.start(verb)) not in ("past", "present"):
            continue
        title = reading.quote(*found.span("subject" if found["passive"] else "title"))
        speaker = _issuers(reading, passage, title)
        if speaker is None:
            continue
        tail = _WITH.match(reading.text, found.end(), passage.end)
        evidence = reading.quote(
            *passage.trimmed(passage.start, tail.end() if tail else found.end())
        )
        fields = {"status": said("made", "stated", evidence), "speaker": speaker}
        days = [
            t for t in passage.times if t.type in ("DATE", "TIME") and t.first and t.first == t.last
        ]
        near = [t for t in days if t.start < found.end() + 60]
        if near:
            fields |= when(near[:1], reading)
            fields["precision"] = said("day", "stated", reading.quote(near[0].start, near[0].end))
        elif reading.day:
            fields["end"] = said(reading.day.isoformat(), "inferred", evidence)
            fields["precision"] = said("by dateline", "inferred", evidence)
        frames.append(Frame("statement", "issued", fields, [evidence]))
    return frames


def _issuers(reading: Reading, passage: Passage, title: Quote) -> Said | None:
    """The sides of a joint statement: those named in the sentence, or the parties of the text."""
    named = {
        p.country: p
        for p in reversed(passage.mentions.places)
        if p.sort in ("country", "people") and p.start < title.end + 90
    }
    sides = sorted(named.values(), key=lambda p: p.start)
    if len(sides) > 1:
        quotes = [reading.quote(p.start, p.end) for p in sides]
        names = [p.id for p in sides]
        return said(_joint(names), "stated", title, *quotes)
    return None


def _joint(names: list[str]) -> dict[str, str | None]:
    listed = f"{', '.join(names[:-1])} and {names[-1]} (joint)"
    return {"name": listed, "role": None, "country": None}


_WITH = re.compile(r"(?:\s+(?!with\b|after\b)\w+){0,8}\s+with\s+(?:the\s+)?[A-Z]\w+")
