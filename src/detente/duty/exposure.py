"""What the duties cost an importer: a file of shipments, line by line, and what is at stake.

Each line is answered as written (on its entry day, with the knowledge of the question), as of now (the
same goods entered on the day asked), after each running pause has lapsed, and under each assumption.
Flat in memory: a chunk of lines at a time. Needs numpy; Parquet needs DuckDB, Excel openpyxl.
"""

from __future__ import annotations

_AHEAD = ("running", "extended", "future")
_DURING = ("running", "extended")
