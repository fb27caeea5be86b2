"""Which sentences of a legal text can make law: not recitals, instructions to officials, conditions, questions."""

from __future__ import annotations

import re

_RECITAL = re.compile(
    r"(?:background|purpose|policy|findings?|determinations?|national emergency|introduction)\b|[\w ]*\bpolicy$",
    re.I,
)
_OFFICIAL = re.compile(
    r"(?:\([a-z0-9]{1,4}\)\s*)*(?:(?:And|But|Also)\s+)?(?:(?:Furthermore|Accordingly|Consistent with[^,]{3,60}|Within[^,]{3,60}|"
    r"To[^,]{3,120}|In\s+addition|Further|Effective[^,]{3,60}),\s+)?(?:the\s+|each\s+|all\s+|any\s+)?"
    r"(?:Secretar(?:y|ies)|Attorney\s+General|United\s+States\s+Trade\s+Representative|Trade\s+Representative|"
    r"United\s+States\s+International\s+Trade\s+Commission|U\.S\.\s+Customs|CBP\b|Commission(?:er)?\b|heads?\s+of|"
    r"executive\s+departments|agenc(?:y|ies)|Director|Assistant\s+to|Postmaster|importers?\b|"
    r"transportation\s+carriers)",
    re.I,
)
_NO_LAW = re.compile(
    r"\bnothing\s+in\s+this|\bshall\s+be\s+construed|\bI\s+may\b|\bthe\s+President\s+may\b|"
    r"\bto\s+the\s+extent\s+(?:of\s+such|necessary|consistent)|\bis\s+held\s+to\s+be\s+invalid|"
    r"\bprivileged\s+foreign|\bdrawback\b|\bforeign\s+trade\s+zone|\bit\s+is\s+the\s+policy|\bhave\s+imposed\b|"
    r"\bpresently\b|\bmight\s+indicate|\bif\s+(?:the|any|such)\b|\bif\s+\w+\s+determines",
    re.I,
)
CONDITIONAL = re.compile(
    r"(?:\([a-z0-9]{1,4}\)\s*)*(?:if|should|in\s+the\s+event|unless|whenever|when|where|for\s+example|for\s+purposes|"
    r"upon|to\s+the\s+extent)\b",
    re.I,
)
_RULES_ANYWAY = re.compile(
    r"\bshall\s+(?:no\s+longer|cease)|\b(?:is|are)\s+hereby\b"
    r"|\bI\s+(?:(?:have|also|further)\s+)*determined?\s+that\b[^.;]{5,300}?(?:\bshall\s+not\s+be\s+subject\s+to\b|[“\"])"
)


def may_rule(title: str, text: str) -> bool:
    """Whether a sentence of the section of a title can make law."""
    if _NO_LAW.search(text) or CONDITIONAL.match(text) or _OFFICIAL.match(text):
        return False
    if _RECITAL.match(title):
        return _RULES_ANYWAY.search(text) is not None
    return not text.rstrip("\"”’' ").endswith("?")
