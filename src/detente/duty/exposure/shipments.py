"""Files of shipments, read and written a chunk at a time: CSV, Parquet and Excel.

Every cell is taken as text, every row keeps its line number, and nothing is seen at its place before
it is whole. Parquet needs DuckDB, Excel needs openpyxl (the extra `tables`).
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from itertools import count, islice, repeat
from pathlib import Path
from typing import TextIO

CHUNK = 50_000
"""Rows read at a time."""
DELIMITERS = ",;\t|"
_LONGEST_CELL = 1 << 20
_MOST_IN_EXCEL = 1_048_575
_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTE = b'"'
_QUOTED = re.compile('["\r\n]')
_SUFFIXES = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "csv"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    ".xlsx": "excel",
}


class Chunk:
    """Rows as texts, each with the line (of a CSV) or row (of a table) where it stands."""

    __slots__ = ("done", "numbers", "rows")

    def __init__(self, rows: list[list[str]], numbers: Sequence[int], done: float) -> None:
        self.rows, self.numbers, self.done = rows, numbers, done
        """`done` is the share of the file that has been read."""


def form(path: Path) -> str:
    """`csv`, `parquet` or `excel`, by the end of the name. Raises ValueError for any other."""
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise ValueError(f"{path.name}: a file of shipments ends in .csv, .parquet or .xlsx")
    return found


class Shipments:
    """A file of shipments open for reading. Raises ValueError where it cannot be read at all."""

    def __init__(self, path: Path, chunk: int = CHUNK) -> None:
        self.path, self.chunk = path, chunk
        self.passed_over: int | None = None
        """0 or 1: every other chunk of a CSV, that another process answers, comes without its rows."""
        self.delimiter = ","
        if not path.is_file():
            raise ValueError(f"{path}: there is no such file")
        self._chunks = {"csv": self._csv, "parquet": self._parquet, "excel": self._excel}[
            form(path)
        ]()
        self.header = [cell.strip() for cell in next(self._chunks).rows[0]]

    @property
    def can_be_shared(self) -> bool:
        """Whether a second process can read the same file."""
        return form(self.path) == "csv" and sys.platform == "linux"

    def __iter__(self) -> Iterator[Chunk]:
        return self._chunks

    def _csv(self) -> Iterator[Chunk]:
        with self.path.open("rb") as raw:
            start = raw.read(4)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise ValueError(f"{self.path.name} is UTF-16; save it as UTF-8 CSV")
        if start in {b"PK\x03\x04", b"PAR1"}:
            raise ValueError(f"{self.path.name} is no CSV; name it .xlsx or .parquet as it is")
        size = max(self.path.stat().st_size, 1)
        limit = csv.field_size_limit(_LONGEST_CELL)
        try:
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                yield from self._csv_rows(file, size)
        except csv.Error as error:
            raise ValueError(
                f"{self.path.name}: {error}; is a quote opened and never closed?"
            ) from None
        finally:
            csv.field_size_limit(limit)

    def _quotes(self) -> bool:
        """Whether there is a quote in the file, so that a row may go over more than one line."""
        with self.path.open("rb") as raw:
            return any(_QUOTE in block for block in iter(lambda: raw.read(1 << 20), b""))

    def _csv_rows(self, file: TextIO, size: int) -> Iterator[Chunk]:
        first = file.readline(_LONGEST_CELL)
        if not first.strip():
            raise ValueError(f"{self.path.name} is empty or begins with an empty line")
        self.delimiter = max(DELIMITERS, key=first.count)
        yield Chunk([next(csv.reader([first], delimiter=self.delimiter))], [1], 0)
        reader = csv.reader(file, delimiter=self.delimiter)
        line, over = 2, 0
        a_line_each = not self._quotes()
        for number in count():
            if number % 2 == self.passed_over and a_line_each:
                lines = sum(1 for _ in islice(file, self.chunk))
                if not lines:
                    return
                over += lines
                line += lines
                yield Chunk([], range(line - lines, line), min(file.buffer.tell() / size, 1.0))
                continue
            rows = list(islice(reader, self.chunk))
            if not rows:
                return
            after = reader.line_num + over + 2
            if after - line == len(rows):
                numbers: Sequence[int] = range(line, after)
            else:
                numbers = _numbers(rows, line)
            line = after
            if [] in rows:
                numbers = [n for n, row in zip(numbers, rows, strict=True) if row]
                rows = [row for row in rows if row]
            yield Chunk(rows, numbers, min(file.buffer.tell() / size, 1.0))

    def _parquet(self) -> Iterator[Chunk]:
        import duckdb  # noqa: PLC0415

        with duckdb.connect() as store:
            store.execute("SET threads = 2; SET memory_limit = '1GB'")
            try:
                table = store.execute("SELECT * FROM read_parquet(?)", [str(self.path)])
                names = [str(column[0]) for column in table.description or ()]
                count = (
                    store.cursor()
                    .execute("SELECT count(*) FROM read_parquet(?)", [str(self.path)])
                    .fetchone()
                )
            except duckdb.Error as error:
                raise ValueError(f"{self.path.name}: {_first_line(error)}") from None
            total = max(int(count[0]) if count else 0, 1)
            yield Chunk([names], [0], 0)
            done = 0
            while rows := table.fetchmany(self.chunk):
                numbers = range(done + 1, done + len(rows) + 1)
                done += len(rows)
                yield Chunk([[_text(cell) for cell in row] for row in rows], numbers, done / total)

    def _excel(self) -> Iterator[Chunk]:
        import openpyxl  # noqa: PLC0415

        try:
            book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
        except Exception as error:
            raise ValueError(
                f"{self.path.name} is no Excel workbook: {_first_line(error)}"
            ) from None
        try:
            sheet = book.worksheets[0]
            cells = sheet.iter_rows(values_only=True)
            header = [_text(cell) for cell in next(cells, ())]
            while header and not header[-1]:
                header.pop()
            if not header:
                raise ValueError(f"{self.path.name}: the first row of the first sheet is empty")
            yield Chunk([header], [1], 0)
            total, done = max(sheet.max_row or 1, 1), 1
            while rows := list(islice(cells, self.chunk)):
                found = [(n, _trimmed(row, len(header))) for n, row in enumerate(rows, done + 1)]
                found = [(n, row) for n, row in found if any(row)]
                done += len(rows)
                yield Chunk(
                    [row for _, row in found], [n for n, _ in found], min(done / total, 1.0)
                )
        finally:
            book.close()


def _numbers(rows: list[list[str]], line: int) -> list[int]:
    numbers = []
    for row in rows:
        numbers.append(line)
        line += 1 + sum(len(_BREAK.findall(cell)) for cell in row)
    return numbers


def _trimmed(row: Iterable[object], width: int) -> list[str]:
    cells = [_text(cell) for cell in row]
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: object) -> str:
    """A cell of a typed table as it would be written in a CSV."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat()
            if cell == datetime.combine(cell, datetime.min.time())
            else str(cell)
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and abs(cell) < 1e15:
        return f"{cell:.10f}".rstrip("0").rstrip(".")
    return str(cell)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


class Piece:
    """Answers and rejected rows of some chunks, in the order in which they come."""

    def __init__(self, path: Path, delimiter: str, errors: str) -> None:
        self.paths = path, path.with_name(f"{path.name}.rejected")
        self.delimiter = delimiter
        self.rejected = 0
        self.marks: list[tuple[int, int, int]] = []
        """The number of each chunk, and how far the two files reach after it, in bytes."""
        self._files = [p.open("w", encoding="utf-8", errors=errors, newline="") for p in self.paths]
        self._writers = [
            csv.writer(file, delimiter=delimiter, lineterminator="\n")
            for file, delimiter in zip(self._files, (delimiter, ","), strict=True)
        ]

    def write(self, rows: list[list[str]]) -> None:
        """Add rows of answers."""
        commas = len(rows[0]) - 1
        lines = list(map(self.delimiter.join, rows))
        counts = map(str.count, lines, repeat(self.delimiter))
        special = {n for n, count in enumerate(counts) if count != commas}
        if _QUOTED.search("".join(lines)):
            special.update(n for n, line in enumerate(lines) if _QUOTED.search(line))
        since = 0
        for n in [*sorted(special), len(rows)]:
            if since < n:
                self._files[0].write("\n".join(lines[since:n]) + "\n")
            if n < len(rows):
                self._writers[0].writerow(rows[n])
            since = n + 1

    def reject(self, number: int, reason: str, row: Sequence[str]) -> None:
        """Add a row that cannot be read."""
        self.rejected += 1
        self._writers[1].writerow([number, reason, *row])

    def mark(self, chunk: int) -> None:
        """Note that a chunk is written."""
        for file in self._files:
            file.flush()
        answers, rejects = (path.stat().st_size for path in self.paths)
        self.marks.append((chunk, answers, rejects))

    def close(self) -> None:
        for file in self._files:
            file.close()


class Answers:
    """The file of answers and that of rejected rows, put together from pieces and moved to their places
    whole.

    Used as a context: an error leaves neither. The file of rejected rows of an earlier run is taken away
    if nothing is rejected now.
    """

    def __init__(self, path: Path, header: Sequence[str], texts: int, delimiter: str = ",") -> None:
        """`texts`: how many of the first columns are text and no figures."""
        self.form, self.path, self.texts = form(path), path, texts
        self.rejects = path.with_name(f"{path.stem}.rejected.csv")
        self.delimiter = delimiter if self.form == "csv" else ","
        self._header = list(header)
        self._beside = path.with_name(f".{path.name}.{os.getpid()}")
        self._errors = "surrogateescape" if self.form == "csv" else "replace"

    def __enter__(self) -> Answers:
        self.piece = Piece(self._path("0"), self.delimiter, self._errors)
        return self

    def other(self) -> Piece:
        """A second piece, for the chunks that another process answers."""
        return Piece(self._path("1"), self.delimiter, self._errors)

    def _path(self, name: str) -> Path:
        return self._beside.with_name(f"{self._beside.name}.{name}")

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            self.piece.close()
        finally:
            for name in ("0", "1"):
                for end in ("", ".rejected"):
                    self._path(name + end).unlink(missing_ok=True)
            for name in ("answers", "rejects", "whole"):
                self._path(name).unlink(missing_ok=True)

    def place(self, rejected: int, others: Sequence[tuple[int, int, int]] = ()) -> None:
        """Put the pieces together and the files in their places; `others` are the marks of a second
        piece."""
        self.piece.close()
        names = self._header[: self.texts]
        headers = self._header, ["line", "reason", *names]
        for n, name in enumerate(("answers", "rejects")):
            end = "" if n == 0 else ".rejected"
            with self._path(name).open("wb") as whole:
                text = io.StringIO()
                csv.writer(text, delimiter=(self.delimiter, ",")[n], lineterminator="\n").writerow(
                    headers[n]
                )
                whole.write(text.getvalue().encode("utf-8", self._errors))
                with ExitStack() as stack:
                    sources = []
                    for place, marks in enumerate((self.piece.marks, others)):
                        if marks:
                            file = stack.enter_context(self._path(f"{place}{end}").open("rb"))
                            spans = zip([0, *(m[n + 1] for m in marks)], marks, strict=False)
                            sources += [(m[0], file, m[n + 1] - since) for since, m in spans]
                    for _, file, size in sorted(sources, key=lambda source: source[0]):
                        whole.write(file.read(size))
        finished = self._path("answers")
        if self.form != "csv":
            convert = _to_parquet if self.form == "parquet" else _to_excel
            convert(finished, self._path("whole"), self._header, self.texts)
            finished = self._path("whole")
        os.replace(finished, self.path)
        if rejected:
            os.replace(self._path("rejects"), self.rejects)
        else:
            self.rejects.unlink(missing_ok=True)


def _to_parquet(written: Path, whole: Path, header: Sequence[str], texts: int) -> None:
    import duckdb  # noqa: PLC0415

    types = {
        name: "VARCHAR" if n < texts or name == "note" else "DOUBLE"
        for n, name in enumerate(header)
    }
    types["line"] = "BIGINT"
    with duckdb.connect() as store:
        store.execute("SET threads = 2; SET memory_limit = '1GB'")
        source = store.read_csv(
            str(written), header=True, columns=types, delimiter=",", quotechar='"', escapechar='"'
        )
        source.write_parquet(str(whole), compression="zstd")


def _to_excel(written: Path, whole: Path, header: Sequence[str], texts: int) -> None:
    import openpyxl  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("shipments")
    figures = [n for n, name in enumerate(header) if n >= texts and name != "note"]
    with written.open(encoding="utf-8", errors="replace", newline="") as file:
        for count, row in enumerate(csv.reader(file)):
            if count > _MOST_IN_EXCEL:
                raise ValueError(f"Excel holds {_MOST_IN_EXCEL:,} rows; write .csv or .parquet")
            cells: list[object] = [ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row]
            if count:
                for n in figures:
                    cells[n] = float(row[n]) if row[n] else None
            sheet.append([_plain(cell) for cell in cells])
    book.save(whole)


def _plain(cell: object) -> object:
    """A text that begins with `=` would be a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith("=") else cell
