"""Read a folder of White House texts and write into a page how much of the truce was found in them.

Usage: python tools/rebuild_truce.py FOLDER PAGE
"""

from __future__ import annotations

import sys
from pathlib import Path

from detente.reading.document import Document, read_all
from detente.reading.rebuild import rebuild
from detente.record.store import folders, open_record

START, END = "<!-- truce -->", "<!-- /truce -->"


def main(folder: Path, page: Path) -> None:
    if not folder.is_dir():
        sys.exit(
            f"{folder} does not exist; name the folder of texts: make rebuild-truce SOURCES=DIR"
        )
    record, _ = open_record(folders())
    documents = [one for one in read_all([folder]) if isinstance(one, Document)]
    report = rebuild(record, documents).markdown()
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{START}\n{report.strip()}\n{END}{after}", encoding="utf-8")
    print(report)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
