"""Official sources of new documents, and which of them a user has enabled: none, to begin with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import msgspec

from detente.reading.document import plain
from detente.reading.update.listings import FIELDS


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """An official source: where it lists what it publishes, and the only hosts that may be asked.

    `links` is a pattern for the paths of documents, for a page of links. `interval` is the least time
    from one request to the next, in seconds. Days are those of `zone`.
    """

    id: str
    title: str
    publisher: str
    hosts: tuple[str, ...]
    listings: tuple[str, ...]
    form: Literal["register", "feed", "links"]
    links: str = ""
    interval: float = 2.0
    zone: str = "America/New_York"
    licence: str = "public domain (US government work)"


def _search(**conditions: str) -> str:
    query = [(f"conditions[{name.replace('_', '][')}]", v) for name, v in conditions.items()]
    query += [("fields[]", field) for field in FIELDS]
    query += [("order", "oldest"), ("per_page", "100")]
    return f"https://www.federalregister.gov/api/v1/documents.json?{urlencode(query)}"


_TARIFFS = 'tariff | tariffs | "additional duties" | "adjusting imports"'
_USTR = "/about/policy-offices/press-office"

SITES = {
    site.id: site
    for site in (
        Site(
            id="federal-register",
            title="Federal Register: presidential documents, USTR, CBP and BIS on tariffs",
            publisher="Federal Register",
            hosts=("www.federalregister.gov",),
            listings=(
                _search(term=_TARIFFS, type_="PRESDOCU"),
                _search(term=_TARIFFS, agencies_="trade-representative-office-of-united-states"),
                _search(term=_TARIFFS, agencies_="u-s-customs-and-border-protection"),
                _search(term=_TARIFFS, agencies_="industry-and-security-bureau"),
            ),
            form="register",
        ),
        Site(
            id="white-house",
            title="White House: presidential actions, statements and fact sheets",
            publisher="The White House",
            hosts=("www.whitehouse.gov", "whitehouse.gov"),
            listings=(
                "https://www.whitehouse.gov/presidential-actions/feed/",
                "https://www.whitehouse.gov/briefings-statements/feed/",
                "https://www.whitehouse.gov/fact-sheets/feed/",
            ),
            form="feed",
        ),
        Site(
            id="ustr",
            title="US Trade Representative: press releases and fact sheets",
            publisher="Office of the United States Trade Representative",
            hosts=("ustr.gov", "www.ustr.gov"),
            # its feed holds weekly digests only
            listings=(
                f"https://ustr.gov{_USTR}/press-releases",
                f"https://ustr.gov{_USTR}/fact-sheets",
            ),
            form="links",
            links=rf"{_USTR}/(?:press-releases|fact-sheets)/\d{{4}}/[a-z]+/[\w-]+",
            interval=10.0,
        ),
        Site(
            id="treasury",
            title="US Treasury: press releases",
            publisher="U.S. Department of the Treasury",
            hosts=("home.treasury.gov",),
            # its feed holds changes of the site, not the releases
            listings=("https://home.treasury.gov/news/press-releases",),
            form="links",
            links=r"/news/press-releases/[a-z]{2}\d{3,5}",
        ),
    )
}


# ---------------------------------------------------------------- what is enabled


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of enabled sources and paths of enabled folders, in the order in which they were enabled."""

    enabled: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class SettingsError(ValueError):
    """Settings that cannot be read or written, or a name that is no source; with the remedy."""


def load_settings(home: Path) -> Settings:
    """What is enabled in a user's data folder: nothing, if nothing ever was. Raises SettingsError."""
    path = _settings_path(home)
    try:
        settings = msgspec.json.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; check its rights") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: {error}; mend it, or delete it and enable again what you want"
        ) from None
    for name in settings.enabled:
        if name not in SITES:
            raise SettingsError(
                f"{path}, field `enabled`: {name[:60]!r} is no source; it may be {_known()}"
            )
    return settings


def enable(home: Path, name: str) -> Settings:
    """Enable a source by its id, or a folder by its path. Raises SettingsError."""
    settings = load_settings(home)
    if name in SITES:
        enabled = dict.fromkeys((*settings.enabled, name))
        return _save(home, msgspec.structs.replace(settings, enabled=tuple(enabled)))
    folder = Path(name).expanduser()
    try:
        there = folder.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        raise SettingsError(
            f"{plain(name)[:80]!r} is neither a source nor a folder; sources are {_known()}"
        )
    folders = dict.fromkeys((*settings.folders, str(folder.resolve())))
    return _save(home, msgspec.structs.replace(settings, folders=tuple(folders)))


def disable(home: Path, name: str) -> Settings:
    """Disable a source or a folder. Raises SettingsError for one that is not enabled."""
    settings = load_settings(home)
    folder = str(Path(name).expanduser().resolve())
    if name not in settings.enabled and folder not in settings.folders:
        on = ", ".join((*settings.enabled, *settings.folders)) or "nothing"
        raise SettingsError(f"{plain(name)[:80]!r} is not enabled; {on} is")
    if name in settings.enabled:
        left = tuple(other for other in settings.enabled if other != name)
        return _save(home, msgspec.structs.replace(settings, enabled=left))
    left = tuple(other for other in settings.folders if other != folder)
    return _save(home, msgspec.structs.replace(settings, folders=left))


def _settings_path(home: Path) -> Path:
    return home / "update.json"


def _known() -> str:
    return ", ".join(SITES)


def _save(home: Path, settings: Settings) -> Settings:
    """Whole or not at all."""
    path = _settings_path(home)
    beside = path.with_name(f".{path.name}.part")
    try:
        home.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(settings)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; check the folder's rights") from None
    return settings
