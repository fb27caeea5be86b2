"""A draft in the user's editor: one text with every file of it, and back."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from detente.reading.draft import Files

_FILE = "# file: "
_TOLD = "#! "
_HELP = """\
Change what is wrong, save and close: the record is checked, and the entry goes into it.
Each line "# file: ..." begins a file. Delete everything to give up."""


class EditorError(ValueError):
    """No editor, or one that failed."""


def edited(files: Files, problems: str, environ: Mapping[str, str]) -> Files | None:
    """The files as changed in VISUAL or EDITOR, under what is wrong with them; None if all was deleted.

    Stored texts are not shown and stay as they are. Raises EditorError.
    """
    shown = {path: text for path, text in files.items() if not path.startswith("texts/")}
    told = "".join(f"{_TOLD}{line}\n" for line in (*_HELP.splitlines(), *problems.splitlines()))
    body = "".join(f"{_FILE}{path}\n{text.rstrip()}\n\n" for path, text in shown.items())
    changed = _ask(told + body, environ)
    if not changed.strip():
        return None
    return _split(changed) | {path: files[path] for path in files.keys() - shown.keys()}


def _ask(text: str, environ: Mapping[str, str]) -> str:
    named = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        command = shlex.split(named)
    except ValueError as error:
        raise EditorError(f"the editor {named!r} cannot be read as a command: {error}") from None
    if not command:
        raise EditorError("no editor is set; set EDITOR, for example to nano, and try again")
    with TemporaryDirectory(prefix="detente-") as folder:
        path = Path(folder) / "proposal.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            code = subprocess.run([*command, str(path)], check=False).returncode
            changed = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise EditorError(f"the editor {named!r} failed: {reason}; check EDITOR") from None
    if code:
        raise EditorError(f"the editor {named!r} ended with {code}; nothing was changed")
    return changed


def _split(text: str) -> Files:
    files: dict[str, list[str]] = {}
    path = ""
    for line in text.splitlines():
        if line.startswith(_FILE):
            path = line.removeprefix(_FILE).strip()
            files[path] = []
        elif line.startswith(_TOLD):
            continue
        elif path:
            files[path].append(line)
        elif line.strip():
            raise EditorError(
                f"{line[:60]!r} stands above the first line {_FILE!r}; put it below one"
            )
    whole = {name: "\n".join(lines).strip() + "\n" for name, lines in files.items()}
    return {name: body for name, body in whole.items() if body.strip()}
