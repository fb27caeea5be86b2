"""The noun phrases of speakers: offices, groups, bodies and texts, and what stands before and after them."""

from __future__ import annotations

import re

MUTE = ("court", "agreement")
PUBLIC = (
    "ministry",
    "agency",
    "executive",
    "central bank",
    "international",
    "legislature",
    "party",
)
PRIVATE = re.compile(
    r"\b(?:CEO|chief executive|economist|analyst|professor|founder|general manager|fellow|lawyer|vice.president (?:of|for|at)"
    r"|(?:president|chair\w*|director|head) (?:of|at|and CEO)(?! (?:mission|state|government|(?:the )?delegation)| (?:the )?(?:U|Eur|Bank|Federal|Ec|Na|[A-Z]\w+ Central))"
    r"|scholar|researcher|expert|strategist|partner|consultant|farmer|institute|association|university|council of shippers)\b",
    re.IGNORECASE,
)
FIELDS = frozenset(
    ("trade", "finance", "foreign", "commerce", "agriculture", "economy", "industry", "energy", "prime",
     "vice", "deputy", "treasury", "state", "defense", "defence", "interior", "health", "labor", "press",
     "business", "minister", "ministry", "secretary", "president", "ambassador", "governor")
)  # fmt: skip
"""Words of an office by which it is told from others."""
SPECIAL = frozenset(("shadow", "deputy", "vice", "former", "opposition"))
ONLY_IN = {"treasurer": "AU", "union": "IN", "external": "IN", "taoiseach": "IE", "tanaiste": "IE"}
"""Offices that only one country has by that name."""
SPEAKS = re.compile(r"\b(?:spokes\w+|officials?|diplomats?)\b", re.IGNORECASE)
ARTICLE = re.compile(r"\b(the|an?)\s+(?:[\w.’'-]+\s+){0,2}\Z", re.IGNORECASE)
NAME = (
    r"[A-ZÀ-Ž][\w’'-]+(?:\s(?:[A-Z]\.|al|de|van|von|bin|der|la|[A-ZÀ-Ž][\w’'-]+)){1,3}(?<![’'\-.])"
)
STRANGER = re.compile(
    r"\b(?!(?:The|On|In|At|By|For|From|After|Before|During|Since|Under|With|As|But|And|While|When|If|An?|His|Her|Its|Their"
    r"|Last|Next|This|That|Early|Late|Also|Asked|Speaking|Writing|According|He|She|They|Media)\b)(?P<name>"
    + NAME
    + r"|[A-Z][a-z]{2,}(?<!s)(?=\s(?:said|says|added|told|wrote|noted|stressed|emphasi[sz]ed|explained|argued|warned)\b))"
    r"(?=(?P<what>,\s(?:the\s|an?\s)?[a-z][^,;.\"“]{3,90},|\s\([^()]{1,40}\))?\s(?:[a-z]|[A-Z][a-z]+day\b)|[.,](?:\s|$))"
)
UNLISTED = re.compile(
    r"(?:['’]s?)?\s+(?P<name>(?:(?:[A-Za-z][\w-]+|and|of)\s+){0,3}(?:[Mm]inistry|[Dd]epartment|[Ee]mbassy|[Cc]abinet|[Cc]entral\s+[Bb]ank"
    r"|[Cc]ustoms|[Cc]hancellery|[Pp]residency|[Pp]arliament|[Oo]ffice|[Aa]gency|[Bb]ureau|[Cc]ommission|[Rr]egulator))\b(?!\s+(?:of|[Ss]pokes|[Oo]fficial|[Ss]ecretary|[Pp]ress)|['’])"
)
SOMEONE = re.compile(
    r"\b(?:(?:[Aa]n?|[Oo]ne|[Aa]nother)\s+(?P<who>(?:[\w.’'-]+\s+){0,4}?(?P<core>official|diplomat|envoy|aide|spokes(?:man|woman|person))"
    r"(?:\s+(?:for|of|from|at)\s+(?:the\s+)?[A-Z][\w’']+(?:\s+(?:(?:of|for|and)\s+)?(?:[A-Z]\w+|ministry|department|embassy|government|office"
    r"|commission|commerce|foreign|trade|finance)){0,4})?)|[Tt]he\s+(?P<those>(?:No\.?\s+10|Downing\s+Street|[A-Z]\w+)\s+spokes\w+))\b(?!['’])"
)
GROUP = re.compile(
    r"\s+(?:[a-z][\w-]*\s+){0,2}?(?:co-chairs?|lawmakers|leaders|senators|ministers|authorities|regulators|diplomats|envoys"
    r"|delegates|legislators)\b(?!['’])"
)
OFFICIALS = re.compile(r"\s+(?:officials|diplomats|leaders|negotiators)\b(?!['’])")
TRADE = re.compile(
    r"(?P<who>\s+(?:[a-z][\w-]*\s+){0,2}?[a-z][\w-]*s),\s+(?:including|such\s+as|led\s+by|among\s+them)\s+(?:the\s+)?[A-Z][^,;]{3,160}"
    r"(?:,[^,;]{3,80}){0,2}(?=,\s+(?:have|has|had|also)\s)"
)
"""An industry that speaks through associations that the sentence names."""
INSTITUTE = re.compile(
    r"\b(?:(?!The\b|An?\b|On\b|In\b|By\b|For\b)[A-Z][\w.&’-]*\s+(?:(?:of|for|and|on|the|&)\s+){0,2}){1,6}?(?:Institut(?:e|ion)|Council|Association|Federation"
    r"|Foundation|Chamber|Cent(?:er|re)|Alliance|Coalition|Society|University|Think\s+Tank|Roundtable|Union|Guild|Fund)\b(?!['’]s?\s+[a-z]+\s+[A-Z])"
    r"(?:\s+(?:of|for|on)\s+(?:the\s+)?(?!CEO|Pres|Chair|Direc|Exec|Secr|Spok|Chief|Sen)[A-Z]\w+"
    r"(?:\s+(?:(?:and|of|for|the)\s+){0,2}(?!CEO|Pres|Chair|Direc|Exec|Secr|Spok|Chief|Sen)[A-Z]\w+){0,4})?"
)
APPOSED = re.compile(rf",\s+(?P<name>{NAME}),")
POSSESSES = re.compile(r"(?:['’]s?)?\s+")
STUDY = re.compile(
    r"\b(?:[Aa]n?\s+|[Tt]he\s+)?(?:[\w-]+\s+){0,2}?(?:analysis|report|study|paper|survey|research|estimate|assessment|brief)\b"
)
"""A study, which speaks for those who made it where they are named."""
AFTER_QUOTE = re.compile(r"[,.?!…][”\"]\s\Z")
INDEFINITE = re.compile(r"\b[Aa]n?\s\Z")
PUBLIC_ROLE = re.compile(
    r"\b(?:minister|president|premier|secretary|spokes\w+|official|ambassador|senator|governor|commissioner"
    r"|negotiator|representative|lawmaker|envoy|diplomat|chancellor|congress\w+|treasurer|committee\s+chair\w*|speaker|trade\s+chief|taoiseach|t[aá]naiste|press\s+officer|head\s+of\s+(?:mission|state))\b",
    re.IGNORECASE,
)
SAID = re.compile(
    r"\b(?:said|says|wrote|added)\s+(?P<role>(?:[\w.&’'-]+\s+){1,6}(?i:chief\s+executive|CEO|president|chair\w*|director|chief"
    r"|economist|analyst|secretary|head|minister|leader|professor|founder|spokes\w+)\s+)?\Z"
)
UNDER = re.compile(
    r"\b(?:of|in|to|with|from|for|by|on|at|against|over|between|than|about|into|and|or|targeting"
    r"|toward|towards|under|via|like|(?:such|known|serves?|served|seen)\s+as|including|than|alongside)\s+(?:the\s+|an?\s+)?\Z"
)
OPENING = re.compile(
    r"[\"“]?(?:(?:But|And|Yet|So|Also|Still|Then|While|Although|However|Meanwhile|Separately),?\s+)?"
    r"(?:(?:[Aa]lso\s+)?[A-Z][^,;]{0,110}(?:,[^,;]{1,20}){0,2},\s+)?(?:[Tt]he\s+|[Aa]n?\s+|[Bb]oth\s+)?(?:M(?:rs?|s)\.?\s+|Dr\.?\s+)?"
)
OWNS = re.compile(r"(?:['’]s?)?\s+(?:(?:news|press|own|written|earlier|latest|brief)\s+){0,2}")
BY = re.compile(
    r"(?:,?\s+(?:signed|written|sent|issued|posted|released|published)(?:\s+\w+){0,3})?\s+(?:by|from|of|on)\s+(?:the\s+)?"
)
ANAPHOR = re.compile(
    r"\b(?:(?P<one>[Hh]e|[Ss]he)|(?P<they>[Tt]hey)|(?P<it>[Ii]t)"
    r"|(?P<body>[Tt]he\s+(?P<noun>ministry|department|agency|administration|government|commission"
    r"|embassy|bureau|association|(?P<firm>company|firm|(?:chip|car|auto|plane)maker|manufacturer)))"
    r"|(?P<office>[Tt]he\s+(?:(?:(?P<side>U\.S\.|US|Chinese)|trade|prime|foreign|finance|commerce)\s+)?(?P<core>president"
    r"|premier|minister|secretary|chancellor|ambassador|commissioner|spokes(?:man|woman|person)|senator"
    r"|governor|envoy|negotiator|adviser|chairman|representative|official|diplomat|aide))"
    r"|(?P<those>[Tt]he\s+(?:two\s+|three\s+|\w+\s+)?(?:ministers|leaders|officials|lawmakers|senators|governors|countries|negotiators))"
    r"|(?P<crowd>(?:[Aa]nalysts|[Ee]xperts|[Ee]conomists|[Cc]ritics|[Ss]ources|[Oo]bservers"
    r"|[Rr]eports?|[Mm]edia)))\b(?!['’](?!s\s+(?:website|site|home\s?page|account|statement|letter|blog)\b))"
)
TEXT = re.compile(
    r"(?:\b(?:(?P<the>[Tt]h(?:e|at|is))|(?P<his>[Hh]is|[Hh]er|[Ii]ts|[Tt]heir))\s+(?:\w+\s+)?)?\b(?P<noun>statement|release|letter|post|tweet|message|notice|commentary)\b(?!['’])"
)
