"""The text layer of a PDF, with the optional package pypdf."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from importlib import import_module

from detente.reading.document.formats import MAX_CHARACTERS, Block, Raw, UnreadableError, squeeze

MAX_PAGES = 2_000

_DIGITS = re.compile(r"\d+")
_HYPHENATED = re.compile(r"([^\W\d_]+)[-\u00ad]\Z")
_STARTS = re.compile(
    r"[-•▪–]\s|\([a-zA-Z0-9]{1,4}\)\s|[a-z0-9]\)\s|(?:Section|Sec\.|Annex|ANNEX|Article)\s\d|\d{1,2}\.\s[A-Z]"
    r"|[A-Z][A-Z /]{3,40}:\s|\[FR Doc\b|BILLING CODE"
)
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_REGISTER = re.compile(r"Federal Register\s*/[^/]{0,40}/\s*([^/]{0,40}?\d{4})\s*/")


def pdf(data: bytes) -> Raw:
    """Paragraphs of a PDF. Raises UnreadableError if it is locked, broken or only images."""
    try:
        pypdf = import_module("pypdf")
    except ImportError:
        raise UnreadableError(
            "reading PDF files needs the package pypdf",
            "Install it: pip install 'detente[pdf]'; or give the text.",
        ) from None
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("the PDF is encrypted", "Save a copy without a password.")
        if len(reader.pages) > MAX_PAGES:
            raise UnreadableError(f"the PDF has more than {MAX_PAGES:,} pages", "Split it.")
        pages, size = [], 0
        for page in reader.pages:
            pages.append((page.extract_text() or "").translate(_LIGATURES))
            size += len(pages[-1])
            if size > MAX_CHARACTERS:
                raise UnreadableError(
                    f"the text is longer than {MAX_CHARACTERS:,} characters", "Split it."
                )
        info = reader.metadata or {}
    except UnreadableError:
        raise
    # pypdf raises errors of many kinds on broken files
    except Exception as error:
        raise UnreadableError(
            f"the PDF is broken: {type(error).__name__}: {str(error)[:120]}",
            "Open it in a viewer and save a copy, or give the text.",
        ) from None
    parts = _body(pages)
    if not any(char.isalpha() for lines in parts for line in lines for char in line):
        raise UnreadableError(
            "the PDF has no text layer (a scan?)", "Run text recognition on it first."
        )
    meta = []
    if title := str(info.get("/Title") or "").strip():
        meta.append(("title", title, "PDF field `Title`"))
    heads = (_REGISTER.search(" ".join(page.split())) for page in pages)
    if head := next(filter(None, heads), None):
        meta.append(("date", head[1], "the running head of the Federal Register"))
    return Raw([Block(text) for text in _join(parts)], meta)


def _body(pages: list[str]) -> list[list[str]]:
    """The lines of each page without the running heads, which come back on page after page."""
    split = [[squeeze(line) for line in page.split("\n")] for page in pages]
    split = [[line for line in lines if line] for lines in split]
    edges: Counter[str] = Counter()
    for lines in split:
        edges.update({_DIGITS.sub("#", line) for line in [*lines[:3], *lines[-3:]]})
    often = {line for line, count in edges.items() if count >= max(3, len(pages) // 3)}
    return [
        [
            line
            for index, line in enumerate(lines)
            if 3 <= index < len(lines) - 3
            or not (_DIGITS.sub("#", line) in often or line.isdigit())
        ]
        for lines in split
    ]


def _join(pages: list[list[str]]) -> list[str]:
    """Paragraphs from lines: a short line that ends a sentence ends the paragraph."""
    words = set(re.findall(r"\w+-\w+", " ".join(line for lines in pages for line in lines)))
    out: list[str] = []
    before = ""
    for lines in pages:
        sizes = sorted(len(line) for line in lines)
        width = sizes[int((len(sizes) - 1) * 0.8)] if sizes else 0
        for line in lines:
            stops = before.endswith((".", ":", ";", ".”", '."', "?", "]"))
            short = len(before) < (0.85 if stops else 0.4) * width
            if not out or short or _STARTS.match(line) or _heading(line) != _heading(before):
                out.append(line)
            elif (cut := _HYPHENATED.search(out[-1])) and line[:1].islower():
                kept = f"{cut[1]}-{re.split(r'[^a-z]', line)[0]}" in words
                out[-1] = out[-1][: cut.end(1)] + ("-" if kept else "") + line
            else:
                gap = "" if re.search(r"[^\s-][-/]\Z", out[-1]) else " "
                out[-1] = f"{out[-1]}{gap}{line}"
            before = line
    return out


def _heading(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return len(letters) > 5 and all(char.isupper() for char in letters)
