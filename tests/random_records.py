"""Random small records: one or two measures, a handful of clauses acting on one another."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from detente.nouns import Authority, Clause, Measure, Rate, Record, Where
from detente.time import Instant, parse_instant

ZONE = "America/New_York"
FIRST = date(2025, 2, 20)  # the clocks change on 9 March
DAYS = 40
PARTNERS = ["CN", "VN", "MX"]
LISTS = ["list-a", "list-b"]
HERE = Where("random", 1)


def random_record(random: Random) -> Record:
    """A record that has no circle, acts only on what exists, and is otherwise anything."""
    authorities = {a: Authority(a, "US", a, date(2025, 12, 31), HERE) for a in ("A", "B")}
    measures = {
        f"us.m{n}": Measure(f"us.m{n}", f"Measure {n}", "tariff", "US", random.choice("AB"), HERE)
        for n in range(random.randint(1, 2))
    }
    record = Record(authorities=authorities, measures=measures, clauses={})
    for n in range(random.randint(1, 12)):
        clause = random_clause(random, record, n)
        record.clauses[clause.id] = clause
    return record


def random_clause(random: Random, record: Record, n: int, known: date | None = None) -> Clause:
    measure = random.choice(list(record.measures))
    mine = [c for c in record.clauses.values() if c.action != "extend"]
    ending = [c for c in record.clauses.values() if c.end is not None]
    action = random.choice(
        [
            "impose",
            "set",
            "set",
            "suspend",
            "suspend",
            "extend",
            "extend",
            "end",
            "except",
            "strike",
            "stay",
            "reinstate",
        ]
    )
    if not mine or (action == "extend" and not ending):
        action = "impose"
    target: Clause | None = None
    if action == "extend":
        target = random.choice(ending)
    elif action != "impose":
        target = random.choice(mine)
    start = None if action == "extend" else _instant(random, random.randint(0, DAYS))
    end = None
    if action == "extend" or random.random() < 0.5:
        end = _instant(random, random.randint(1, DAYS + 10))
        if start is not None and end.utc <= start.utc:
            end = Instant(start.utc + 1440 * random.randint(1, 20), ZONE)
    authority = ""
    acts_on = (target.id,) if target else ()
    if action in ("suspend", "end", "except", "set") and random.random() < 0.2:
        acts_on = tuple(dict.fromkeys((*acts_on, random.choice(mine).id)))
    if action == "strike" and random.random() < 0.5:
        authority, acts_on = random.choice("AB"), ()
    rates: dict[str, Rate] = {}
    rate = None
    if action in ("impose", "set"):
        if random.random() < 0.25:
            rates = {p: Rate(Decimal(random.randint(1, 60))) for p in random.sample(PARTNERS, 2)}
        else:
            rate = Rate(Decimal(random.randint(1, 60)))
    points = None
    if action == "suspend" and random.random() < 0.6:
        points = Decimal(random.randint(1, 5))
    narrow = action != "impose" and random.random() < 0.3
    partners = tuple(random.sample(PARTNERS, random.randint(1, 2))) if narrow else ()
    if action == "impose" and not rates:
        partners = random.choice([("all",), ("CN",), ("CN", "VN")])
    return Clause(
        id=f"{measure}/c{n:02d}",
        measure=measure,
        action=action,  # type: ignore[arg-type]
        known=known or FIRST + timedelta(random.randint(0, DAYS)),
        instrument="I",
        seen="report",
        cites=(),
        where=HERE,
        status="law" if random.random() < 0.92 else "announced",
        acts_on=acts_on,
        authority=authority,
        partners=partners,
        not_partners=("MX",) if random.random() < 0.1 else (),
        products=_products(random, action),
        not_products=(random.choice(LISTS),) if random.random() < 0.1 else (),
        rate=rate,
        rates=rates,
        points=points,
        start=start,
        end=end,
        collected_from=Instant(start.utc + 1440 * random.randint(-3, 6), ZONE)
        if start and random.random() < 0.2
        else None,
    )


def _products(random: Random, action: str) -> tuple[str, ...]:
    if action == "impose":
        return random.choice([("all",), ("all",), ("list-a",), ("list-a", "list-b")])
    return (random.choice(LISTS),) if random.random() < 0.2 else ()


def _instant(random: Random, offset: int) -> Instant:
    day = FIRST + timedelta(offset)
    hour = random.choice(["", "T00:01", "T12:01", "T23:57", "T23:58", "T23:59"])
    return parse_instant(f"{day}{hour} {ZONE}" if hour else str(day), ZONE)
