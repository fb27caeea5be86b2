"""The words of acts of trade policy: verbs by what they do, the nouns they act on, and cues."""

from __future__ import annotations

import re
from typing import Literal

Act = Literal[
    "impose", "raise", "lower", "end", "suspend", "extend", "exempt", "announce", "bear", "begin",
    "expire", "retaliate", "keep", "say", "other",
]  # fmt: skip
"""`announce` tells of an act that another verb or a noun names; `begin` has the measure as its subject; `bear` turns the sides round ("goods
face a tariff"); `say` and `other` only claim the times and subjects beside them."""

_LEMMAS: dict[Act, str] = {
    "impose": "impose reimpose re-impose levy slap place put set introduce implement institute enact "
    "adopt apply add charge collect establish issue hit target tariff ban prohibit bar blacklist "
    "sanction launch reinstate restore restrict enforce tax",
    "raise": "raise increase hike boost double triple quadruple elevate escalate expand widen tighten enhance",
    "lower": "lower reduce cut slash halve decrease trim ease relax loosen",
    "end": "remove eliminate terminate revoke rescind repeal lift scrap cancel abolish withdraw end "
    "drop close waive",
    "suspend": "suspend pause halt freeze delay postpone defer",
    "extend": "extend prolong renew",
    "exempt": "exempt exclude spare",
    "announce": "announce unveil propose order sign approve outline release publish threaten answer "
    "respond direct prepare plan detail formalise formalize finalise finalize confirm",
    "bear": "face pay",
    "begin": "start begin rise climb jump fall range",
    "expire": "expire lapse",
    "retaliate": "retaliate",
    "keep": "retain keep maintain leave",
    "say": "say state tell add warn tweet write report note announce declare vow promise",
    "other": "meet hold visit arrive talk speak negotiate reach strike agree take make give send "
    "lead agree commit follow open close find determine modify amend include",
}
_DOUBLED = frozenset(("slap", "put", "set", "hit", "ban", "bar", "cut", "trim", "scrap", "drop", "plan", "begin", "commit"))  # fmt: skip
_IRREGULAR = {
    "put": "put", "set": "set", "hit": "hit", "cut": "cut", "withdraw": "withdrew withdrawn",
    "freeze": "froze frozen", "pay": "paid", "begin": "began begun", "rise": "rose risen", "fall": "fell fallen", "say": "said", "tell": "told",
    "write": "wrote written", "meet": "met", "hold": "held", "speak": "spoke spoken",
    "keep": "kept", "leave": "left", "strike": "struck", "take": "took taken", "make": "made", "give": "gave given", "send": "sent",
    "lead": "led", "find": "found",
}  # fmt: skip
_PHRASES: dict[Act, str] = {
    "announce": r"c(?:ome|omes|ame|oming)\s+up\s+with|call(?:s|ed)?\s+for|roll(?:s|ed|ing)?\s+out",
    "bear": r"(?:be|is|are|was|were|being|become|remains?|remained)\s+(?:now\s+)?subject(?:ed)?,?\s+(?:instead,?\s+)?to"
    r"|(?:have|receive|received|granted|given|got)(?=\s+an?\s+(?:[\w-]+\s+){0,3}\d)|(?:received|granted)(?=\s+exemptions)",
    "impose": r"(?:re-?)?(?:imposition|introduction|implementation|adoption|enactment|reinstatement|restoration|application)\s+of"
    r"|there\s+(?:will|would)\s+(?:also\s+|now\s+)?be",
    "raise": r"(?:doubling|tripling|raising|hiking|increase)\s+of(?=\s)|increase\s+in(?=\s+(?:[\w.-]+\s+){0,4}(?:tariffs?|duties))",
    "lower": r"(?:lowering|reduction|cutting|halving)\s+of",
    "begin": r"(?:go|goes|went|going)\s+up(?=\s+to\s+\d)|(?:be|is|are)\s+effective(?=\s+(?:on|from|as|in|retroactively|[A-Z]))|(?:tak(?:e|es|ing)|took|taken)\s+effect|(?:go|goes|went|going|com(?:e|es|ing)|came|enter(?:s|ed|ing)?|put)"
    r"\s+into\s+(?:effect|force)|kick(?:s|ed|ing)?\s+in|(?:remain|stay|stand)(?:s|ed)?\s+(?:in\s+place\s+)?at(?=\s+\d)|(?:be|are|is)\s+(?:set\s+)?at(?=\s+\d)",
    "end": r"(?:removal|elimination|lifting|abolition|withdrawal|scrapping|cancell?ation|revocation)\s+of|roll(?:s|ed|ing)?\s+back|phas(?:e|es|ed|ing)\s+out|(?:ceas(?:e|es|ed|ing)|stop(?:s|ped|ping)?|end(?:s|ed|ing)?)\s+(?:to\s+)?"
    r"(?:impos|implement|apply|collect|levy|enforc|charg)(?:e|ing)",
    "suspend": r"(?:put|puts|putting)\s+on\s+hold|h(?:old|olds|eld|olding)\s+off(?:\s+on)?|tak(?:e|es|ing)\s+no\s+action\s+to\s+enforce"
    r"|not\s+(?:to\s+)?tak(?:e|ing)\s+(?:any\s+)?action\s+to\s+enforce"
    r"|stop(?:s|ped|ping)?(?=\s+(?:[\w-]+\s+){0,3}(?:exports?|imports?|shipments?|purchases?)\b)|stop(?:s|ped|ping)?(?=[^.;]{0,80}\bfor\s+(?:\d+|an?|one|two|three|four|six|ninety|sixty|thirty)\b)",
    "extend": r"continu(?:e|es|ed|ing)\s+(?:the|this|that|its|their)\s+(?:[\w-]+\s+){0,2}(?:suspension|pause|truce|delay)",
}  # fmt: skip
AMBIGUOUS = frozenset((
    "increase", "increases", "hike", "hikes", "boost", "cut", "cuts", "place", "places", "order",
    "orders", "ban", "bans", "bar", "tariff", "tariffs", "levy", "levies", "sanction",
    "sanctions", "delay", "delays", "pause", "pauses", "halt", "freeze", "release", "end", "ends",
    "drop", "drops", "set", "sets", "target", "targets", "charge", "charges", "double", "triple",
    "lift", "issue", "issues", "start", "starts", "lower", "close", "answer", "answers", "plan",
    "plans", "report", "reports", "state", "states", "note", "notes", "visit", "talk", "talks",
    "lead", "promise", "renew", "face", "faces", "launch", "trim", "decrease", "address", "spare",
    "reduced", "renewed", "add", "put", "tax", "taxes", "ease", "range", "ranges",
))  # fmt: skip
"""Forms that are nouns or adjectives as often as verbs."""


def _forms(lemma: str) -> set[str]:
    stem = lemma[:-1] if lemma.endswith("e") else lemma
    twin = lemma + lemma[-1] if lemma in _DOUBLED else stem
    if lemma.endswith("y") and lemma[-2] not in "aeou":
        forms = {lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    else:
        plural = lemma + ("es" if lemma.endswith(("sh", "ch", "ss", "x")) else "s")
        forms = {lemma, plural, twin + "ing"}
        forms |= set() if lemma in _IRREGULAR else {twin + "ed"}
        forms |= {lemma.replace("cel", "cell") + end for end in ("ed", "ing")} if lemma == "cancel" else set()  # fmt: skip
    return forms | set(_IRREGULAR.get(lemma, "").split())


ACTS: dict[str, Act] = {}
for _act, _lemmas in _LEMMAS.items():
    for _lemma in _lemmas.split():
        for _form in _forms(_lemma):
            ACTS.setdefault(_form, _act)
WORD = re.compile(r"\b[A-Za-z]+(?:-[a-z]+)?\b")
PHRASE = re.compile(
    "|".join(f"(?P<{act}>{words})\\b" for act, words in _PHRASES.items()), re.IGNORECASE
)
PHRASE_HEADS = re.compile(
    r"be(?:come)?$|is$|are$|was$|were$|being|com|came|call|roll|tak|took|go|went|enter|put|kick|phas|h[eo]ld|not$|continu|ha[sv]|receiv|grant|give|got|there$|remain|stay|sto|stand|"
    r"ceas|end|(?:re-?)?impos|introd|implem|adopt|enact|reinst|restor|appl|doubl|tripl|rais|hik|incr|lower|reduc|cut|halv|remov|elim|lift|abol|withd|scrap|cancel|revoc"
)
"""The words with which those phrases begin."""

TARIFF = re.compile(
    r"\b(?:(?:retaliatory|reciprocal|import|customs|anti-?dumping|anti-?subsidy|safeguard|provisional|definitive|countervailing|punitive|additional|new|"
    r"higher|ad\s+valorem|baseline|global)\s+)*(?:tariff(?:s|\s+rates?|\s+hikes?|\s+increases?)?|(?:dut(?:y|ies)(?!-free))(?:\s+rates?)?|(?:(?<=\d% )|(?<=\d percent )|(?<=\d per cent ))(?:rates?|tax(?:es)?(?=\s+on))|"
    r"lev(?:y|ies)|surcharges?|import\s+tax(?:es)?|tax(?:es)?(?=\s+(?:on|of)\s[^;]{0,50}\b(?:imports|imported|goods|products|exports|shipments)\b)|ad\s+valorem\s+(?:duty\s+)?rates?|"
    r"rates?\s+of\s+(?:additional\s+)?(?:ad\s+valorem\s+)?dut(?:y|ies)|surtax(?:es)?|(?:anti-?dumping|anti-?subsidy|safeguard|rebalancing)\s+measures|(?:anti-?dumping|countervailing|cash|security)\s+deposits?)\b(?!\s+(?:lines?|schedule|commission|letters?|polic(?:y|ies)|act\b|agreements?|(?:and\s+non-?tariff\s+)?barriers?|relief|dispute|fight|war|"
    r"conflict|action|revenue|treatment|quotas?|code|system|commitments|framework|numbers?))",
    re.IGNORECASE,
)
LIST = (
    r"(?:(?:entity|entities|unverified|unreliable\s+entit(?:y|ies)|(?:national\s+)?(?:export\s+)?control|sanctions|military\s+end[- ]users?|"
    r"(?:priority\s+)?watch|white(?:\s+country)?|trusted\s+(?:trad(?:e|ing)\s+|export\s+)?partners?)\s+list|list\s+of\s+trusted\s+(?:\w+\s+)?(?:partners?|countries|nations)|(?:(?:trade|export|sanctions)\s+)?(?:black|white)list)"
)
"""The lists on which firms and countries are put, or from which they are taken."""
OTHER = re.compile(
    r"\b(?:(?P<exemption>de\s*-?minimis[”\"’]?\s+(?:[a-z-]+\s+)?(?:exemptions?|treatment|tariffs?\s+exemption|privileges?|loophole)|(?:tariffs?|duty)\s+exemptions?"
    r"|exemptions?|exclusions?|de\s+minimis|(?:trade|tariff)\s+(?:privileges|preferences|concessions)|preferential\s+(?:trade\s+|tariff\s+)?(?:status|treatment|access))|(?P<control>(?:export|technology)\s+(?:controls?(?!\s+list)|curbs?|restrictions?|bans?|licen[sc]ing(?:\s+requirements?)?|licen[sc]e\s+requirements?)"
    r"|controls?\s+on\s+(?:the\s+)?exports?|licen[sc]ing\s+requirements?)|(?P<fee>(?:port|docking|harbou?r|shipping)\s+fees)"
    r"|(?P<ban>(?:import\s+|export\s+|trade\s+|[A-Z][\w.]+\s+)?(?:bans?|embargo(?:es)?)|prohibitions?(?=\s+on\s+(?:the\s+)?(?:import|export|sale|purchase|use)))|(?P<quota>(?:import\s+|tariff[- ]rate\s+)?quotas?)"
    r"|(?P<sanction>sanctions)|(?P<list>" + LIST + r")"
    r"|(?P<restriction>(?P<on>import|investment|trade)\s+(?:restrictions?|curbs?)|(?<!travel )(?<!visa )(?<!entry )(?:restrictions?|curbs?|regulations|rules|controls|checks)\s+on(?=\s+(?:its\s+|the\s+|all\s+)?(?:exports?|imports?|sales?|shipments?|purchases?|investments?|[A-Z]|\w+ing\b)))"
    r"|(?P<counter>(?:non-?tariff\s+)?counter-?measures|retaliat(?:ion(?=\s+(?:worth|on|against|to\s+the\s+tune))|ory\s+(?:measures|steps))))\b",
    re.IGNORECASE,
)  # fmt: skip
TYPES = {
    "control": "export controls", "fee": "port fees", "ban": "ban", "quota": "quota",
    "sanction": "sanctions", "list": "listing of entities", "restriction": "restrictions",
    "counter": "countermeasures", "exemption": "exemption",
}  # fmt: skip

OBJECT_STOP = re.compile(
    r";|:\s|—|--|\s–\s|,\s+(?:saying|adding|citing|according|reports?|reported|while|but|although|though|as|which|who|a\s+move|(?:has|have|had|is|was|were|will|would)\s+(?:not\s+)?[a-z]+|"
    r"and\s+(?:for|have|has|had|will|would|is|are|it|he|they|also)|in\s+(?:response|retaliation|order)|after|before|because|since|if|unless|when|where|a\s+critical)\b|\s(?:while|whereas|although|after|because|amid|if|unless|when)\s|"
    r"\s(?:in\s+(?:response|retaliation|reaction|recognition|exchange|return|order|an\s+effort|a\s+bid|light)|as\s+part|as\s+a|"
    r"pursuant|in\s+addition)\b|[.?!][\"”’]?(?=\s+[A-Z“\"]|\s*$)",
)
"""Where the object of a verb ends at the latest."""
PURPOSE = re.compile(
    r",\s(?!including|excluding|covering|affecting|starting|beginning|total|targeting|ranging|amounting|raising|lowering)[a-z]+ing\b|"
    r"\s(?:to\s+(?:[a-z]+ly\s+)?(?!\d|be\b|a\b|an\b|the\b|about\b|as\b|imports\b|tariffs\b|duties\b|rates\b|goods\b|products\b|all\b|articles\b|exports\b|"
    r"twenty\b|ten\b|fifty\b)(?-i:[a-z]+)\b|for\s+(?:its|their|failing|his)|over\s+(?:its|their|the)|that\s(?!are\s+(?:the\s+)?products?\s+of)|which\s|who\s|"
    r"for\s+[a-z]+ing\b|importing\b|under\s+(?:the|section)\b|based\s+on\b)",
    re.IGNORECASE,
)
"""Where the targets in an object end: what follows gives a purpose, a reason or a description."""
EFFECTIVE = re.compile(
    r"\b(?:effective(?:\s+(?:on|from|as\s+of))?|starting(?:\s+(?:on|from))?|beginning(?:\s+on)?|as\s+of|since|on\s+or\s+after|"
    r"from|(?:tak(?:e|es|ing)|took)\s+effect(?:\s+(?:on|at|from|in))?|into\s+(?:effect|force)(?:\s+(?:on|at|from|in))?|"
    r"(?:start|starts|started|begin|begins|began)(?:\s+on)?)\s+(?:at\s+)?(?:early\s+|late\s+)?$",
    re.IGNORECASE,
)
UNTIL = re.compile(r"\b(?:until|through|till|to\s+expire\s+on|expir\w+\s+(?:on|at)|lapses?\s+on)\s+(?:at\s+)?$", re.IGNORECASE)  # fmt: skip
RETALIATION = re.compile(
    r"\bretaliat(?:ory|ed?|es|ing|ion\s+(?:worth|against|on|to\s+the\s+tune))\b|\bin\s+retaliation\b|\bcounter-?(?:measures?|tariffs?|duties)|\bin\s+kind\b|"
    r"\b(?:responds?|responded|answers?|answered)\s+(?:quickly\s+)?with\b|"
    r"\bin\s+response\s+to\s+[^.;,]{0,30}?\b(?:tariffs?|moves?|measures?|dut(?:y|ies)|Executive\s+Order|list|levies)",
    re.IGNORECASE,
)
JOINT = re.compile(
    r"\b(?:the\s+two|both)\s+(?:sides|countries|governments|nations|parties|economies|economic\s+powers)\b|\beach\s+(?:side|country)\b|\bthe\s+Parties\b",
    re.IGNORECASE,
)
THE_ACT = re.compile(
    r"\b(?:the|this|that|these|each|every)\s+(?:section\s+\d+\s+)?(?:latest\s+|new\s+|executive\s+)?(?:orders?|action|actions|proclamations?|move|moves|measures?|plan|directive|memorandum|announcement|list|ban|decree|rules?|controls|restrictions|sanctions|law|notice|regulations?)\b",
    re.IGNORECASE,
)
THE_BODY = re.compile(
    r"\b(?:the|its)\s+(?:(?:\w+\s+)?ministry|government|administration|commission|president|prime\s+minister|premier|minister|authorit(?:y|ies)|"
    r"customs|agency|department|office|country|nation|bloc|cabinet|regulator|world['’]s\s+(?:[\w-]+\s+){1,4}(?:exporter|producer|importer|economy|supplier))"
    r"\b(?!\s+of\b)",
    re.IGNORECASE,
)
"""A body whose country an earlier sentence names."""
PRONOUN = re.compile(r"\b(?:he|she|it|they|who|which|that)\b", re.IGNORECASE)
TOLD_BEHIND = re.compile(
    r",\s+(?:(?![,;]|\d)[^\n]){2,90}?\s+(?:said|says|announced|reported|reports|confirmed|has\s+said|has\s+announced|has\s+confirmed|told|showed)\b"
)
"""Who is said at the end of a sentence to have told of it."""
THOSE = re.compile(
    r"\b(?:those|these|the\s+two)\s+(?:nations|countries)\s+(?:(?:will|would|have|had|also|then|\w+ly)\s+){0,3}$",
    re.IGNORECASE,
)
OBLIQUE = re.compile(
    r"\b(?:from|on|against|of|to|with|in|at|for|over|under|between|toward|towards|into|about|than|like|including|via|through|among|"
    r"upon|across|within|imports?|importing)\s+(?:(?:the|all|any|its|certain|some|most|many|other|more|several|new|low-value|both|imported|\d[\d,]*)\s+){0,3}$",
    re.IGNORECASE,
)
"""A name after these words is not the subject of a verb further on."""
JOINED = re.compile(r"\s*,?\s*(?:and|&)\s+(?:the\s+)?|,\s+(?:the\s+)?", re.IGNORECASE)
LAWS = re.compile(
    r"\b(?:orders?|proclamations?|laws?|bill|act|memorandum|rules?|plan|notice|regulations?|letters?|directive|decree|announcement|list|agreement|deal)"
    r"\b[^.;]{0,40}$",
    re.IGNORECASE,
)
"""Before "that": what a relative clause tells of a law is what the law does."""
PAUSE = re.compile(
    r"\b(?:pauses?|suspensions?|truces?|moratoriums?|moratoria|reprieves?|freezes?|(?:enforcement\s+)?delays?|halts?|ceasefires?|grace\s+periods?)\b",
    re.IGNORECASE,
)
MADE = re.compile(
    r"\b(?:agreed?|agrees|agreeing|announc\w+|declar\w+|order(?:ed|s|ing)|grant\w*|impos\w+|call(?:ed|s)|unveil\w*|reach\w*|struck|authoriz\w+|accept\w*|put)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
"""A verb that makes a pause or an extension, before the noun for it."""
TRADE = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|trade|imports?|exports?|sanctions?|embargo|divest\w*|TikTok|ByteDance|truce|levies|"
    r"countermeasures|(?:section|title)\s+\d{3}|entity\s+list|customs|reciprocal|chips?|rare\s+earths?)\b",
    re.IGNORECASE,
)
"""Words of trade policy, beside which a bare deadline or pause is one of it."""
PAUSE_STEMS = ("paus", "suspen", "truce", "moratori", "repriev", "delay", "halt", "freez", "froze", "ceasefire", "cease-fire", "grace", "enforce", "postpon", "defer", "hold", "stop")  # fmt: skip
EXTENSION_STEMS = ("exten", "prolong", "renew", "continu")
DEADLINE_STEMS = ("deadline", "due ", "cutoff", "cut-off", "expir", "laps", "by ", "before ", "within ", "later than", "prior to", "until")  # fmt: skip
COURT_STEMS = ("court", "tribunal", "panel", "appellate", "wto", "world trade")
MEASURE_STEMS = (
    "tariff", "dut", "lev", "surcharge", "tax", "ban", "embargo", "control", "restrict", "curb", "sanction",
    "quota", "fees", "exempt", "exclu", "minimis", "measure", "licen", "retaliat", "ad valorem", "rate", "list",
    "prohibit", "bar", "permit", "approval", "authori", "(", "stop", "halt", "suspen",
)  # fmt: skip
"""What a sentence must hold, in small letters, to be worth a closer look."""


def holds(text: str, stems: tuple[str, ...]) -> bool:
    """Whether any of some stems stands in a text of small letters."""
    return any(stem in text for stem in stems)
