"""Legal instruments and tariff headings in a text, with normal forms, by rule.

A normal form is stable across spellings: "Executive Order 14257 of April 2, 2025", "E.O. 14257" and
the record's "EO 14257" are all `eo-14257`; see `instrument_id`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal

from detente.reading.mentions.kinds import HeadingMention, InstrumentMention
from detente.reading.mentions.scan import fold, near, spans
from detente.time import MONTHS

_MONTHS = "|".join(MONTHS)
_DATE = rf"(?:(?P<month>{_MONTHS}) (?P<mday>\d{{1,2}}),? (?P<year>\d{{4}})|(?P<dday>\d{{1,2}}) (?P<dmonth>{_MONTHS}) (?P<dyear>\d{{4}}))"
_OF_DATE = re.compile(rf"(?:,? (?:of|dated|issued on|signed on)|,) {_DATE}")
_TITLE = re.compile(r" ?\(((?:[A-Z][^()]{9,240}))\)")
_MORE = re.compile(
    r"(?:,? and|,? or|,|;) (?:(?:Executive Order|Proclamation|E\.O\.) )?(\d{4,5})\b(?![.,]?\d|%| percent)"
)
_MORE_SECTION = re.compile(r"(?:,? and|,? or|/) ?(\d{3})\b")
_PART_OF = re.compile(
    r"(?i)\b((?:sub)?(?:section|sec\.|paragraph|clause|annex|subdivision)s? [0-9IVX]*[a-z]?(?:\([a-z0-9]+\))*) (?:of|to)(?: the)?(?: amended)? $"
)
_STATUTES = {
    "ieepa": ("IEEPA", r"International Emergency Economic Powers Act(?: of 1977)?|IEEPA"),
    "nea": ("National Emergencies Act", r"National Emergencies Act"),
    "pafaca": ("PAFACA", r"Protecting Americans (?:from|From) Foreign Adversary Controlled Applications Act|PAFACA"),
    "ecra": ("Export Control Reform Act", r"Export Control Reform Act(?: of 2018)?"),
    "trade-act-1974": ("Trade Act of 1974", r"Trade Act of 1974"),
    "trade-expansion-act-1962": ("Trade Expansion Act of 1962", r"Trade Expansion Act of 1962"),
    "tariff-act-1930": ("Tariff Act of 1930", r"(?:Smoot-Hawley )?Tariff Act(?: of 1930)?"),
    "cn-export-control-law": ("Export Control Law", r"Export Control Law"),
    "cn-foreign-trade-law": ("Foreign Trade Law", r"Foreign Trade Law"),
    "cn-anti-foreign-sanctions-law": ("Anti-Foreign Sanctions Law", r"Anti-Foreign Sanctions Law"),
    "cn-unreliable-entity-list": ("Unreliable Entity List", r"(?i:unreliable entit(?:y|ies) list)"),
    "us-entity-list": ("Entity List", r"Entity List"),
}  # fmt: skip
_TRADE_SECTIONS = {
    "122": "Trade Act of 1974", "201": "Trade Act of 1974", "203": "Trade Act of 1974",
    "301": "Trade Act of 1974", "304": "Trade Act of 1974", "306": "Trade Act of 1974",
    "307": "Trade Act of 1974", "421": "Trade Act of 1974", "604": "Trade Act of 1974",
    "232": "Trade Expansion Act of 1962", "321": "Tariff Act of 1930", "337": "Tariff Act of 1930",
    "338": "Tariff Act of 1930", "889": "", "1260H": "",
}  # fmt: skip
_AUTHORITIES = frozenset(("122", "201", "232", "301", "338"))
_AGENCIES = {
    "cn-ctc": r"(?:Customs )?Tariff Commission(?: of the State Council)?|State Council(?:'s)? (?:Customs )?Tariff Commission",
    "cn-mofcom": r"Ministry of Commerce(?: of the People's Republic of China)?|MOFCOM|Commerce Ministry",
    "cn-gacc": r"General Administration of Customs(?: of China| of the People's Republic of China)?|GACC",
    "cn-mot": r"Ministry of Transport(?: of the People's Republic of China)?",
    "cn-mof": r"Ministry of Finance(?: of the People's Republic of China)?",
    "cn-samr": r"State Administration for Market Regulation",
    "cn-uel": r"Unreliable Entity List Working Mechanism",
}  # fmt: skip
_AGENCY_NAMES = {
    "cn-ctc": "Customs Tariff Commission",
    "cn-mofcom": "MOFCOM",
    "cn-gacc": "General Administration of Customs",
    "cn-mot": "Ministry of Transport",
    "cn-mof": "Ministry of Finance",
    "cn-samr": "State Administration for Market Regulation",
    "cn-uel": "Unreliable Entity List Working Mechanism",
}
_HAN = {"税委会": "cn-ctc", "商务部": "cn-mofcom", "海关总署": "cn-gacc", "交通运输部": "cn-mot"}
_ANY_AGENCY = "|".join(_AGENCIES.values())


def _act_number(way: str) -> str:
    """`[2019] No. 4`, `Nos. 55, 56 and 57 of 2025`, with group names of its own for each word order."""
    return (
        rf"(?:[\[〔(](?P<y{way}>\d{{4}})[\]〕)],? ?)?No[.s]*\.? ?(?P<no{way}>\d{{1,3}})\b"
        rf"(?P<more{way}>(?:(?:, and|,| and) \d{{1,3}}\b(?!,\d))*)"
        rf"(?:,? (?:of |in )?[\[(]?(?P<z{way}>(?:19|20)\d{{2}})\b[\])]?)?"
    )


def _spaced(words: str) -> str:
    """Words for a pattern in which blanks do not count."""
    return words.replace(" ", "[ ]")


_JOINT = r"Joint (?:Statement|Arrangement|Declaration|Communiqu[ée])|Framework Agreement|Trade Agreement|Consensus|Agreement|Framework|Deal"
_NAMED_BY = r"Geneva|London|Stockholm|Madrid|Kuala Lumpur|Busan|Paris|Beijing|Washington|Phase One|Phase 1|phase one|Turnberry|Economic Prosperity|Korea Strategic Trade and Investment"

_PATTERN = re.compile(
    rf"""
      \b(?P<eo>Executive[ ]Orders?|E\.[ ]?O\.|EO|Exec\.[ ]Order)(?:[ ](?:No\.|number|Nos\.))?[ ](?P<eono>1[0-9]{{4}})\b
    | \b(?P<proc>(?:Presidential[ ])?Proclamations?|Procs?\.)(?:[ ](?:No\.|Nos\.))?[ ](?P<procno>\d{{4,5}})\b(?![.])
    | \b(?P<dated>Executive[ ]Order|(?:Presidential[ ])?Proclamation|(?:Presidential[ ])?Memorandum|Notice|Order)(?=[ ](?:of|dated)[ ](?:(?:{_MONTHS})[ ]\d|\d{{1,2}}[ ](?:{_MONTHS})))
    | \b(?P<pl>Public[ ]Law(?:[ ]No\.)?|Pub\.[ ]?L\.(?:[ ]No\.)?|P\.L\.)[ ](?P<plno>\d{{2,3}}-\d{{1,4}})\b(?P<pldiv>,?[ ](?:[Dd]iv(?:ision|\.))[ ][A-Z]\b)?
    | \b(?P<bill>H\.[ ]?R\.|H\.J\.[ ]?Res\.|S\.J\.[ ]?Res\.|(?<![.\w])S\.)[ ](?P<billno>\d{{1,5}})\b
    | \b(?P<usct>\d{{1,2}})[ ]U\.?S\.?C\.?A?\.?[ ]?(?:§+[ ]?|[Ss]ections?[ ]|[Ss]ecs?\.[ ])?(?P<uscs>\d{{1,5}}[a-z]{{0,2}}(?:-\d{{1,3}})?(?:\([a-zA-Z0-9]{{1,4}}\)){{0,4}})(?:[ ]et[ ]seq\.)?
    | \b(?P<cfrt>\d{{1,2}})[ ](?:C\.?[ ]?F\.?[ ]?R\.?|Code[ ]of[ ]Federal[ ]Regulations)(?:[ ]?(?:§+[ ]?|[Pp]arts?[ ]|[Ss]ections?[ ])?(?P<cfrs>\d{{1,4}}(?:\.\d{{1,4}})?(?:\([a-z0-9]{{1,3}}\)){{0,3}}))?
    | \b(?P<frv>\d{{2,3}})[ ](?:FR|Fed\.[ ]?Reg\.|F\.R\.|Federal[ ]Register)[ ](?P<frp>\d{{1,3}}(?:,\d{{3}})|\d{{3,6}})\b
    | \bFR[ ]Doc(?:\.|ument)?(?:[ ]No\.)?[ ](?P<frdoc>\d{{4}}-\d{{4,6}}|E\d-\d{{3,6}})\b
    | \b(?P<docket>(?:USTR|BIS|ITA|USCBP|DOC|CBP|FCC|USITC)-\d{{4}}-\d{{3,4}}(?:-\d{{1,5}})?)\b
    | \b(?P<case>(?:Court|Case|Docket|Appeal|CIT|Consol\.[ ]Court)[ ])?Nos?\.[ ](?P<caseno>\d{{2}}-\d{{3,5}}(?:-[A-Z]{{1,4}})?)\b
    | \b(?P<t3>(?:[Ss]ection|[Ss]ec\.)[ ](?P<t3no>\d{{1,4}})[ ]of[ ]title[ ](?P<t3t>\d{{1,2}}),?[ ](?:of[ ]the[ ])?(?:United[ ]States[ ]Code|U\.?S\.?[ ]?Code))
    | \b(?P<sec>(?:[Ss]ections?|SECTION|[Ss]ecs?\.|§)[ ]?(?P<secno>\d{{2,4}}H?)(?P<sub>(?:\([a-zA-Z0-9]{{1,4}}\)){{0,4}}))(?:[ ](?:of[ ](?:the[ ])?)(?P<secact>Trade[ ]Expansion[ ]Act(?:[ ]of[ ]1962)?|Trade[ ]Act(?:[ ]of[ ]1974)?|(?:Smoot-Hawley[ ])?Tariff[ ]Act(?:[ ]of[ ]1930)?))?
    | \b(?P<ag1>{_spaced(_ANY_AGENCY)})(?:'s)?[ ](?:[Aa]nnouncements?|[Nn]otices?|[Pp]ublic[ ][Nn]otices?|[Dd]ecrees?|[Oo]rders?)[ ]{_spaced(_act_number("1"))}
    | \b(?:Announcements?|Notices?)[ ]of[ ](?:the[ ])?(?P<ag2>{_spaced(_ANY_AGENCY)}),?[ ]{_spaced(_act_number("2"))}
    | \b(?:Announcements?|Public[ ]Notices?)[ ]{_spaced(_act_number("3"))}(?:[ ](?:of|by|from)[ ](?:the[ ])?(?P<ag3>{_spaced(_ANY_AGENCY)}))?
    | (?P<han>税委会|商务部|海关总署|交通运输部)\w{{0,8}}?[〔\[(]?(?P<hany>\d{{4}})[年〕\])]第?(?P<hanno>\d{{1,3}})号
    | \b(?P<act>{_spaced("|".join(words for _, words in _STATUTES.values()))})
    | \b(?P<own>(?:[Tt]his|[Tt]he[ ]present|said)[ ](?:[Ee]xecutive[ ][Oo]rder|[Oo]rder|[Pp]roclamation|[Mm]emorandum|[Nn]otice|[Jj]oint[ ][Ss]tatement|[Aa]nnouncement|[Dd]irective))\b
    | \b(?!Paris[ ]Agreement)(?P<joint>(?:{_spaced(_NAMED_BY)})[ ](?:{_spaced(_JOINT)}|trade[ ](?:deal|agreement)|(?:deal|agreement|trade[ ]deal))|Joint[ ](?:Statement|Arrangement)(?:[ ]on[ ]U\.S\.-China[ ]Economic[ ]and[ ]Trade[ ]Meeting(?:[ ]in[ ](?P<jcity>[A-Z][a-z]+))?)?)\b
    | \b(?P<any>(?:an?|the|another|new|two|three|his)[ ](?:[a-z]+[ ])?(?P<anykind>(?:presidential[ ])?(?:[Ee]xecutive[ ][Oo]rders?|[Pp]roclamations?|[Mm]emorand(?:um|a))))\b
    | \b(?P<annex>Annex(?:es)?(?:[ ](?P<annexno>[IVX]{{1,4}}(?:-?[A-D]\b)?|[A-D]|\d{{1,2}})\b)(?:[ ]to[ ]this[ ](?:order|proclamation))?)
    """,
    re.X,
)

_START = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z0-9§税商海交]|sec|unrel|phase|(?:this|the|said|an?|another|new|two|three|his) "
    r"(?=(?:[a-z]+ )?(?:[Ee]xecutive|[Oo]rder|[Pp]roc|[Mm]emo|[Nn]otice|[Jj]oint|[Aa]nnounce|[Dd]irective)))"
)
"""Where `_PATTERN` can match at all: to try it everywhere would be slow."""


def _date_of(match: re.Match[str]) -> date | None:
    month = match["month"] or match["dmonth"]
    try:
        return date(
            int(match["year"] or match["dyear"]),
            MONTHS.index(month) + 1,
            int(match["mday"] or match["dday"]),
        )
    except ValueError:
        return None


def _section_of(match: re.Match[str]) -> tuple[str, str, str, str] | None:
    number, act = match["secno"], match["secact"]
    if not act and number not in _TRADE_SECTIONS:
        return None
    tail = match.string[match.end() : match.end() + 40]
    other = re.match(
        r" of (?:this|that|the|Executive Order|Proclamation|title|chapter|Public)\b(?! (?:Trade|Tariff))",
        tail,
    )
    if not act and (other or (match["sub"] and number not in _AUTHORITIES)):
        return None
    short = f"Section {number}"
    return "section", f"sec-{number.lower()}", short, number


def _named(match: re.Match[str]) -> tuple[str, str, str, str] | None:
    """(sort, id, name, number) of a match of `_PATTERN`; None for what only looks like one."""
    group = match.group
    for key, build in _BUILD.items():
        if group(key):
            return build(match)
    return None


def _bill(m: re.Match[str]) -> tuple[str, str, str, str]:
    chamber = m["bill"].replace(" ", "")
    return (
        "bill",
        f"{chamber.replace('.', '').lower()}-{m['billno']}",
        f"{chamber} {m['billno']}",
        m["billno"],
    )


def _law(m: re.Match[str]) -> tuple[str, str, str, str]:
    division = f", div. {m['pldiv'][-1]}" if m["pldiv"] else ""
    ident = f"pl-{m['plno']}" + (f"-div-{m['pldiv'][-1].lower()}" if m["pldiv"] else "")
    return "statute", ident, f"Pub. L. {m['plno']}{division}", m["plno"]


def _announcement(agency: str, no: str, year: str) -> tuple[str, str, str, str]:
    dated = f" of {year}" if year else ""
    issuer = _AGENCY_NAMES.get(agency, "")
    ident = "-".join(part for part in (agency or "cn-announcement", year, no) if part)
    return "announcement", ident, f"{issuer} Announcement No. {no}{dated}".strip(), no


def _agency(words: str | None) -> str:
    if not words:
        return ""
    return next((key for key, names in _AGENCIES.items() if re.fullmatch(names, words)), "")


def _statute(m: re.Match[str]) -> tuple[str, str, str, str]:
    for key, (name, words) in _STATUTES.items():
        if re.fullmatch(words, m["act"]):
            return "statute", key, name, ""
    raise AssertionError(m["act"])


def _agreement(m: re.Match[str]) -> tuple[str, str, str, str]:
    words = f"{m['jcity']} Joint Statement" if m["jcity"] else m["joint"]
    if re.fullmatch("Joint (?:Statement|Arrangement)", words):
        return "agreement", "", words, ""
    slug = re.sub("[^a-z0-9]+", "-", words.lower().replace("phase 1", "phase one"))
    slug = re.sub("(?<=phase-one).*", "", slug)
    return "agreement", slug, words, ""


def _kind_of(words: str) -> str:
    lower = words.lower()
    for word, sort in (
        ("proclamation", "proclamation"),
        ("memorand", "memorandum"),
        ("notice", "notice"),
        ("joint statement", "agreement"),
        ("announcement", "announcement"),
    ):
        if word in lower:
            return sort
    return "order"


_BUILD: dict[str, Callable[[re.Match[str]], tuple[str, str, str, str] | None]] = {
    "eo": lambda m: ("order", f"eo-{m['eono']}", f"EO {m['eono']}", m["eono"]),
    "proc": lambda m: ("proclamation", f"proc-{m['procno']}", f"Proc. {m['procno']}", m["procno"]),
    "dated": lambda m: (_kind_of(m["dated"]), "", m["dated"], ""),
    "pl": _law,
    "bill": _bill,
    "usct": lambda m: ("code", f"usc-{m['usct']}-{m['uscs']}", f"{m['usct']} U.S.C. {m['uscs']}", m["uscs"]),
    "cfrt": lambda m: ("regulation", "-".join(p for p in ("cfr", m["cfrt"], m["cfrs"]) if p), f"{m['cfrt']} CFR {m['cfrs'] or ''}".strip(), m["cfrs"] or ""),
    "frv": lambda m: ("register", f"fr-{m['frv']}-{m['frp'].replace(',', '')}", f"{m['frv']} FR {m['frp'].replace(',', '')}", m["frp"].replace(",", "")),
    "frdoc": lambda m: ("register", f"fr-doc-{m['frdoc']}", f"FR Doc. {m['frdoc']}", m["frdoc"]),
    "docket": lambda m: ("docket", m["docket"].lower(), m["docket"], m["docket"]),
    "caseno": lambda m: ("docket", f"no-{m['caseno'].lower()}", f"No. {m['caseno']}", m["caseno"]),
    "t3": lambda m: ("code", f"usc-{m['t3t']}-{m['t3no']}", f"{m['t3t']} U.S.C. {m['t3no']}", m["t3no"]),
    "sec": _section_of,
    "no1": lambda m: _announcement(_agency(m["ag1"]), m["no1"], m["y1"] or m["z1"] or ""),
    "no2": lambda m: _announcement(_agency(m["ag2"]), m["no2"], m["y2"] or m["z2"] or ""),
    "no3": lambda m: _announcement(_agency(m["ag3"]), m["no3"], m["y3"] or m["z3"] or ""),
    "han": lambda m: _announcement(_HAN[m["han"]], m["hanno"], m["hany"]),
    "act": _statute,
    "own": lambda m: (_kind_of(m["own"]), "", m["own"].split(" ", 1)[1].lower(), ""),
    "joint": _agreement,
    "any": lambda m: (_kind_of(m["anykind"]), "", m["anykind"].lower(), ""),
    "annex": lambda m: ("annex", f"annex-{m['annexno'].lower()}", f"Annex {m['annexno']}", m["annexno"]),
}  # fmt: skip


def find_instruments(text: str, folded: str) -> list[InstrumentMention]:
    """Every instrument named or pointed at; its date belongs to the span, its title does not."""
    found: list[InstrumentMention] = []
    done = 0
    for place in _START.finditer(folded):
        match = _PATTERN.match(folded, place.start()) if place.start() >= done else None
        named = _named(match) if match else None
        if match is None or named is None:
            continue
        done = match.end()
        sort, ident, name, number = named
        start, end = match.span()
        if way := next((way for way in "123" if match[f"more{way}"]), ""):
            end = match.start(f"more{way}")
        day, title = None, ""
        if sort in ("order", "proclamation", "memorandum", "notice", "announcement"):
            if dated := _OF_DATE.match(folded, end):
                day, end = _date_of(dated), dated.end()
            if titled := _TITLE.match(folded, end):
                title = text[titled.start(1) : titled.end(1)]
            if not ident and day and match["dated"]:
                ident = f"{ {'order': 'eo', 'proclamation': 'proc'}.get(sort, sort) }-{day}"
        part = _PART_OF.search(folded, max(0, start - 60), start)
        found.append(
            InstrumentMention(
                start=start,
                end=end,
                quote=text[start:end],
                id=ident,
                sort=sort,
                name=name,
                number=number,
                day=day,
                title=title,
                part=text[part.start(1) : part.end(1)] if part else "",
                itself=bool(match["own"]) and not match["own"].startswith("said"),
            )
        )
        found.extend(_listed(text, folded, match, end, sort, way))
        done = max(done, found[-1].end)
    return found


def _listed(
    text: str, folded: str, match: re.Match[str], end: int, sort: str, way: str
) -> Iterator[InstrumentMention]:
    """The further numbers of "Executive Orders 14257, 14259 and 14266" and "Nos. 61 and 62"."""
    if match["eo"] or match["proc"]:
        prefix, short = ("eo", "EO") if match["eo"] else ("proc", "Proc.")
        while more := _MORE.match(folded, end):
            start, end = more.span(1)
            if match["eo"] and not 12000 <= int(more[1]) <= 19999:
                return
            day = None
            if dated := _OF_DATE.match(folded, end):
                day, end = _date_of(dated), dated.end()
            yield InstrumentMention(
                start=start, end=end, quote=text[start:end], id=f"{prefix}-{more[1]}",
                sort=sort, name=f"{short} {more[1]}", number=more[1], day=day,
            )  # fmt: skip
        return
    if match["sec"]:
        if (more := _MORE_SECTION.match(folded, end)) and more[1] in _TRADE_SECTIONS:
            yield InstrumentMention(
                start=more.start(1), end=more.end(1), quote=more[1], id=f"sec-{more[1]}",
                sort=sort, name=f"Section {more[1]}", number=more[1],
            )  # fmt: skip
    elif way:
        year = match[f"y{way}"] or match[f"z{way}"] or ""
        for more in re.compile(r"\d+").finditer(folded, *match.span(f"more{way}")):
            _, ident, name, number = _announcement(_agency(match[f"ag{way}"]), more[0], year)
            yield InstrumentMention(
                start=more.start(), end=more.end(), quote=more[0], id=ident, sort=sort,
                name=name, number=number,
            )  # fmt: skip


def instrument_id(name: str) -> str:
    """The normal form of the first instrument in `name`, as the record writes it; "" if none."""
    return next((m.id for m in find_instruments(name, fold(name)) if m.id), "")


# ---------------------------------------------------------------- tariff schedule

_CODE = r"\d{4}\.\d{2}(?:\.\d{2}(?:\d{2}|\.\d{2})?)?"
_HEADING = re.compile(
    rf"""
      (?<![\d.$])(?P<code>{_CODE})(?![\d%]|\.\d)(?:(?:[ ](?:through|to)[ ]|[ ]?-[ ]?)(?P<to>{_CODE})(?![\d.]\d))?
    | \b(?:(?:HTS(?:US)?|tariff)[ ])?(?:sub)?headings?[ ](?P<four>\d{{4}})(?:(?:[ ]?-[ ]?|[ ]through[ ]|[ ]to[ ])(?P<fourto>\d{{4}}))?\b(?!\.\d)
    | (?:\b(?P<sub>(?i:subdivisions?))[ ](?P<path>\([a-z0-9]{{1,6}}\)(?:\([a-zA-Z0-9]{{1,6}}\)){{0,5}})[ ](?:of[ ]|to[ ])(?:the[ ])?)?\b(?:U\.S\.[ ])?[Nn]otes?[ ](?P<note>\d{{1,3}})(?P<notepath>(?:\([a-z0-9]{{1,6}}\)){{0,6}})(?P<subchapter>[ ](?:to|of)[ ](?:subchapter[ ][IVX]+(?:,?[ ](?:of[ ])?)?)?(?:chapter[ ]99)?(?:[ ]of[ ]the[ ](?:HTSUS|HTS|Harmonized[ ]Tariff[ ]Schedule(?:[ ]of[ ]the[ ]United[ ]States)?))?)?
    | \b[Ss]ubdivision[ ](?P<alone>\([a-z0-9]{{1,6}}\)(?:\([a-zA-Z0-9]{{1,6}}\)){{0,5}})
    | \b[Cc]hapters?[ ](?P<chapter>\d{{1,2}})\b(?=[ ](?:of[ ]the[ ](?:HTS|Harmonized|tariff|customs)|through))
    """,
    re.X,
)  # fmt: skip


_SCHEDULE_WORDS = re.compile(
    r"\d{4}(?=\.\d\d)|[Hh]eadings?\b|[Nn]otes?\b|[Ss]ubdivisions?\b|[Cc]hapters?\b"
)


def find_headings(text: str, folded: str) -> list[HeadingMention]:
    """Tariff headings, ranges of them, notes and their subdivisions, chapters."""
    found = []
    for match in near(_HEADING, spans(_SCHEDULE_WORDS, folded), folded, 20, 200):
        start, end = match.span()
        sort: Literal["heading", "note", "chapter"] = "heading"
        to = ""
        if match["code"] or match["four"]:
            ident, to = match["code"] or match["four"], match["to"] or match["fourto"] or ""
        elif match["note"]:
            sort, ident = "note", f"note {match['note']}{match['notepath'] or match['path'] or ''}"
        elif match["alone"]:
            sort, ident = "note", f"subdivision {match['alone']}"
        else:
            sort, ident = "chapter", match["chapter"]
        found.append(
            HeadingMention(
                start=start, end=end, quote=text[start:end], id=ident, sort=sort, to=to,
            )
        )  # fmt: skip
    return found
