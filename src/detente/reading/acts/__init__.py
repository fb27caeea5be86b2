"""Acts of trade policy in prose: measures, ends, pauses, extensions, deadlines and rulings.

Measures are read by `act_measures`, pauses, extensions, deadlines and rulings by `act_terms`, what the
background of a legal text recalls by `act_recitals`; what a legal text orders is `operative`'s.
"""

from __future__ import annotations

from detente.reading.acts import recitals as act_recitals
from detente.reading.acts.clauses import Clauses, is_prose
from detente.reading.acts.draft import joined
from detente.reading.acts.measures import Measures
from detente.reading.acts.terms import Terms
from detente.reading.frames import Frame, Reading

LEGAL = ("order", "proclamation", "memorandum", "notice")


def find(reading: Reading) -> list[Frame]:
    """Measures, ends, pauses, extensions, deadlines and rulings that the prose of a document tells of."""
    clauses = Clauses(reading)
    measures = Measures(clauses)
    if reading.document.kind in LEGAL:
        return act_recitals.find(clauses, measures)
    terms = Terms(clauses)
    for passage in reading.passages:
        if not is_prose(passage):
            continue
        terms.read(passage, measures.drafts)
        measures.read(passage)
    drafts = [draft for draft in measures.drafts if draft.is_firm]
    return [draft.frame() for draft in joined([*drafts, *terms.finish(drafts)])]
