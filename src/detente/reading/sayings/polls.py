"""Polls: who asked whom, when, and what shares gave which answer.

A poll opens with a sentence that names a survey and what it found; the sentences of the same or the
next paragraph that give further shares belong to it. A share keeps its words ("about one-third", "a
similar percentage") beside the number that they mean.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from detente.nouns import Quote, Said
from detente.reading.frames import Frame, Passage, Reading, said, when
from detente.reading.mentions.kinds import PollMention, RateMention
from detente.reading.mentions.numbers import number_of
from detente.reading.timex import Timex

FOLLOWING = 6
"""So many sentences after the first are searched for further answers."""


FARTHEST = 12
"""So many sentences on, "the poll" still means the one spoken of last."""


class _Share(msgspec.Struct, frozen=True):
    """A share of people: its words, and the number that they mean (of 1), if they mean one."""

    start: int
    end: int
    part: Decimal | None


def find(reading: Reading) -> list[Frame]:
    """The polls of a document, one frame for each."""
    groups: list[tuple[re.Match[str], list[Passage]]] = []
    for passage in reading.passages:
        last = groups[-1][1] if groups else None
        if last and passage.number <= last[-1].number:
            continue
        near = last is not None and passage.number - last[-1].number <= FARTHEST
        if last and near and _goes_on(reading, passage, last):
            last.extend([passage, *_further(reading, passage)])
            continue
        opening = _SURVEY.search(reading.text, passage.start, passage.end) or _of_pollster(passage)
        if opening is not None and _finds(reading, passage, opening):
            groups.append((opening, [passage, *_further(reading, passage)]))
    frames = (_poll(reading, passages, opening) for opening, passages in groups)
    return [frame for frame in frames if frame is not None]


def _goes_on(reading: Reading, passage: Passage, poll: list[Passage]) -> bool:
    """Whether a sentence speaks of the poll before: "the poll was conducted", "52% of respondents"."""
    text = passage.text
    if _NEW.search(text):
        return False
    ids = {mention.id for p in poll for mention in p.mentions.polls}
    if any(mention.id not in ids for mention in passage.mentions.polls):
        return False
    if _ABOUT_POLL.search(text):
        return True
    return bool(_shares(reading, passage)) and _SAME.search(text) is not None


def _finds(reading: Reading, passage: Passage, survey: re.Match[str]) -> bool:
    """Whether a sentence tells what a survey found among people."""
    if not _shares(reading, passage):
        return False
    named = any(
        poll.start < passage.end and poll.end > passage.start for poll in passage.mentions.polls
    )
    return named or (
        _FOUND.search(reading.text, passage.start, passage.end) is not None
        and _BUSINESS.search(reading.text, passage.start, passage.end) is None
    )


def _of_pollster(passage: Passage) -> re.Match[str] | None:
    """A pollster that is the source of a sentence, where the next one speaks of its survey."""
    after = passage.after
    if after is None or _THE_SURVEY.match(after.text) is None:
        return None
    source = re.compile(r"[Aa]ccording\s+to")
    text, bodies = passage.reading.text, passage.mentions.bodies
    known = any(body.sort == "pollster" for body in bodies)
    return source.search(text, passage.start, passage.end) if known else None


def _further(reading: Reading, first: Passage) -> list[Passage]:
    """The sentences after the first that give more answers of the same poll."""
    found: list[Passage] = []
    passage, gaps = first.after, 0
    while passage is not None and passage.number <= first.number + FOLLOWING:
        text = reading.text[passage.start : passage.end]
        other = _SURVEY.search(text)
        if other is not None and _NEW.search(text):
            break
        if _shares(reading, passage) and _OPINION.search(text):
            found.append(passage)
            gaps = 0
        elif _ABOUT_POLL.search(text):
            found.append(passage)
        else:
            gaps += 1
            if gaps > 1:
                break
        passage = passage.after
    return found


def _shares(reading: Reading, passage: Passage) -> list[_Share]:
    """The shares of people in a sentence, in order; none in what somebody says in so many words."""
    text = reading.text
    quotes = reading.document.quotes if _SPOKEN.search(text, passage.start, passage.end) else ()
    spoken = sum(min(b, passage.end) - a for a, b in quotes if passage.start <= a < passage.end)
    if spoken > (passage.end - passage.start) // 2:
        return []
    found: list[_Share] = []
    for rate in passage.mentions.rates:
        told = rate.context == "people" or _BY_PEOPLE.match(text, rate.end)
        if told and not rate.points and _apart(found, rate.start):
            found.append(_of_rate(reading, rate))
    for match in _WORDS.finditer(text, passage.start, passage.end):
        if all(match.end() <= s.start or match.start() >= s.end for s in found):
            found.append(_Share(*match.span(), _part(match)))
    return sorted(found, key=lambda share: share.start)


def _part(words: re.Match[str]) -> Decimal | None:
    """The number that the words for a share mean: "one-third", "6 in 10"."""
    if words["out"] is None:
        return _PARTS.get(words["part"].lower())
    some, all_ = number_of(words["some"]), number_of(words["out"])
    return some / all_ if some is not None and all_ else None


def _apart(found: list[_Share], start: int) -> bool:
    return not found or start >= found[-1].end


def _of_rate(reading: Reading, rate: RateMention) -> _Share:
    words = _PER_CENT.sub("", rate.quote)
    percent = number_of(words) if words[:1].isalpha() else None
    percent = rate.percent if percent is None else percent
    part = None if percent is None else percent / 100
    hedge = _HEDGE.search(reading.text, max(0, rate.start - 20), rate.start)
    return _Share(hedge.start() if hedge else rate.start, rate.end, part)


# ---------------------------------------------------------------- one poll


def _poll(reading: Reading, passages: list[Passage], survey: re.Match[str]) -> Frame | None:
    around = reading.passages[max(0, passages[0].number - 2) : passages[0].number]
    told = (*passages, *reversed(around)) if _SAME.search(passages[0].text) else tuple(passages)
    mention = next((poll for passage in told for poll in passage.mentions.polls), None)
    answers, words, question = _answers(reading, passages)
    if not answers:
        return None
    evidence = [reading.quote(*p.trimmed(p.start, p.end)) for p in passages]
    frame = Frame("poll", "survey", {}, evidence)
    fields = frame.fields
    opening = reading.quote(*survey.span())
    fields["status"] = said("published", "inferred", opening)
    name = _pollster(reading, passages[0], survey, mention)
    if name is not None:
        fields["pollster"] = said(mention.pollster if mention else name.quote, "stated", name)
    field = (p for p in passages if _CONDUCTED.search(reading.text, p.start, p.end) and p.times)
    fields |= _days(reading, next(field, passages[0]), opening)
    if population := _POPULATION.search(reading.text, passages[0].start, passages[0].end):
        quote = reading.quote(*population.span("who"))
        fields["population"] = said(quote.quote, "stated", quote)
    if question is not None:
        fields["question"] = question
    fields["answers"] = Said(answers, "stated", tuple(words))
    if mention and mention.sample is not None:
        fields["sample"] = said(mention.sample, "stated", opening)
    if mention and mention.margin is not None:
        fields["margin"] = said(str(mention.margin), "stated", opening)
    return frame


def _pollster(
    reading: Reading, passage: Passage, survey: re.Match[str], mention: PollMention | None
) -> Quote | None:
    if mention is not None:
        return reading.quote(mention.start, mention.end)
    by = _BY.match(reading.text, survey.end(), passage.end)
    found = by or _BEFORE.search(reading.text, passage.start, survey.start())
    known = next((body for body in passage.mentions.bodies if body.sort == "pollster"), None)
    if found is None and known is not None:
        return reading.quote(known.start, known.end)
    return reading.quote(*found.span("who")) if found else None


def _days(reading: Reading, passage: Passage, opening: Quote) -> dict[str, Said]:
    """The days in the field, or else of publication, or else the dateline."""
    text = reading.text
    times = [t for t in passage.times if t.type in ("DATE", "TIME") and t.first]
    field = _CONDUCTED.search(text, passage.start, passage.end)
    if field:
        run: list[Timex] = []
        for time in times:
            last = run[-1].end if run else field.end()
            if time.start >= last and (
                time.start - last < 30 if not run else _RUN.fullmatch(text, last, time.start)
            ):
                run.append(time)
        if run:
            fields = when(run, reading)
            for name, time in (("start", run[0]), ("end", run[-1])):
                if name in fields and time.mod:
                    fields[name] = _wide(fields[name], time, name)
            words = " - ".join(time.quote for time in run)
            precision = f"approx ({words})" if any(time.mod for time in run) else "during"
            return fields | {"precision": said(precision, "stated", *fields["start"].quotes)}
    near = next((t for t in times if _BESIDE.search(text, passage.start, t.start)), None)
    if near is not None:
        fields = when([near], reading)
        return fields | {"precision": said("approx", "stated", *fields["start"].quotes)}
    out = next(
        (t for t in times if _OUT.search(text, max(passage.start, t.start - 40), t.start)), None
    )
    if out is not None:
        fields = when([out], reading)
        return fields | {"precision": said("day of publication", "stated", *fields["start"].quotes)}
    if reading.day is None:
        return {}
    return {
        "end": said(reading.day.isoformat(), "inferred", opening),
        "precision": said("by dateline", "inferred", opening),
    }


def _wide(field: Said, time: Timex, side: str) -> Said:
    """ "Late" and "early" in a month, read generously: from the 15th, to the 10th."""
    if (
        time.type == "DATE"
        and len(time.value) == len("2025-02")
        and time.mod == "END"
        and side == "start"
    ):
        return Said(f"{time.value}-15", "inferred", field.quotes, (field.value,))
    return field


def _answers(
    reading: Reading, passages: list[Passage]
) -> tuple[list[dict[str, object]], list[Quote], Said | None]:
    answers: list[dict[str, object]] = []
    words: list[Quote] = []
    question = None
    for passage in passages:
        shares = _shares(reading, passage)
        for number, share in enumerate(shares):
            start = passage.start if not number else shares[number - 1].end
            earlier = _BEFORE_SHARE.search(reading.text, start, share.start)
            if answers and earlier and "before" not in answers[-1]:
                _add_earlier(answers[-1], share, passage)
                continue
            end = shares[number + 1].start if number + 1 < len(shares) else passage.end
            told = _ANSWER.search(reading.text, share.end, end)
            if told is None:
                continue
            label, thing = _label(told)
            answer: dict[str, object] = {
                "answer": label,
                "share": reading.text[share.start : share.end],
            }
            if share.part is not None:
                answer["share_approx"] = float(round(share.part, 3))
            answers.append(answer)
            words.append(reading.quote(share.start, told.end()))
            if question is None and thing:
                quote = reading.quote(*told.span())
                question = said(f"{_NOUNS.get(label, label)} {thing}", "stated", quote)
    return answers, words, question


def _add_earlier(answer: dict[str, object], share: _Share, passage: Passage) -> None:
    """ "Down from 50% in March 2023"."""
    if share.part is None:
        return
    answer["before"] = float(round(share.part, 3))
    time = next((t for t in passage.times if 0 <= t.start - share.end < 12), None)
    if time is not None:
        answer["before_when"] = time.value


def _label(told: re.Match[str]) -> tuple[str, str]:
    """An answer in its usual word, and what it is about."""
    verb = told["verb"].lower()
    thing = (told["thing"] or "").strip(" ,.;")
    label = next((name for name, pattern in _LABELS if re.search(pattern, verb)), "")
    if label:
        return label, thing.removeprefix("of ").removeprefix("for ")
    if _THINKS.match(verb):
        return thing.removeprefix("that ") or verb, ""
    return f"{verb} {thing}".strip(), ""


_SURVEY = re.compile(r"\b(?:[Ss]urvey(?:s|ed)?|[Pp]oll(?:s|ed|ing)?)\b")
_SAME = re.compile(
    r"\b(?:[Tt]he|[Tt]his|[Ii]ts|[Tt]he\s+same|[Pp]oll|[Tt]he\s+latest)\s+(?:\w+\s+)?(?:survey|poll|respondents)\b"
    r"|\b(?:of|all)\s+respondents\b|\bthose\s+(?:polled|surveyed|asked|questioned)\b|\bsurvey\s+takers\b|\btold\s+(?:the\s+)?[A-Z]"
)
"""Words by which the poll before is meant."""
_SPOKEN = re.compile(r"[”\"]\s+(?:said|says)\s|\s(?:said|says):\s[“\"]")
_NEW = re.compile(r"\b(?:[Aa]n?|[Aa]nother|separate)\s+(?:\S+\s+){0,5}(?:survey|poll)\b")
_FOUND = re.compile(
    r"\b(?:found|finds|shows?|showed|shown|suggests?|suggested|indicate[ds]?|said|says?|reveals?|[Aa]ccording\s+to)\b"
)
_BUSINESS = re.compile(
    r"\b(?:purchasing\s+managers|PMI|manufactur\w+\s+(?:index|activity)|economists|forecast)\b"
)
_OPINION = re.compile(
    r"\b(?:sa(?:y|id)|support|favou?r|oppos|approv|disapprov|think|thought|believ|unsure|not\s+sure|weren['’]t\s+sure"
    r"|don['’]t\s+know|didn['’]t\s+know|agree|disagree|want|view|good|bad|expect|trust|Republicans|Democrats|respondents)\w*"
)
_ABOUT_POLL = re.compile(
    r"\bmargins?\s+of\s+(?:sampling\s+)?error\b|\b(?:[Tt]h(?:e|is)|[Ii]ts)\s+(?:\S+\s+){0,3}?(?:survey|poll)\b[^.]{0,60}?"
    r"\b(?:conducted|taken|surveyed|questioned|sampled|interviewed|fielded)\b|\binterviewed\s+[\d,]+"
)
_PEOPLE = (
    r"(?:Americans|Canadians|Chinese|Mexicans|Germans|Britons|Japanese|Europeans|adults|voters|respondents|Republicans"
    r"|Democrats|independents|residents|citizens|people|businesses|companies|firms|members|those|consumers|farmers)"
)
_BY_PEOPLE = re.compile(
    rf"\s+(?:of\s+(?:all\s+|the\s+)?(?:[\w.-]+\s+){{0,2}}?{_PEOPLE}\b|(?:said|say|support|oppose|favou?r|approve|disapprove|think|believe|want"
    r"|expect|were|are|was)\w*\b)"
)
_THE_SURVEY = re.compile(r"\s*(?:The|Its)\s+(?:\w+\s+){0,2}?(?:survey|poll)\b")
_PER_CENT = re.compile(r"[ -]?(?:percent\w*|per\s+cent|%).*", re.IGNORECASE | re.DOTALL)
_BESIDE = re.compile(
    r"\b(?:survey|poll)\s+(?:from\s+|in\s+)?\Z|\b(?:found|showed)\s+(?:in\s+|on\s+)?\Z"
)
_THINKS = re.compile(r"sa|think|thought|believ|expect")
_WORDS = re.compile(
    r"\b(?:(?:[Aa]bout|[Rr]oughly|[Nn]early|[Aa]lmost|[Aa]round|[Mm]ore\s+than|[Ll]ess\s+than|[Jj]ust\s+(?:over|under)|[Ss]ome|[Oo]nly)\s+)?"
    r"(?P<part>(?:a\s+|one[- ])?(?:third|quarter|half|fifth)|half|two[- ]thirds|three[- ]quarters|(?:a\s+|the\s+)?(?:\w+\s+)?majority"
    r"|a\s+similar\s+(?:percentage|share|number)|the\s+same\s+(?:percentage|share)|most"
    r"|(?P<some>\d{1,2}|one|two|three|four|five|six|seven|eight|nine)\s+(?:in|out\s+of)\s+(?P<out>\d{1,3}|three|four|five|ten))\b(?=\s+(?:of|said|say|support|oppose|favor|approve"
    r"|disapprove|think|believe|were|are|want|expect|[A-Z]\w+s|(?:\w+\s+)?(?:adults|voters|respondents|people|companies|firms)))",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:about|roughly|nearly|almost|around|more\s+than|less\s+than|just\s+(?:over|under)|some|only)\s+\Z",
    re.IGNORECASE,
)
_PARTS = {
    **dict.fromkeys(("a third", "one-third", "one third"), Decimal(1) / 3),
    **dict.fromkeys(("a quarter", "one-quarter", "one quarter"), Decimal("0.25")),
    **dict.fromkeys(("half", "a half", "one half", "one-half"), Decimal("0.5")),
    **dict.fromkeys(("a fifth", "one-fifth", "one fifth"), Decimal("0.2")),
    **dict.fromkeys(("two-thirds", "two thirds"), Decimal(2) / 3),
    **dict.fromkeys(("three-quarters", "three quarters"), Decimal("0.75")),
}
_POPULATION = re.compile(
    r"\b(?P<who>(?:(?:registered|likely|U\.S\.|US|American|Canadian|Chinese|Japanese|British|adult|[A-Z][a-z]+)\s+){0,3}(?:Americans|Canadians|adults|voters"
    r"|respondents|Republicans|Democrats|residents|citizens|people|Germans|Britons|Mexicans|businesses|companies|firms))\b"
)
_BEFORE = re.compile(
    r"(?!(?:An?|The|This|Another)\b)(?P<who>[A-Z][\w&.’'/-]*(?:\s+(?:of\s+)?[A-Z][\w&.’'/-]*){0,4})\s+(?:\w+\s+)?\Z"
)
_BY = re.compile(
    r"\s+(?:\w+\s+)?(?:by|from)\s+(?:the\s+)?(?P<who>[A-Z][\w&.’'/-]*(?:\s+(?:of\s+)?[A-Z][\w&.’'/-]*){0,5})"
)
_CONDUCTED = re.compile(
    r"\b(?:conducted|taken|carried\s+out|fielded|held|done|made|surveyed|interviewed|questioned|polled|sampled)\b"
)
_RUN = re.compile(r"\s*(?:and|to|through|-|–|until)\s*")
_OUT = re.compile(r"\b(?:released|published|out|issued)\s+(?:on\s+|in\s+|earlier\s+|late\s+)?\Z")
_BEFORE_SHARE = re.compile(
    r"\b(?:down|up|compared\s+(?:with|to)|from|versus|against|than)\s+(?:from\s+|about\s+|the\s+)?\Z"
)
_VERBS = (
    r"support\w*|favou?r\w*|back(?:ed|s)?|oppos\w*|disapprov\w*|approv\w*|(?:were|are|is|was)?(?:n['’]t|\s*not)\s+(?:sure|certain)|(?:were|are)\s+(?:un(?:sure|certain|decided))"
    r"|unsure|undecided|(?:do|did)(?:n['’]t|\s+not)\s+(?:know|have\s+an\s+opinion)|(?:strongly\s+|somewhat\s+)?(?:dis)?agree\w*|believ\w*|th(?:ink|ought)\w*|want\w*|expect\w*|view\w*|trust\w*|see\w*|say|said"
)
_ANSWER = re.compile(
    rf"\s*(?:,?\s*(?:of\s+)?(?:[\w.’'-]+\s+){{0,5}}?)(?:(?:said|say)\s+(?:that\s+)?(?:they\s+)?(?:would\s+|will\s+)?)?(?P<verb>{_VERBS})\b"
    r"(?:\s+(?P<thing>(?:(?:the|a|an|of|that)\s+)?[^,;]{3,80}?)(?=[,;]|\.?\Z|\s+(?:and|while|but|down|up|compared)\s|\Z))?"
)
_LABELS = (
    ("not sure", r"sure|certain|undecided|know|opinion"),
    ("oppose", r"^oppos"),
    ("disapprove", r"^disapprov"),
    ("approve", r"^approv"),
    ("support", r"^(?:support|favou?r|back)"),
    ("disagree", r"disagree"),
    ("agree", r"agree"),
)
_NOUNS = {"support": "support for", "oppose": "opposition to", "approve": "approval of"}
