"""Meetings abroad: what a round of talks takes from the visit that leads to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from detente.nouns import Said
from detente.reading.talks.actors import Actor
from detente.reading.talks.events import Event, Scene


class Abroad:
    """Brings the rounds of a scene together with its visits."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.text = scene.text

    def leg(self, trip: Event) -> None:
        """An undated visit that belongs to a longer trip told before ends with it at the latest."""
        if (
            trip.status != "planned"
            or "start" in trip.fields
            or "end" in trip.fields
            or not trip.place
        ):
            return
        for other in self.scene.found:
            wide = other.place.value["country"].split(";") if other.place else []
            part = other.kind == "visit" and len(wide) > 1 and trip.place.value["country"] in wide
            if part and set(trip.people) & set(other.people) and "end" in other.fields:
                trip.fields["end"] = msgspec.structs.replace(other.fields["end"], how="inferred")

    def travels(self, event: Event, trips: Sequence[Event]) -> None:
        """A meeting that a sentence of travel names, or that falls into a trip told before, takes the
        place and the days of the trip, marked inferred."""
        if event.kind != "round" or event.background:
            return
        own = [
            t
            for t in trips
            if t.cue.start < event.cue.start
            and t.place
            and not _SAID.search(self.text, t.cue.end, event.cue.start)
        ]
        if own:
            self._goal(event, own[-1])
            party = [t for t in own[:-1] if t.cue == own[-1].cue and _FOR.match(event.cue.quote)]
            event.actors = [*(a for t in party for a in t.actors), *event.actors]
            return
        if event.status == "held" or event.day("start") or event.day("end"):
            return
        names = set(event.people)
        before = [
            e
            for e in self.scene.found
            if names & set(e.people) and e.place and e.status == "planned"
        ]
        visits = [e for e in before if e.kind == "visit"]
        if not visits:
            return
        trip = visits[-1]
        rounds = [e for e in before if e.kind == "round" and e.cue.start > trip.cue.start]
        source = rounds[-1].place if rounds else trip.place
        if event.place is None and source and ";" not in source.value["country"]:
            value = source.value | {"inferred": True}
            event.place = Said(value, "inferred", source.quotes)
        if event.place and event.place.value["country"] not in trip.place.value["country"]:  # type: ignore[union-attr]
            return
        loose = trip.day("start") == trip.day("end") or _is_weekend(trip)
        for side in ("start",) if loose else ("start", "end"):
            if side in trip.fields:
                event.fields[side] = Said(
                    trip.fields[side].value, "inferred", trip.fields[side].quotes
                )
        if "start" in event.fields:
            words = "during the trip; undated" if loose else "within trip"
            event.fields["precision"] = Said(words, "inferred", trip.fields["start"].quotes)

    def _goal(self, event: Event, trip: Event) -> None:
        """What a meeting takes from the travel that the same sentence tells: place, days, other side."""
        assert trip.place is not None
        quote = trip.place.quotes[-1]
        if not event.people or _FOR.match(event.cue.quote):
            event.actors = [a for a in event.actors if a.how != "inferred"]
            event.actors = [*trip.actors, *(a for a in event.actors if a not in trip.actors)]
        if len(event.countries) < 2:
            hosts = [c for c in trip.place.value["country"].split(";") if c not in event.countries]
            event.actors += [
                Actor(quote.start, quote.end, (host,), how="inferred") for host in hosts[:1]
            ]
        if event.place is None:
            event.place, event.broad = trip.place, trip.broad
        event.status = "planned" if trip.status == "held" and self._is_fresh(trip) else trip.status
        own = [
            event.fields[side].quotes[0].start for side in ("start", "end") if side in event.fields
        ]
        if all(start < event.cue.start for start in own):
            for side in ("start", "end"):
                if side in trip.fields:
                    event.fields[side] = msgspec.structs.replace(trip.fields[side], how="inferred")
            if "start" in trip.fields:
                days = trip.fields["precision"].value if "precision" in trip.fields else "day"
                words = f"{days}; meeting day itself not stated, inferred"
                event.fields["precision"] = Said(words, "inferred", trip.fields["start"].quotes)

    def hosted(self, event: Event) -> None:
        """Where one side alone is said to hold talks in the other country of a text, it talks to its host."""
        host = event.place.value["country"] if event.place else ""
        if len(event.countries) == 1 and {host, *event.countries} == set(
            self.scene.reading.sides[:2]
        ):
            assert event.place is not None
            quote = event.place.quotes[-1]
            event.actors.append(Actor(quote.start, quote.end, (host,), how="inferred"))

    def _is_fresh(self, trip: Event) -> bool:
        """Whether one has only just set out or arrived: the talks that this is for are to come."""
        today, start = self.scene.reading.day, trip.day("start")
        recent = today and start and 0 <= (today - date.fromisoformat(start)).days < 2
        return bool(recent) and _SETS_OUT.match(trip.cue.quote) is not None


def _is_weekend(trip: Event) -> bool:
    field = trip.fields.get("precision")
    return field is not None and field.value == "weekend"


_SETS_OUT = re.compile(r"arriv|land|touch|left|depart|head|set|flew|jet|went", re.IGNORECASE)
_FOR = re.compile(r"for\s")
_SAID = re.compile(r"\b(?:said|says|told|announced|added)\b")
