"""From bytes to plain text: encodings, front matter, Markdown, HTML and XML.

Each reader returns a `Raw`: blocks of text in order and what the mark-up says of the document.
"""

from __future__ import annotations

import codecs
import html
import json
import re
import tomllib
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import msgspec
import yaml

MAX_BYTES = 20_000_000
MAX_CHARACTERS = 2_000_000
MAX_FRONT_MATTER = 32_000
MAX_DEPTH = 64

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadableError(ValueError):
    """Why a file cannot be read. `hint` says what to do, `line` where it is wrong (1 if unknown)."""

    def __init__(self, message: str, hint: str, line: int = 1) -> None:
        super().__init__(f"{message}. {hint}")
        self.message, self.hint, self.line = message, hint, line


class Block(msgspec.Struct):
    """A paragraph, a heading with its `level`, or a row of a table (level -1)."""

    text: str
    level: int = 0


class Raw(msgspec.Struct):
    """Blocks of text, metadata by field (the best first), and notes on the reading."""

    blocks: list[Block]
    meta: list[tuple[str, str, str]] = []
    """Field (title, date, publisher, url, licence), value, and where it was written."""
    notes: list[str] = []


# ---------------------------------------------------------------- characters

_CONTROLS = {code: " " for code in (*range(32), *range(127, 160)) if code not in (9, 10)}
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SURROGATES = range(0xD800, 0xE000)
_UNSAFE = {**_CONTROLS, **dict.fromkeys(_BIDI), **dict.fromkeys(_SURROGATES, "\ufffd")}
_UNSEEN = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
_ODD = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BLANKS = re.compile(r"[^\S\n]+")


def clean(text: str) -> str:
    """The text as it is stored: NFC, line feeds, nothing that moves a cursor or turns a line round."""
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.translate(_UNSAFE) if _ODD.search(text) else text


def plain(text: str) -> str:
    """The text made safe for a terminal: every control or direction mark shown as a harmless sign.

    One sign stands for one character, so offsets into the stored text stay good.
    """
    out = []
    for char in text:
        code = ord(char)
        if char in "\n\t":
            out.append(char)
        elif code < 32:
            out.append(chr(0x2400 + code))
        elif code == 127:
            out.append("\u2421")
        elif unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            out.append("\ufffd")
        else:
            out.append(char)
    return "".join(out)


def squeeze(text: str) -> str:
    """One blank for several, none at the ends of lines, no unseen characters."""
    lines = (_BLANKS.sub(" ", line).strip() for line in text.translate(_UNSEEN).split("\n"))
    return "\n".join(line for line in lines if line)


def decode(data: bytes, notes: list[str]) -> str:
    """UTF-8, UTF-16 with its mark, or else Windows-1252, which is noted."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableError(
                "the file begins like UTF-16 but is not", "Save it as UTF-8."
            ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data[:4096]:
            raise UnreadableError(
                "the file is not text (it holds zero bytes)",
                "Give a text, Markdown, HTML, PDF or feed file.",
            ) from None
        notes.append(f"not UTF-8 (byte {error.start}); read as Windows-1252")
        return data.decode("cp1252", errors="replace")


# ---------------------------------------------------------------- front matter

_FIELDS = {
    "title": ("title", "headline"),
    "date": ("date", "published", "publishdate", "published_time", "pubdate", "publication_date", "published_at"),
    "publisher": ("publisher", "source", "site", "site_name"),
    "url": ("source_url", "url", "link", "canonical", "canonical_url", "permalink"),
    "licence": ("licence", "license", "rights"),
}  # fmt: skip
_FENCE = re.compile(r"(---|\+\+\+)[ \t]*\n")


def front_matter(text: str) -> tuple[list[tuple[str, str, str]], str]:
    """Metadata between `---` (YAML) or `+++` (TOML) lines at the top, and the rest of the text."""
    opened = _FENCE.match(text)
    if not opened:
        return [], text
    fence = opened[1]
    closed = re.compile(rf"^{re.escape(fence)}[ \t]*(?:\n|\Z)", re.M).search(
        text, opened.end(), opened.end() + MAX_FRONT_MATTER
    )
    if not closed:
        return [], text
    inner = text[opened.end() : closed.start()]
    keys = _toml_keys(inner) if fence == "+++" else _yaml_keys(inner)
    meta = []
    for name, aliases in _FIELDS.items():
        for alias in aliases:
            if value := keys.get(alias, "").strip():
                meta.append((name, value, f"front matter, field `{alias}`"))
    return meta, text[closed.end() :]


def _yaml_keys(inner: str) -> dict[str, str]:
    """The scalars of the topmost mapping as strings. Events keep any depth and alias harmless."""
    keys: dict[str, str] = {}
    depth, key = 0, None
    try:
        for event in yaml.parse(inner, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                if depth == 1 and key is None and isinstance(event, yaml.MappingStartEvent):
                    key = ""
                depth += 1
                if depth > MAX_DEPTH:
                    raise UnreadableError(
                        f"the front matter is nested more than {MAX_DEPTH} deep", "Simplify it."
                    )
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
                key = None if depth == 1 else key
            elif depth == 1 and isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
                value = event.value if isinstance(event, yaml.ScalarEvent) else ""
                if key is None:
                    key = value
                else:
                    keys.setdefault(key.lower(), value)
                    key = None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise UnreadableError(
            f"the front matter is not YAML: {getattr(error, 'problem', None) or error}",
            "Put values that hold a colon or quotation mark in quotes.",
            line,
        ) from None
    return keys


def _toml_keys(inner: str) -> dict[str, str]:
    try:
        values = tomllib.loads(inner)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableError(
            f"the front matter is not TOML: {error}", "Correct it, or use `---` and YAML."
        ) from None
    return {k.lower(): str(v) for k, v in values.items() if not isinstance(v, dict | list)}


# ---------------------------------------------------------------- Markdown

_HASHES = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*\Z")
_RULE = re.compile(r"[ \t]*(?:[-*_=][ \t]*){3,}\Z")
_LIST = re.compile(r"[ \t]*(?:[-*+•]|(\d{1,3}[.)]))[ \t]+(?=\S)")
_RAW_HTML = re.compile(r"[ \t]*<(table|figure|div|section|iframe|script|style)\b", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^()\s]{0,2000}(?:\s[^()]{0,300})?\)")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\([^()\s]{0,2000}(?:\s[^()]{0,300})?\)")
_STRONG = re.compile(r"(?<!\\)\*{2,}")
_STAR = re.compile(r"(?<![\\*])\*(?=\S)([^*]{1,2000}?)(?<=\S)\*(?!\*)")
_UNDER = re.compile(r"(?<![\\\w_])(_{1,3})(?=\S)([^_]{1,2000}?)(?<=\S)\1(?![\w_])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def markdown(text: str) -> Raw:
    """Paragraphs of a Markdown text: soft line breaks joined, mark-up taken away."""
    meta, body = front_matter(text)
    body = _uncomment(body)
    raw = Raw([], meta)
    lines: list[str] = []
    pending = body.split("\n")
    index = 0
    while index < len(pending):
        line = pending[index]
        index += 1
        if found := _RAW_HTML.match(line):
            _flush(lines, raw)
            stop, close = index, f"</{found[1].lower()}>"
            while stop < len(pending) and close not in pending[stop - 1].lower():
                stop += 1
            raw.blocks.extend(page("\n".join(pending[index - 1 : stop])).blocks)
            index = stop
        elif not line.strip():
            _flush(lines, raw)
        elif _RULE.match(line):
            # a line of = or - below a single line makes that line a heading
            underlined = len(lines) == 1 and set(line.strip()) <= {"=", "-"} and " " not in line
            _flush(lines, raw, 2 if underlined else 0)
        elif found := _HASHES.match(line):
            _flush(lines, raw)
            _flush([found[2]], raw, len(found[1]))
        else:
            if found := _LIST.match(line):
                _flush(lines, raw)
                line = f"{found[1] or '-'} {line[found.end() :]}"
            elif line.lstrip().startswith(">"):
                line = line.lstrip()[1:].lstrip()
            lines.append(line)
    _flush(lines, raw)
    return raw


def _flush(lines: list[str], raw: Raw, level: int = 0) -> None:
    if lines:
        joined = lines[0]
        for line in lines[1:]:
            hard = joined.endswith(("  ", "\\"))
            joined = joined.rstrip(" \\") + "\n" + line if hard else f"{joined.rstrip()} {line}"
        words = squeeze(_inline(joined))
        if words and any(char.isalnum() for char in words):
            raw.blocks.append(Block(words, level))
        lines.clear()


def _inline(text: str) -> str:
    text = _BREAK.sub("\n", text)
    text = _TAG.sub("", text)
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    # pairs of ** are not looked for: writers leave blanks within them, which no reader pairs up
    text = _STAR.sub(r"\1", _STRONG.sub("", text))
    text = _UNDER.sub(r"\2", text)
    return html.unescape(_ESCAPED.sub(r"\1", text))


# ---------------------------------------------------------------- HTML and XML


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_INLINE = _names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small"
    " span strike strong sub sup time tt u var wbr e su ac fr prtpage"
)
_VOID = _names("area base br col embed hr img input link meta param source track wbr prtpage")
_DROPPED = _names(
    "script style nav footer aside form noscript svg button template iframe object select textarea"
    " figcaption dialog menu math canvas audio video head"
)
_BOILERPLATE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|cookie|cookies|share|sharing|social|related|"
    r"comments?|breadcrumbs?|sidebar|newsletter|advert|advertisement|ads?|promo|skip|banner|popup|"
    r"modal|subscribe|recommended|pagination|sr-only|screen-reader-text|visually-hidden)(?:$|[\s_-])",
    re.I,
)
_META = {
    "article:published_time": "date", "og:article:published_time": "date", "datepublished": "date",
    "date": "date", "dc.date": "date", "dc.date.issued": "date", "dcterms.date": "date",
    "pubdate": "date", "publishdate": "date", "parsely-pub-date": "date", "sailthru.date": "date",
    "og:title": "title", "twitter:title": "title", "dc.title": "title", "headline": "title",
    "og:site_name": "publisher", "dc.publisher": "publisher", "publisher": "publisher",
    "og:url": "url", "dc.rights": "licence", "copyright": "licence",
}  # fmt: skip


class _Frame(msgspec.Struct):
    tag: str
    dropped: bool
    root: int
    shown: str = ""


class _Page(HTMLParser):
    """Collects blocks of text, each with the `article` or `main` element it lies in."""

    def __init__(self, xml: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.xml = xml
        self.stack: list[_Frame] = []
        self.blocks: list[tuple[Block, int]] = []
        self.buffer: list[str] = []
        self.meta: list[tuple[str, str, str]] = []
        self.roots = 0
        self.main: dict[int, str] = {}
        self.level = 0
        self.bullet = ""
        self.row: list[str] | None = None
        self.capture: list[str] | None = None
        self.title: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        if tag == "meta":
            self._meta(named)
        elif tag == "link" and named.get("rel") == "canonical":
            self.meta.append(("url", named.get("href", ""), "canonical link"))
        elif tag == "time" and named.get("datetime"):
            self.meta.append(("date", named["datetime"], "`time` element"))
        elif tag == "html" and self.xml is False:
            self.buffer.clear()
        if tag == "script" and named.get("type", "").lower() == "application/ld+json":
            self.capture = []
        if tag == "title" and not self.xml and self.title is None:
            self.title = []
        inline = tag in _INLINE
        if tag == "br":
            self.buffer.append("\n")
        elif not inline:
            self._end_block()
        if tag in _VOID:
            return
        top = self.stack[-1] if self.stack else None
        dropped = bool(top and top.dropped) or (
            not self.xml and not inline and self._is_dropped(tag, named, top)
        )
        root = top.root if top else 0
        if tag in ("article", "main") and not (root and self.main[root] == "article"):
            self.roots += 1
            root = self.roots
            self.main[root] = tag
        self.stack.append(_Frame(tag, dropped, root))
        if dropped:
            return
        if tag == "tr" or (self.xml and tag == "row"):
            self.row = []
        elif tag == "li":
            self.bullet = "- "
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456d":
            self.level = int(tag[1]) if tag[1].isdigit() else 3

    def _is_dropped(self, tag: str, named: dict[str, str], top: _Frame | None) -> bool:
        if tag in _DROPPED or (tag == "header" and not (top and top.root)):
            return True
        if "hidden" in named or named.get("aria-hidden") == "true":
            return True
        if re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", named.get("style", "")):
            return True
        if named.get("role") in ("navigation", "banner", "contentinfo", "search", "complementary"):
            return True
        return tag not in ("html", "body", "main", "article") and bool(
            _BOILERPLATE.search(f"{named.get('class', '')} {named.get('id', '')}")
        )

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.capture is not None:
            _json_ld("".join(self.capture), self.meta)
            self.capture = None
        if tag not in _INLINE:
            self._end_block()
        for depth in range(len(self.stack) - 1, max(-1, len(self.stack) - 40), -1):
            if self.stack[depth].tag == tag:
                del self.stack[depth:]
                break
        if (tag == "tr" or (self.xml and tag == "row")) and self.row is not None:
            cells, self.row = [c for c in self.row if c], None
            if cells:
                self.blocks.append((Block(" | ".join(cells), -1), self._root()))
        elif tag == "li":
            self.bullet = ""
        elif len(tag) == 2 and tag[0] == "h":
            self.level = 0

    def handle_data(self, data: str) -> None:
        if self.capture is not None:
            self.capture.append(data)
        elif self.stack and self.stack[-1].tag == "title" and self.title is not None:
            self.title.append(data)
        elif not (self.stack and self.stack[-1].dropped):
            self.buffer.append(_BLANKS.sub(" ", data.replace("\n", " ")))

    def _root(self) -> int:
        return self.stack[-1].root if self.stack else 0

    def _end_block(self) -> None:
        words = squeeze("".join(self.buffer))
        self.buffer.clear()
        if not words:
            return
        if self.row is not None:
            self.row.append(words.replace("\n", " "))
            return
        self.blocks.append((Block(self.bullet + words, self.level), self._root()))
        self.bullet = ""

    def _meta(self, named: dict[str, str]) -> None:
        name = (named.get("property") or named.get("name") or named.get("itemprop") or "").lower()
        if name in _META and named.get("content", "").strip():
            self.meta.append((_META[name], named["content"].strip(), f"`meta` element `{name}`"))

    def finish(self) -> Raw:
        self.close()
        self._end_block()
        sizes: Counter[int] = Counter()
        for block, root in self.blocks:
            sizes[root] += len(block.text)
        total = sum(sizes.values())
        best = max((r for r in sizes if r), key=lambda r: sizes[r], default=0)
        chosen = best if best and sizes[best] * 5 >= total else 0
        blocks = [block for block, root in self.blocks if not chosen or root == chosen]
        if self.title:
            self.meta.append(("title", squeeze("".join(self.title)), "`title` element"))
        return Raw(blocks, [m for m in self.meta if m[1]])


def _json_ld(text: str, meta: list[tuple[str, str, str]]) -> None:
    try:
        todo: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    for _ in range(500):
        if not todo:
            return
        node = todo.pop(0)
        if isinstance(node, list):
            todo.extend(node[:100])
        elif isinstance(node, dict):
            for key, name in (
                ("datePublished", "date"),
                ("headline", "title"),
                ("license", "licence"),
            ):
                if isinstance(node.get(key), str):
                    meta.append((name, node[key], f"JSON-LD field `{key}`"))
            publisher = node.get("publisher")
            if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
                meta.append(("publisher", publisher["name"], "JSON-LD field `publisher`"))
            if isinstance(node.get("@graph"), list):
                todo.extend(node["@graph"][:100])


_UNCLOSED = re.compile(r"<(?=[^<>]*(?:<|\Z))")


def _uncomment(text: str) -> str:
    """The text without comments. A search for each pair would take a hostile text's square."""
    parts = text.split("<!--")
    return parts[0] + "".join(part.partition("-->")[2] for part in parts[1:])


def page(text: str, xml: bool = False) -> Raw:
    """The main text of an HTML page (or of an XML text, element by element) and its metadata."""
    parser = _Page(xml)
    # the standard parser looks for the end of an unclosed tag over and over
    parser.feed(_UNCLOSED.sub("&lt;", _uncomment(text)))
    return parser.finish()
