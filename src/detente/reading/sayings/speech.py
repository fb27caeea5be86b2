"""The words of speech: verbs that say, what may stand between a speaker and them, what they report.

Matched against text outside quotation marks, in the case as written: a verb is in small letters.
"""

from __future__ import annotations

import re

_PEOPLE = (
    r"reporters|journalists|(?:his|her|its|their|the)\s+(?:[\w-]+\s+)?(?:[a-z]\w+s|counterpart|audience|crowd|parliament|cabinet|Senate|House|Congress|Council|Commons|Diet|legislature|newspaper|broadcaster|agency|nation|country|court|Associated\s+Press|Financial\s+Times|New\s+York\s+Times)\b|(?:state|local|foreign|national|public)\s+(?:media|television|TV|radio)|lawmakers|senators|(?:the\s+)?media|parliament|investors|viewers|supporters"
    r"|an?\s+(?:[\w-]+\s+){0,2}(?:conference|briefing|rally|crowd|interviewer|audience|forum|hearing|committee|meeting|gathering|panel|summit|event|session|seminar)"
    r"|(?:the\s+)?[A-Z][\w.’'&-]*(?:\s+[A-Z][\w.’'&-]*){0,3}"
)
_TOOK_TO = r"(?:took\s+to|went\s+on|turned\s+to|used)\s+[^,.;“\"]{2,50}?\s+to\s+"
"""Where one speaks: "took to the radio to"."""
_SAY = (
    "sa(?:id|ys?|ying)|stat(?:ed|es|ing)|add(?:ed|s|ing)|argu(?:ed|es?|ing)|insist(?:ed|s|ing)?"
    "|claim(?:ed|s|ing)|declar(?:ed|es|ing)|explain(?:ed|s|ing)|remark(?:ed|s|ing)|repl(?:ied|ies|ying)"
    "|warn(?:ed|s|ing)?(?!\\s+(?:\\w+day\\s+)?(?:of|about|against)\\b)(?!\\s+(?:(?!that\\b)[\\w.’'-]+\\s+){1,5}?to\\s+[a-z])|caution(?:ed|s|ing)|counter(?:ed|s|ing)|testif(?:ied|ies|ying)"
    "|hint(?:ed|s|ing)|quip(?:ped|s)|jok(?:ed|es|ing)|lament(?:ed|s|ing)|observ(?:ed|es|ing)|promis(?:ed|es|ing)|pledg(?:ed|es|ing)|vow(?:ed|s|ing)|suggest(?:ed|s|ing)?"
    "|indicat(?:ed|es|ing)|acknowledg(?:ed|es|ing)|conced(?:ed|es|ing)|admit(?:ted|s|ting)"
    "|maintain(?:ed|s|ing)|contend(?:ed|s|ing)|predict(?:ed|s|ing)|complain(?:ed|s|ing)"
    "|assert(?:ed|s|ing)|recalled|comment(?:ed|s|ing)|responded|boasted|not(?:ed|es|ing)"
    "|signal(?:l?ed|s|l?ing)|reiterat(?:ed|es|ing)|repeated|stress(?:ed|es|ing)"
    "|emphasi[sz](?:ed|es|ing)|underscor(?:ed|es|ing)|underlin(?:ed|es|ing)|announced|confirm(?:ed|s)"
    "|threaten(?:ed|s|ing)(?=\\s+that\\b)"
    rf"|(?:told|tells|telling)\s+(?:{_PEOPLE})|(?:made|makes|making)\s+(?:it\s+)?clear(?=\s+(?:that|the|there|he|she|it|they|[A-Z]))"
    rf"|{_TOOK_TO}(?:say|warn|argue|declare|insist|claim|complain|suggest)"
)
_WRITE = "cit(?:ed|es)|wrote|writes|tweet(?:ed|s|ing)|post(?:ed|s|ing)|writing|reads?|put(?:s|ting)?\\s+it|threaten(?:ed|s|ing)"
_CALL = (
    "describ(?:ed|es|ing)|call(?:ed|s|ing)(?!\\s+(?:for|on|upon|off|back|in)\\b)|label(?:l?ed|s)"
    "|dubbed|branded|termed|characteri[sz](?:ed|es|ing)"
)
_JUDGE = (
    "denounc(?:ed|es|ing)|condemn(?:ed|s|ing)|critici[sz](?:ed|es|ing)|blasted|slam(?:med|s|ming)"
    "|decr(?:ied|ies|ying)|prais(?:ed|es|ing)|hail(?:ed|s|ing)|applauded|lauded|reject(?:ed|s|ing)"
    "|dismiss(?:ed|es|ing)|defend(?:ed|s|ing)|blam(?:ed|es|ing)|accus(?:ed|es|ing)|protested"
    "|lambasted|deplor(?:ed|es|ing)|regret(?:s|ted)|welcom(?:ed|es|ing)|urg(?:ed|es|ing)"
    "|oppos(?:ed|es)|rebuked|assailed|rebuffed|refuted|touted|cheered|bemoaned|chided|ruled\\s+out"
    r"|(?:lash|hit|lashed|hits|hitting)\s+(?:back|out)\s+(?:at|against)|railed\s+against|took\s+aim\s+at|sp(?:oke|eaks)\s+out\s+against"
    r"|warn(?:ed|s|ing)\s+(?:\w+day\s+)?(?:of|about|against)|warn(?:ed|s|ing)\s+(?:[\w.’'-]+\s+){1,5}?(?=to\s+[a-z])|refus(?:ed|es|ing)\s+to\s+rule\s+out|call(?:ed|s|ing)\s+(?:for|on|upon)|ascrib(?:ed|es|ing)|attribut(?:ed|es|ing)|mischaracteri[sz]ed|disput(?:ed|es|ing)|demand(?:ed|s|ing)|downplayed|mocked|ridiculed|den(?:ied|ies|ying)\s+(?:that|any|having|accus\w+|the\s+(?:accus|alleg|claim|charge|report)\w+)"
    rf"|{_TOOK_TO}(?:denounce|condemn|critici[sz]e|blast|slam|attack|accuse|praise|hail|defend|reject|dismiss|mock|demand|blame|tout|urge)"
)
_POINT = (
    "rais(?:ed|es)|express(?:ed|es|ing)|highlight(?:ed|s|ing)|reaffirm(?:ed|s|ing)|affirm(?:ed|s)"
    r"|convey(?:ed|s)|voic(?:ed|es|ing)|commended|thanked|outlined|laid\s+out|made\s+clear|pointed\s+out"
    "|pressed|encouraged"
)
_FIND = "found|finds|conclud(?:ed|es)|estimat(?:ed|es)|show(?:ed|s)|determined"
SAYS = re.compile(
    rf"\b(?:(?P<say>{_SAY})|(?P<write>{_WRITE})|(?P<called>{_CALL})|(?P<judge>{_JUDGE})"
    rf"|(?P<point>{_POINT})|(?P<find>{_FIND}))\b(?!-)"
)
"""A verb of saying: `say` takes what is said, `write` only quotations, `called` a name in quotation
marks, `judge` the act judged, `point` a matter raised, `find` what a study says."""

CLAUSE = re.compile(
    r"(?:announc|declar|confirm|add|maintain|claim|suggest|indicat|signal|recall|repeat|respond|comment|repl|predict"
    r"|boast|admit|conced|stat|argu|insist|complain|warn|contend|assert|caution|counter|testif|hint|quip|jok"
    r"|lament|observ|conclu|estim|f[io]und|find|show|determ)"
)
"""Verbs that say something only with a clause: "confirmed that", not "confirmed the purchase"."""
PLEDGE = re.compile(r"(?:promis|pledg|vow)")
"""Verbs by which one binds oneself: "promised to", "promised that", not "pledged $50 billion"."""
ARGUES = re.compile(
    r"(?:warn|argu|insist|complain|predict|contend|caution|claim|lament|bemoan|counter|assert)"
)
"""Verbs that give an opinion of what others do, and are not the news of it."""
STRESS = re.compile(r"(?:stress|emphasi|underscor|underlin|reiterat)")
"""Verbs that say something with a noun for their object, too: "stressed the importance of"."""
STRESSED = re.compile(
    r"\s+(?:the|its|their|his|her|an?|[A-Z][\w.]+['’]s?)\s+(?:\w+\s+){0,2}?(?:importance|efforts?|progress|role|need|necessity|commitment|opposition|support|position|stance|concerns?"
    r"|willingness|readiness|determination|resolve|urgency|value|call|demand|view|right|hope|intention|desire)\b"
)
BRIEF = re.compile(rf"{PLEDGE.pattern}|{STRESS.pattern}")
"""Verbs whose object may be short: "vowed to retaliate", "reiterated its position"."""
MATTER = re.compile(
    r"\s+(?:\S+\s+){0,4}?(?:concerns?|objections?|issues?|questions?|alarm|matter|topic|doubts?|points?)\b"
)
"""What is raised in a talk."""
LEADS_TO_SUBJECT = re.compile(
    r"[\s,]*(?:(?:on|in|at|to)\s[^,]{1,40}?\s)?that\s+(?:the\s+)?|[\s,]*(?:the\s+)?"
)
JOINTLY = re.compile(r"(?:re)?affirm|reiterat|underscor|underlin|stress|emphasi|condemn|denounc")
"""Verbs by which the readout of a meeting gives the position of both."""
ACT_VERB = re.compile(r"(?:announc|confirm|declar|pledg|threat)")
"""Verbs that do something: quotation marks in their object are not speech."""
OF_MEETINGS = re.compile(r"(?:outlin|laid|highlight|press|encourag|commend|thank|made)")
"""Points that only the readout of a meeting or call reports."""
CLOSING = re.compile(r"(?:\s(?:on|in|at|to|during|after|before)?\s?[^,;“\"]{0,70})?[.!?]?[\"”]?\s*")
"""What may follow a speaker who is named last."""
SET_OFF = re.compile(r"[,”\"’]\s*(?:the\s+|an?\s+)?(?:\w+\s+)?\Z")
"""The end of words that are said before the speaker is named."""
THAT = re.compile(
    r"(?:,\s(?:however|though|meanwhile|too|instead|nevertheless),)?(?:"
    r"[\s,]*(?:(?:to|on|in|at|during|with)\s[^,]{1,50}?\s|[^,]{0,30}?\s)?that\b|[\s,]*(?:he|she|it|they|we|there|any)\b"
    r"|\s+(?:(?!(?:that|which|who|and|to|by|as|after|before|because|while)\b)[\w.’'-]+\s+){1,7}?"
    r"(?:is|are|was|were|will|would|has|have|had|do|does|did|can|cannot|could|should|must|may|might)\b)"
)
PLEDGED = re.compile(r"\s*(?:\w+\s+){0,4}?(?:to|that)\s+[a-z]|\s*(?:he|she|it|they)\b")
INVERTS = re.compile(
    r"(?:said|says|wrote|writes|add(?:ed|s)|tweeted|posted|declared|warn(?:ed|s)|explain(?:ed|s)|argue[ds]|noted|notes|insist(?:ed|s)|claimed|remarked|replied|lament(?:ed|s)|caution(?:ed|s)|quip(?:ped|s)|jok(?:ed|es)"
    r"|recalled|observed|stated)"
)
"""Verbs that may stand before their subject."""

# ---------------------------------------------------------------- between speaker and verb

_ADVERB = (
    r"(?:also|later|earlier|then|again|once|twice|too|further|first|already|now|still|just|only|meanwhile"
    r"|however|instead|both|all|quickly|has|have|had|on|in|early|late|separately|[a-z]+ly)"
)
_TEXT = r"(?:statement|letter|post|video|speech|message|response|commentary)"
TEXT = re.compile(rf"\b(?:{_TEXT}|release|notice|tweet)\b")
OPENS_TEXT = re.compile(rf"(?:[\w’']+\s+){{0,3}}?(?:{_TEXT}|release|notice)\b")
GAP = re.compile(
    rf"(?:['’]s?\s+(?:\w+\s+)?(?:{_TEXT}|office|comments|remarks))?"
    r"(?:\s+(?:of|for|at|in|to|on|from|by)\s+(?:[\w.’'&-]+\s+){0,7}[\w.’'&-]+)?"
    r"(?:\s*\([^()]{1,40}\))?"
    r"(?:,?\s+(?:who|which)(?:\s+[a-z][^,]{1,110},)?|,\s[^,;]{1,110}(?:,\s[^,;]{1,60})?,|,(?=\s*$))?"
    rf"(?:,?\s+(?>{_ADVERB}|\([^()]{{0,40}}\)),?)*+\s*"
    r"(?:(?:was|were)\s+(?:\w+\s+)?quoted(?:\s+by\s+(?:the\s+)?(?:[\w.]+\s+){0,3}[\w.]+)?\s+as\s+)?"
    r"(?:(?:issued|released|made|gave|published|posted|put\s+out)\s+(?:an?|the)\s+(?:[\w.-]+\s+){0,3}?"
    rf"{_TEXT}\s*,?\s*(?:(?:on|to|in|via)\s+(?:\w+\s+){{0,2}}\w+,?\s*)?)?"
)
"""What may stand between a speaker and the verb, times taken out: adverbs, an apposition, "who"."""
DETERMINER = re.compile(r"\s+(?:the\s+|an?\s+)?(?:(?:then|former|top|senior)\s+)?")
FIRM = re.compile(r"\s+(?:the\s+)?(?:[A-Z][\w.&’'-]*\s+(?:(?:of|for|and)\s+)?){1,6}")
"""Whose head or spokesman it is: "said UK Steel director Ann Roe"."""
PARTICIPLE = re.compile(
    r",\s+(?:\w+ly\s+|also\s+|while\s+)?\Z|\bby\s+\Z|\bstatements?\s+\Z|\b(?:while|before|after)\s+\Z"
)
SAYING = re.compile(PARTICIPLE.pattern + r"|(?<!\bas)\s\Z")
"""What leads to "saying", a comma left out: "he hit back saying"."""
WITH = re.compile(r"\bwith\s+(?:the\s+|an?\s+)?\Z")
AS_SAYING = re.compile(r"\s+as\s+")
"""From a speaker to "saying": "the agency quoted Mr. Li as saying"."""
AND = re.compile(
    r"(?:,|\band|\bbut|\bthen)\s+(?:has\s+|have\s+|had\s+)?(?:also\s+|\w+ly\s+|later\s+|again\s+)?\Z"
)
TURNS = re.compile(
    r"\b(?:while|but|whereas|although|though|and|as|who|which|its|after)\b|;|[.?!…][”\"]?\s"
)
"""Where one speaker's words end and another's may begin."""
WHILE = re.compile(r"\b(?:while|whereas|although|though|but)\s+(?!\w+ing\b)|;\s+")
SPEECH_PART = re.compile(
    r"\b(?:that|if|he|she|it|they|we|I|there|will|would|is|are|was|were|has|have|had|can|could|should|must"
    r"|may|might|not|to\s+(?!reporters|journalists|lawmakers)[a-z]+|because|until|since|after|before|when|as|citing|blaming|showing|adding|calling|noting)\b|[“”\":;]"
)
"""Words that show that what is said has begun."""
LEAD_IN = re.compile(
    r"(?:(?:Speaking|Talking|Testifying|Writing)\s+(?:(?:to|at|in|before|with|from|outside|alongside|during|after|on)\s+[^,]{1,90}?\s+)?)?"
    r"[\"“]?(?:(?:In|At|During)\s+(?:(?!\w+ed\b)[\w.’'-]+\s+){1,6}(?:on\s+)?|[\"“]?)(?:(?:But|And|Also|Earlier|Later|Then|Early|Late|Meanwhile),?\s+)?(?:(?:On|In|At|During|Since|Late|Early|on|in)\s+)?"
    r"(?:[Ii]n\s+an?\s+(?:[\w.]+\s+){0,3}(?:statement|interview|speech|post|tweet|letter|briefing|message|address)\s+"
    r"(?:(?:on|to|with|at)\s+(?:[\w.]+\s+){1,4})?(?:on\s+|released\s+|issued\s+|published\s+|posted\s+|late\s+|early\s+)?)?"
)
DURING = re.compile(r"(?:During|At|After|Following)\s+(?:the|their|a|an|that|those)\b")
ABOUT = re.compile(r"\b(?:of|from|for|in|by|until|since|after|before|last|the)\s+\Z")
HABIT = re.compile(
    r"\b(?:repeatedly|consistently|always|often|long|routinely|frequently|regularly)\b"
)
JOINS = re.compile(r"\s+and\s+(?:the\s+)?")
NOUN_FOLLOWS = re.compile(r"\s+(?:[a-z][\w-]*\s+){0,2}[a-z][\w-]*s,")
"""What shows that the name of a country only describes who is meant: "U.S. farmers, ..."."""
TITLE_FOLLOWS = re.compile(
    r"\s+(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)(?:[A-Z]|(?:chief|president|chair|head|director|minister|spokes|official|CEO"
    r"|leader|founder|economist|analyst|secretary)\w*\b)"
)
"""What shows that it is part of a longer name or title: "said UK Steel director ..."."""
WHO = re.compile(r",\s+wh(?:o|ich)\s+(?:(?:also|has|had|later|earlier|\w+ly)\s+)*\Z")
TAIL = re.compile(r"[\s,;]+(?:while|but|and|whereas|although|though|as|which|who|its|after)\Z")
IF = re.compile(r"\b(?:[Ii]f|[Uu]nless|[Ww]hether)\s+(?:\w+\s+){0,3}\Z")
AS = re.compile(r"\bAs\s+(?:\w+\s+){0,5}\Z")
WHOM = re.compile(r"\b(?:who|whom|which|that|what)\s+(?:the\s+)?\Z")
"""What makes the words of somebody a remark on something: "whom officials say", "which he said"."""
FINITE = re.compile(r"\s+(?:is|are|was|were|has|have|had|will|would|could|can)\b")
"""What follows such a remark without a pronoun: "the harm the ministry says is done"."""
NAMED_SO = re.compile(r"\b(?:what|(?:an?|the)\s+\w+)\s+(?:has\s+|have\s+)?\Z")
"""What leads to a mere name: "in what he called", "a day he dubbed"."""
PARTED = re.compile(r"\b(?:and|agreed|who|after|before|ahead)\b")
"""What parts a quotation from what was called something: "called Mr. Li and promised "relief"."""
SAME_TEXT = re.compile(
    r"\s+(?:\w+\s+)?in\s+(?:one\s+of\s+|another\s+of\s+)?(?:the|those|these|that|his|her)\s+(?:same\s+)?(?:tweet|post|statement|message"
    r"|letter|interview|speech)s?\b"
)
"""What was said in a text of which the sentence before told: "said in one of the tweets"."""
OPENED_BY_TEXT = re.compile(
    r"[Ii]n\s+(?:an?|another)\s+(?:series\s+of\s+)?(?:[\w.-]+\s+){0,3}?(?:tweet|post|statement|message|letter|interview|speech)s?\b"
)
IN = re.compile(r"\b(?:in|at|from)\s+(?:the\s+)?\Z")
ACCORDING = re.compile(
    r"\b(?:[Aa]ccording\s+to|[Ii]n\s+the\s+(?:words|view|opinion|judg(?:e)?ment)\s+of)\s+(?:the\s+)?\Z"
)
COLON = re.compile(
    r"(?:\s*\([^()]{1,40}\)|,\s[^:]{1,100}|\s(?:was|were|is|had|has|made|put|gave|offered|sent|struck|took|sounded)\s[^:.;]{2,80})?"
    r":\s*[\"“]?\s*"
)
"""From a speaker to the words: "Mr. Li: ", "Mr. Li was blunt: "."""
OF_PASSIVE = re.compile(r"\b(?:was|were|is|are|been|being)\s+(?:\w+ly\s+|also\s+|once\s+)?\Z")
BY = re.compile(r"\s+(?:\w+ly\s+|[^,.;]{1,40}\s)?by\s+(?:the\s+)?")
"""From a passive to its agent: "was condemned on Monday by the"."""
TOLD = re.compile(
    r"\b(?:(?P<noun>assurances?|warnings?|claims?|pledges?|promises?|vows?|assertions?|remarks?|comments?|accusations?|allegations?"
    r"|contentions?|insistence|complaints?|suggestions?|acknowledge?ments?|admissions?|statements?|argument)"
    r"|(?:drew|draws?|drawn|drawing|sparked|prompted|provoked|earned|won|met\s+with)\s+(?:[\w-]+\s+){0,4}?"
    r"(?P<judge>criticism|condemnation|rebuke|praise|protests?|scorn|outrage))\b"
)
"""What somebody said, by its name: "an assurance by Mr. Li that", "drew criticism from"."""
BINDING = re.compile(r"assurance|warning|pledge|promise|vow|insistence|ac?knowledg|admission")
"""Such nouns that are statements even where no words are quoted."""
OF_NOUN = re.compile(r"(?:['’]s?)?\s+(?:[\w-]+\s+)?")
TOLD_BY = re.compile(
    r"\s+(?:(?:on|in|at|to|last|this|earlier)\s[^,.;]{1,30}\s)?(?:by|from)\s+(?:the\s+)?"
)
TOLD_THAT = re.compile(r"(?:,\s[^,]{2,80},)?(?:\s(?:[\w.]+\s+){0,4}?|\s)that\b")
OWNS_TOLD = re.compile(r"['’]s?\s+(?:(?!claim|pledge)[\w-]+\s+){0,2}")
HERALDS = re.compile(r"\s[^,.;“\"]{0,50}\b(?:announcing|confirming|disclosing)\b")
"""A letter that gives the news of an act."""
PARTLY = re.compile(r",\s+(?:with\s+)?(?:its|their|his|her|the\s+country['’]s)\s+\Z")
"""What leads to a part of the subject, which puts its judgement into words."""

# ---------------------------------------------------------------- what is said

TARIFF = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|lev(?:y|ies)|tax(?:es|ed|ing)?(?!\s+cuts?)|export\s+(?:controls?|curbs)|sanctions?|quotas?"
    r"|restrictions?|bans?|orders?|curbs?|embargo(?:es)?|moratorium|countermeasures|fees?)\b"
)
_AUX = r"\b(?:will|would|had|has|have|is|are|was|were|be|been|being|to)\s+(?:(?!not\b|never\b)\w+\s+){0,2}?"
_IMPOSE = (
    "impos|rais|increas|lower|reduc|cut|suspend|paus|lift|cancel|remov|add|plac|levi|levy|slap|hit|delay|postpon"
    "|exempt|announc|expand|doubl|restor|resum|scrap|drop|extend|tripl|withdr|introduc|appl|rescind|ban"
)
_DUTY = (
    TARIFF.pattern
    + r"(?!\s+(?:talks|negotiations|issues?|disputes?|deals?|agreements?|policy|policies|wars?|threats?|plans?|matters?|problems?|barriers|discussions))"
)
ACTS = re.compile(
    rf"{_AUX}(?:{_IMPOSE})\w*\s+(?:(?!(?:because|that|if|when)\b)[\w.,%’'$-]+\s+){{0,9}}?{_DUTY}"
    rf"|{_DUTY}(?:\s+[\w.,%’'$-]+){{0,9}}?\s+(?:(?:is|are|was|were|be|been|being)\s+(?:(?!not\b|never\b)\w+\s+){{0,2}}?"
    r"(?:impos|rais|increas|lower|reduc|suspend|paus|lift|cancel|remov|add|plac|levi|slapp|delay|postpon|exempt|announc|expand"
    r"|doubl|appli|restor|introduc|withdraw|cut\b|hit\b)"
    rf"|{_AUX}(?:tak\w*\s+effect|(?:go|going|gone)\s+(?:into|up)|start|begin|expir|kick\s+in|come\s+into|appl)|took\s+effect|went\s+into)"
    rf"|\b(?:will|would)\s+(?:tax|tariff)\b|\b(?:tariff|slap)\s+(?:\w+\s+){{0,3}}?(?:imports|goods|products)"
)
"""A measure done or coming, not a measure discussed."""
MODAL = re.compile(
    r"\b(?:must|should|could|might|cannot|can|prevent|avoid|room|authority|power|right|able|wants?|hopes?|hoped|ready)\b"
)
"""What makes an act one that is only thought of."""
VIEW = re.compile(
    r"\b(?:must|should|could|chance|progress|good|fair|unfair|clear|need|important|best|way|goal|commit\w+|will)\b"
)
MEETS = re.compile(
    r"\b(?:will|would|is|are|was|were|had|has|have|plans?|planned|expects?|expected|agreed|intends?|to)\s+(?:\w+\s+){0,3}?"
    r"(?:meet\b|met\b|visit|travel|attend|host|hold|held|arrive|resume|join\b|lead\s+(?:a|the)|speak\s+(?:with|to|by)"
    r"|spoken|take\s+place|takes\s+place|sit\s+down|continue\s+(?:talks|discussions|negotiations))"
    r"|\b(?:met|spoke|talked)\s+(?:\w+day\s+)?(?:with|by|on|in)\b"
    r"|\b(?:held|hosted|attended)\s+(?:\w+\s+){0,4}?(?:calls?|talks|meetings?|discussions|summit|videoconference|consultations)\b"
)
STRIKES = re.compile(
    r"\b(?:reached|struck|signed|concluded|finalized|agreed\s+(?:to|on))\s+(?:\w+\s+){0,3}(?:deal|agreement|order|truce|pact|framework)\b"
)
WILL_ACT = re.compile(
    r"\b(?:will|would|(?:is|are)\s+(?:set|expected|scheduled|due|going)\s+to)\s+(?:also\s+|soon\s+|now\s+|then\s+|\w+ly\s+)?"
    r"(?:direct|publish|sign|announce|issue|release|unveil|begin|start|launch|send|deploy|open|close|end|expire"
    r"|file|appeal|take\s+(?:effect|place|part)|come\s+into|go\s+into|impose|present)"
)
"""What somebody else, or something, will do."""
OWN = re.compile(
    r"[\s,]*(?:(?:on|in|at|to)\s+[^,]{1,50}?\s)?(?:that\s+)?(?:(?:with|by|under|after|in|if|as)\s+[^,]{1,60}?,?\s+)?"
    r"(?:he|she|it|they|we|I|his|her|its|their|our)\b"
)
"""What is said is said of the speaker."""

# ---------------------------------------------------------------- questions and answers, texts recalled

TURN = re.compile(
    r"^[ \t]*(?:MR|MS|MRS|DR|THE|SECRETARY|SENIOR|AMBASSADOR|MODERATOR|OPERATOR)\b[.A-Z’' -]{0,60}:",
    re.MULTILINE,
)
"""The head of a speaker's turn in a transcript."""
REMARKS = re.compile(
    r"\W*(?:remarks|transcript|press (?:briefing|gaggle|call|conference)|background press)\b",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"^[ \t]*(?:Q\d?|Question|A\s+reporter\s+asked|Reporter)\s*[:：.]", re.MULTILINE
)
ANSWER = re.compile(
    r"^[ \t]*(?:A\d?|Answer|Reply|Spokes(?:person|man|woman))\s*[:：.]\s*", re.MULTILINE
)
SPOKESMAN = re.compile(
    r"(?:(?:China['’]s\s+)?Ministry\s+of\s+[A-Z]\w+(?:\s+(?:and\s+)?[A-Z]\w+)?|[A-Z]\w+\s+Ministry|MOFCOM)(?:['’]s)?\s+[Ss]pokes(?:person|man|woman)"
    r"(?:\s+(?P<name>[A-Z]\w+\s[A-Z]\w+)(?=['’]))?"
)
"""The head of a question: whose reporter asks."""
CLAIM = re.compile(
    r"(?:(?:Recently|In\s+response|Since|For|Meanwhile|At\s+the\s+same\s+time|As\s+(?!a\b))[^,]{0,120},\s+)?"
    r"(?P<claim>(?:(?:The|the|senior|some|relevant|certain)\s+)?(?:it|China|U\.S\.|United\s+States|Chinese|US|American|Beijing"
    r"|Washington|EU|European|Japan\w*|Canad\w+|Mexic\w+)(?:['’]s)?(?:\s+\w+){0,4}?\s+"
    r"(?:has|have|had|firmly|strongly|resolutely|urges?|calls\s+on|opposes?|will|is\s+(?:willing|open|ready)|decided)\b)"
)
RECALLING = re.compile(
    r"\b(?:[Rr]ecall(?:ing|s|ed)?|[Pp]ursuant\s+to|[Ff]ollowing|[Bb]uilding\s+(?:up)?on|[Cc]onsistent\s+with)\s+(?:the\s+|their\s+|our\s+)?"
    r"(?P<title>(?:[A-Z][\w.’'-]*\s+){0,3}Joint\s+(?:Statement|Communiqu[eé]|Declaration)\b)"
)
ISSUED = re.compile(
    r"\b(?P<verb>issued|released|published|put\s+out|adopted)\s+(?:an?|the|their)\s+(?:[\w-]+\s+){0,3}?"
    r"(?P<title>joint\s+(?:statement|communiqu[eé]|declaration))\b"
    r"|\b(?P<subject>joint\s+(?:statement|communiqu[eé]|declaration))\s+(?:by\s+[^,;]{1,60}\s)?was\s+(?P<passive>issued|released|published|adopted)\b"
)
ASKED = re.compile(r"^[ \t]*[A-Z][\w.&’' -]{1,40}\s*[:：]", re.MULTILINE)
"""A joint statement that comes out."""
