"""`detente update` against a real local server that answers as the official ones do, errs, and attacks."""

from __future__ import annotations

import http.server
import json
import multiprocessing
import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from detente.nouns import Problem
from detente.reading import update as module
from detente.reading.document import Document
from detente.reading.update import MAX_TRIES, update
from detente.reading.update.sources import (
    SITES,
    Settings,
    SettingsError,
    disable,
    enable,
    load_settings,
)
from detente.reading.update.state import State, StateError
from detente.reading.update.web import Client, official

from .official_server import FR, WH, Answerer, Reply, Server, Time, client

NOW = datetime(2025, 9, 20, 15, 0, tzinfo=UTC)
TREASURY = "home.treasury.gov"
SEARCH = "/api/v1/documents.json"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def run(
    server: Server, tmp_path: Path, *names: str, now: datetime = NOW, **limits: Any
) -> tuple[list[Document], list[Problem]]:
    items = list(update(Settings(names), tmp_path / "update.sqlite", now, client(server, **limits)))
    assert all(isinstance(item, Document | Problem) for item in items)
    return (
        [item for item in items if isinstance(item, Document)],
        [item for item in items if isinstance(item, Problem)],
    )


# ---------------------------------------------------------------- official shapes


def notice(number: str, subject: str = "Notice of Modification of Section 301 Action") -> str:
    return (
        "<NOTICE><PREAMB><AGENCY TYPE='N'>OFFICE OF THE UNITED STATES TRADE REPRESENTATIVE</AGENCY>"
        f"<SUBJECT>{subject}</SUBJECT><SUM><HD SOURCE='HED'>SUMMARY:</HD><P>The Trade Representative "
        f"raises the additional duty on articles of China to 25 percent (document {number}).</P></SUM>"
        "</PREAMB><FRDOC>[FR Doc. 2025-17389 Filed 9-10-25; 8:45 am]</FRDOC></NOTICE>"
    )


def result(number: str, day: str = "2025-09-11", **changes: Any) -> dict[str, Any]:
    folder = f"https://{FR}/documents/full_text"
    return {
        "document_number": number,
        "title": "Notice of Modification of Section 301 Action",
        "type": "Notice",
        "publication_date": day,
        "signing_date": None,
        "html_url": f"https://{FR}/documents/2025/09/11/{number}/notice-of-modification",
        "full_text_xml_url": f"{folder}/xml/2025/09/11/{number}.xml",
        "body_html_url": f"{folder}/html/2025/09/11/{number}.html",
        "raw_text_url": f"{folder}/text/2025/09/11/{number}.txt",
        **changes,
    }


def results(*found: dict[str, Any], following: str | None = None) -> Reply:
    body: dict[str, Any] = {"count": len(found), "description": "Documents", "total_pages": 1}
    if found:
        body["results"] = list(found)
    if following:
        body["next_page_url"] = following
    return Reply(json.dumps(body), "application/json; charset=utf-8")


def register(server: Server, *found: dict[str, Any]) -> None:
    """The presidential search finds some documents, the three others nothing."""

    def search(handler: http.server.BaseHTTPRequestHandler) -> Reply:
        asked = parse_qs(urlsplit(handler.path).query)
        if "PRESDOCU" not in asked.get("conditions[type][]", []):
            return results()
        since = asked["conditions[publication_date][gte]"][0]
        return results(*(r for r in found if r["publication_date"] >= since))

    server.pages[FR, SEARCH] = search
    for one in found:
        number = one["document_number"]
        for form in ("xml", "html", "text"):
            suffix = "txt" if form == "text" else form
            path = f"/documents/full_text/{form}/2025/09/11/{number}.{suffix}"
            if form == "xml":
                server.pages[FR, path] = [Reply(notice(number), "text/xml")]


LONG = "The United States and China will hold talks on tariffs in Madrid. " * 20


def item(
    number: int, date_: str = "Thu, 11 Sep 2025 14:00:00 +0000", title: str = "", body: str = LONG
) -> str:
    link = f"https://{WH}/presidential-actions/2025/09/order-{number}/"
    return (
        f"<item><title>{title or f'Order {number}'}</title><link>{link}</link>"
        f"<pubDate>{date_}</pubDate><guid isPermaLink='false'>https://{WH}/?p={number}</guid>"
        f"<content:encoded><![CDATA[<p>Order {number}.</p><p>{body}</p>]]></content:encoded></item>"
    )


def rss(*items: str, **headers: str) -> Reply:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Presidential Actions</title>{''.join(items)}</channel></rss>"
    )
    return Reply(body, "application/rss+xml; charset=UTF-8", **headers)


def white_house(server: Server, first: Reply | list[Reply] | Answerer) -> None:
    listed = first if callable(first) or isinstance(first, list) else [first]
    server.pages[WH, "/presidential-actions/feed/"] = listed
    server.pages[WH, "/briefings-statements/feed/"] = [rss()]
    server.pages[WH, "/fact-sheets/feed/"] = [rss()]


def release(number: str, title: str = "Treasury Secretary to Meet Vice Premier in Madrid") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><nav>Menu</nav><main><article>"
        f"<h1>{title}</h1><time datetime='2025-09-11T12:00:00Z'>September 11, 2025</time>"
        f"<p>WASHINGTON - Release {number}. {LONG}</p></article></main></body></html>"
    )


def treasury(server: Server, *numbers: str) -> None:
    rows = "".join(
        "<div class='mm-news-row'><time datetime='2025-09-11T12:00:00Z'>September 11, 2025</time>"
        f"<div class='news-title'><a href='/news/press-releases/{n}'>Treasury Secretary to Meet Vice "
        "Premier in Madrid</a></div></div>"
        for n in numbers
    )
    page = (
        f"<html><body><a href='/about'>About</a>{rows}<a href='https://x.com/a'>X</a></body></html>"
    )
    server.pages[TREASURY, "/news/press-releases"] = [Reply(page)]
    for n in numbers:
        server.pages[TREASURY, f"/news/press-releases/{n}"] = [Reply(release(n))]


# ---------------------------------------------------------------- settings


def test_nothing_is_enabled_until_the_user_says_so(tmp_path: Path, server: Server) -> None:
    assert load_settings(tmp_path) == Settings()
    (problem,) = update(load_settings(tmp_path), tmp_path / "s", NOW, client(server))
    assert isinstance(problem, Problem)
    assert "no source is enabled" in problem.message
    assert "--enable" in problem.hint
    assert "federal-register" in problem.hint
    assert not server.asked
    assert not (tmp_path / "s").exists()


def test_enable_and_disable(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    home = tmp_path / "home"
    enable(home, "ustr")
    enable(home, "ustr")
    assert enable(home, str(reports)) == load_settings(home)
    assert load_settings(home) == Settings(("ustr",), (str(reports.resolve()),))
    with pytest.raises(SettingsError, match=r"'treasury' is not enabled; ustr"):
        disable(home, "treasury")
    disable(home, "ustr")
    assert disable(home, str(reports)) == load_settings(home) == Settings()
    with pytest.raises(SettingsError, match="neither a source nor a folder; sources are federal"):
        enable(home, "nowhere")
    assert os.listdir(home) == ["update.json"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "truncated"),
        ('{"enabled": ["gopher"]}', r"field `enabled`: 'gopher' is no source"),
        ('{"sources": []}', "unknown field `sources`"),
        ('{"enabled": 1}', r"\$.enabled"),
        ("\xff", "update.json"),
    ],
)
def test_settings_that_were_spoiled(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "update.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=said) as told:
        load_settings(tmp_path)
    assert "update.json" in str(told.value)


def test_every_site_asks_only_its_own_hosts_over_https() -> None:
    for site in SITES.values():
        assert all(official(url, site.hosts) for url in site.listings)
        assert all(host.endswith(".gov") for host in site.hosts)
        assert site.interval >= 1


# ---------------------------------------------------------------- the Federal Register


def test_federal_register(tmp_path: Path, server: Server) -> None:
    register(server, result("2025-17389"), result("2025-17390", "2025-09-12"))
    documents, problems = run(server, tmp_path, "federal-register")
    assert problems == []
    assert [d.id for d in documents] == [
        "federal-register-2025-17389",
        "federal-register-2025-17390",
    ]
    first = documents[0]
    assert (first.published, first.publisher) == (date(2025, 9, 11), "Federal Register")
    assert first.title == "Notice of Modification of Section 301 Action"
    assert first.url == f"https://{FR}/documents/2025/09/11/2025-17389/notice-of-modification"
    assert "public domain" in first.licence
    assert "25 percent" in first.text
    asked = parse_qs(urlsplit(server.paths(FR)[0]).query)
    assert asked["conditions[publication_date][gte]"] == ["2025-08-21"]
    assert asked["order"] == ["oldest"]
    assert "tariff" in asked["conditions[term]"][0]
    assert "full_text_xml_url" in asked["fields[]"]


def test_the_next_search_starts_where_the_last_one_ended(tmp_path: Path, server: Server) -> None:
    register(server, result("2025-17389", "2025-09-15"))
    run(server, tmp_path, "federal-register")
    server.asked.clear()
    documents, problems = run(server, tmp_path, "federal-register", now=NOW + timedelta(days=40))
    assert documents == problems == []
    asked = parse_qs(urlsplit(server.paths(FR)[0]).query)
    assert asked["conditions[publication_date][gte]"] == ["2025-09-12"]
    assert len(server.asked) == 4


def test_pages_of_results_are_followed(tmp_path: Path, server: Server) -> None:
    register(server, result("2025-17389"), result("2025-17390"))
    second = f"https://{FR}/api/v1/documents?page=2&format=json"
    server.pages[FR, SEARCH] = [results(result("2025-17389"), following=second), results()]
    server.pages[FR, "/api/v1/documents"] = [results(result("2025-17390"))]
    documents, problems = run(server, tmp_path, "federal-register")
    assert (len(documents), problems) == (2, [])


@pytest.mark.parametrize(
    ("following", "said"),
    [
        ("https://evil.example/api?page=2", "not an https address"),
        ("file:///etc/passwd", "not an https address"),
        (f"https://{FR}/api/v1/documents?page=2", "leads back"),
    ],
)
def test_pages_that_lead_astray(tmp_path: Path, server: Server, following: str, said: str) -> None:
    register(server, result("2025-17389"))
    server.pages[FR, SEARCH] = [results(result("2025-17389"), following=following), results()]
    server.pages[FR, "/api/v1/documents"] = [results(following=following)]
    documents, problems = run(server, tmp_path, "federal-register")
    assert len(documents) == 1, "what was listed before is not lost"
    assert any(said in p.message for p in problems)
    assert len(server.asked) < 10


def test_endless_pages_end(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAGES", 3)
    count = iter(range(10_000))

    def more(_: Any) -> Reply:
        return results(following=f"https://{FR}{SEARCH}?page={next(count)}")

    server.pages[FR, SEARCH] = more
    _, problems = run(server, tmp_path, "federal-register")
    assert [p.message for p in problems] == ["only 3 pages of results were read"] * 4
    assert len(server.asked) == 12


def test_results_that_are_not_of_the_known_form(tmp_path: Path, server: Server) -> None:
    far = f"https://evil.example/{'x' * 20}.xml"
    bad = [
        result("2025-1"[:3]),
        result("../../etc"),
        result("2025-17301", "2025-02-30"),
        result("2025-17302", "9999-01-01"),
        result("2025-17303", "\x1b[2J"),
        result("2025-17304", full_text_xml_url=far, body_html_url=None, raw_text_url=None),
        {"document_number": 7},
        {},
    ]
    register(server, result("2025-17389"))
    twice = result("2025-17389", full_text_xml_url=f"https://{FR}/other.xml")
    server.pages[FR, SEARCH] = [results(*bad, result("2025-17389"), twice), results()]
    documents, problems = run(server, tmp_path, "federal-register")
    assert [d.id for d in documents] == ["federal-register-2025-17389"]
    assert len(problems) == len(bad) + 1
    assert any("listed twice" in p.message for p in problems)
    assert all("\x1b" not in str(p) for p in problems)
    with State(tmp_path / "update.sqlite") as state:
        *_, reached = state.listing(SITES["federal-register"].listings[0])
    assert reached == date(2025, 9, 8), "a date in the future does not hide what comes"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "<html></html>",
        '{"results": 1}',
        '{"results": [',
        "[" * 100_000,
        '{"x":' * 100_000,
    ],
)
def test_json_that_is_none(tmp_path: Path, server: Server, body: str) -> None:
    server.pages[FR, SEARCH] = [Reply(body, "application/json")]
    documents, problems = run(server, tmp_path, "federal-register")
    assert documents == []
    assert len(problems) == 4
    assert all(p.where.file.startswith("https://www.federalregister.gov/api") for p in problems)


def test_another_form_where_the_best_is_missing(tmp_path: Path, server: Server) -> None:
    one, two = result("2025-17389"), result("2025-17390", full_text_xml_url=None)
    register(server, one, two)
    del server.pages[FR, "/documents/full_text/xml/2025/09/11/2025-17389.xml"]
    body = "<h1>Notice of Modification of Section 301 Action</h1><p>The duty is 25 percent.</p>"
    server.pages[FR, "/documents/full_text/html/2025/09/11/2025-17389.html"] = [Reply(body)]
    framed = (
        "<html>\n<head>\n<title>Federal Register</title></head>\n<body><pre>\n[Notices]\n\n"
        "Notice of Modification of Section 301 Action\n\nThe duty &amp; fee is 25 percent.\n</pre></body></html>"
    )
    server.pages[FR, "/documents/full_text/text/2025/09/11/2025-17390.txt"] = [
        Reply(framed, "text/plain")
    ]
    documents, problems = run(server, tmp_path, "federal-register")
    assert problems == []
    assert "The duty is 25 percent." in documents[0].text
    assert "The duty & fee is 25 percent." in documents[1].text
    assert len(documents[1].paragraphs) == 3


# ---------------------------------------------------------------- feeds and pages of links


def test_a_feed_gives_its_items_without_asking_for_pages(tmp_path: Path, server: Server) -> None:
    evening = "Fri, 12 Sep 2025 01:30:00 +0000"
    white_house(server, rss(item(1), item(2, evening)))
    documents, problems = run(server, tmp_path, "white-house")
    assert problems == []
    assert [d.title for d in documents] == ["Order 1", "Order 2"]
    assert [d.published for d in documents] == [date(2025, 9, 11)] * 2, "the day in Washington"
    assert documents[0].url == f"https://{WH}/presidential-actions/2025/09/order-1"
    assert documents[0].publisher == "The White House"
    assert "talks on tariffs in Madrid" in documents[0].text
    assert len(server.asked) == 3


def test_the_page_where_a_feed_has_only_a_teaser(tmp_path: Path, server: Server) -> None:
    white_house(server, rss(item(1, title="Treasury Secretary in Madrid", body="More ...")))
    server.pages[WH, "/presidential-actions/2025/09/order-1"] = [Reply(release("1"))]
    (document,), problems = run(server, tmp_path, "white-house")
    assert problems == []
    assert "Release 1." in document.text


def test_a_page_of_links(tmp_path: Path, server: Server) -> None:
    treasury(server, "sb0241", "sb0242")
    documents, problems = run(server, tmp_path, "treasury")
    assert problems == []
    assert [d.id for d in documents] == ["treasury-sb0241", "treasury-sb0242"]
    assert documents[0].published == date(2025, 9, 11)
    assert "Menu" not in documents[0].text
    assert all(h == TREASURY for h, _, _ in server.asked)


def test_links_of_the_trade_representative(tmp_path: Path, server: Server) -> None:
    office = "/about/policy-offices/press-office"
    path = f"{office}/press-releases/2025/september/statement-on-talks"
    hostile = f"<a href='https://evil.example{path}'>x</a><a href='{path}/../../../x'>x</a>"
    page = f"<p><a href='{path}'>Statement on the <b>Talks</b> &amp; Tariffs</a></p>{hostile}"
    server.pages["ustr.gov", f"{office}/press-releases"] = [Reply(page)]
    server.pages["ustr.gov", f"{office}/fact-sheets"] = [Reply("<p>rebuilt</p>")]
    server.pages["ustr.gov", path] = [
        Reply(f"<main><h1>Statement on the Talks &amp; Tariffs</h1><p>{LONG}</p></main>")
    ]
    (document,), (problem,) = run(server, tmp_path, "ustr")
    assert document.title == "Statement on the Talks & Tariffs"
    assert problem.message == "the page has no link to a document"
    assert [h for h, _, _ in server.asked] == ["ustr.gov"] * 3


def test_pages_that_are_no_text(tmp_path: Path, server: Server) -> None:
    treasury(server, "sb0241")
    server.pages[TREASURY, "/news/press-releases/sb0241"] = [Reply(b"\xff\x00" * 50)]
    _, (problem,) = run(server, tmp_path, "treasury")
    assert "not text" in problem.message
    server.pages[TREASURY, "/news/press-releases"] = [Reply(b"\xff\x00<a href='/x'>x</a>")]
    _, problems = run(server, tmp_path, "treasury")
    assert "not text" in problems[0].message


HOSTILE_FEEDS = {
    "entities": (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        "<rss><channel><item><title>&b;</title></item></channel></rss>",
        "document type or entities",
    ),
    "external entity": (
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>',
        "document type or entities",
    ),
    "cut off": ("<rss><channel><item><title>Order", "not well formed"),
    "nested": ("<rss>" + "<a>" * 5_000, "nested"),
    "not a feed": ("<note><p>Hello there.</p></note>", "no RSS or Atom feed"),
    "empty": ("", "cannot be read"),
    "binary": (b"\xff\x00\x00<rss>", "cannot be read"),
}


@pytest.mark.parametrize("name", HOSTILE_FEEDS)
def test_hostile_feeds(tmp_path: Path, server: Server, name: str) -> None:
    body, said = HOSTILE_FEEDS[name]
    white_house(server, Reply(body, "application/rss+xml"))
    server.pages[WH, "/fact-sheets/feed/"] = [rss(item(5))]
    documents, (problem,) = run(server, tmp_path, "white-house")
    assert said in problem.message
    assert [d.title for d in documents] == ["Order 5"], "the rest goes on"


def test_hostile_items(tmp_path: Path, server: Server) -> None:
    far = item(1).replace(f"https://{WH}/presidential", "https://evil.example/presidential")
    local = item(2).replace(f"https://{WH}/presidential", "http://127.0.0.1/presidential")
    undated = item(3, "the day after tomorrow")
    wrong = item(4, "Tue, 30 Feb 2025 10:00:00 +0000")
    double = item(6).replace("order-6", "order-7")
    shown = item(8, title="&#x202e;Order &#155;2J 8\u200e")
    white_house(server, rss(far, local, undated, wrong, item(6), double, item(6), shown))
    documents, problems = run(server, tmp_path, "white-house")
    assert [d.title for d in documents] == ["Order 6", "Order 2J 8"]
    assert len(problems) == 5
    assert all(text.isprintable() for p in problems for text in (p.message, p.hint, p.where.file))


def test_an_item_without_text_is_a_problem_of_its_own(tmp_path: Path, server: Server) -> None:
    empty = item(1).replace("<p>", "<script>").replace("</p>", "</script>")
    white_house(server, rss(empty, item(2)))
    documents, (problem,) = run(server, tmp_path, "white-house")
    assert [d.title for d in documents] == ["Order 2"]
    assert "no text" in problem.message


def test_a_page_that_asks_for_patience_is_not_the_document(tmp_path: Path, server: Server) -> None:
    treasury(server, "sb0241")
    page = "/news/press-releases/sb0241"
    server.pages[TREASURY, page] = [Reply("<h1>Just a moment...</h1><p>Checking your browser.</p>")]
    for number in range(1, MAX_TRIES + 1):
        documents, problems = run(server, tmp_path, "treasury")
        assert documents == []
        assert "not the one listed" in problems[0].message
        assert (len(problems) == 2) == (number == MAX_TRIES)
    assert "given up" in problems[1].message
    assert run(server, tmp_path, "treasury") == ([], [])


# ---------------------------------------------------------------- manners


def test_what_is_asked_says_who_asks(tmp_path: Path, server: Server) -> None:
    white_house(server, rss(item(1)))
    run(server, tmp_path, "white-house")
    for _, _, headers in server.asked:
        assert headers["User-Agent"].startswith("detente/")
        assert "Cookie" not in headers
        assert "Referer" not in headers


def test_requests_to_a_host_keep_their_distance(tmp_path: Path, server: Server) -> None:
    treasury(server, "sb0241", "sb0242")
    timing = Time()
    fetch = client(server, timing)
    list(update(Settings(("treasury",)), tmp_path / "s", NOW, fetch))
    assert timing.slept == [2.0, 2.0]


def test_what_did_not_change_is_not_sent_again(tmp_path: Path, server: Server) -> None:
    modified = "Thu, 11 Sep 2025 14:00:00 GMT"

    def answer(handler: http.server.BaseHTTPRequestHandler) -> Reply:
        same = handler.headers["If-None-Match"] == '"v1"'
        assert not same or handler.headers["If-Modified-Since"] == modified
        return Reply(status=304) if same else rss(item(1), ETag='"v1"', Last_Modified=modified)

    white_house(server, answer)
    assert len(run(server, tmp_path, "white-house")[0]) == 1
    assert run(server, tmp_path, "white-house") == ([], [])
    assert server.asked[3][2]["If-None-Match"] == '"v1"'


def test_an_interrupted_run_loses_nothing_to_an_unchanged_feed(
    tmp_path: Path, server: Server
) -> None:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> Reply:
        if handler.headers["If-None-Match"] == '"v1"':
            return Reply(status=304)
        return rss(*(item(n) for n in range(5)), ETag='"v1"')

    white_house(server, answer)
    items = update(Settings(("white-house",)), tmp_path / "update.sqlite", NOW, client(server))
    titles = [next(items).title, next(items).title]  # type: ignore[union-attr]
    items.close()  # type: ignore[attr-defined]
    assert titles == ["Order 0", "Order 1"]
    documents, _ = run(server, tmp_path, "white-house")
    assert [d.title for d in documents] == ["Order 1", "Order 2", "Order 3", "Order 4"]
    assert run(server, tmp_path, "white-house") == ([], [])


def test_a_busy_server_is_asked_again_when_it_says(tmp_path: Path, server: Server) -> None:
    white_house(server, [Reply(status=429, Retry_After="7"), Reply(status=503), rss(item(1))])
    timing = Time()
    items = list(update(Settings(("white-house",)), tmp_path / "s", NOW, client(server, timing)))
    assert [type(i) for i in items] == [Document]
    assert timing.slept[:2] == [7.0, 4.0]


def test_a_server_that_asks_for_long_is_left_alone(tmp_path: Path, server: Server) -> None:
    white_house(server, Reply(status=429, Retry_After="3600"))
    _, (problem,) = run(server, tmp_path, "white-house")
    assert "429" in problem.message
    assert len(server.asked) == 1
    _, (problem,) = run(server, tmp_path, "white-house", now=NOW + timedelta(minutes=59))
    assert "left alone until 2025-09-20 16:00 UTC" in problem.message
    assert len(server.asked) == 1
    white_house(server, rss(item(1)))
    documents, _ = run(server, tmp_path, "white-house", now=NOW + timedelta(minutes=61))
    assert len(documents) == 1


def test_a_server_in_trouble_is_left_after_three_failures(tmp_path: Path, server: Server) -> None:
    treasury(server, *(f"sb02{n:02}" for n in range(8)))
    for n in range(8):
        server.pages[TREASURY, f"/news/press-releases/sb02{n:02}"] = [Reply(status=500)]
    documents, problems = run(server, tmp_path, "treasury", attempts=2)
    assert documents == []
    assert [p.rule for p in problems] == ["U02", "U02", "U02", "U07"]
    assert len(server.asked) == 1 + 3 * 2
    treasury(server, *(f"sb02{n:02}" for n in range(8)))
    documents, problems = run(server, tmp_path, "treasury")
    assert len(documents) == 8, "what failed is not lost"
    assert problems == []
    assert documents[-1].id == "treasury-sb0202", "and comes after what did not"


def test_a_document_that_is_gone_is_given_up_in_the_end(tmp_path: Path, server: Server) -> None:
    treasury(server, "sb0241", "sb0242")
    del server.pages[TREASURY, "/news/press-releases/sb0241"]
    documents, problems = run(server, tmp_path, "treasury")
    assert [d.id for d in documents] == ["treasury-sb0242"]
    assert "404" in problems[0].message
    for _ in range(MAX_TRIES - 1):
        _, problems = run(server, tmp_path, "treasury")
    assert "given up" in problems[-1].message
    assert run(server, tmp_path, "treasury") == ([], [])


def test_one_run_takes_so_many_documents(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_DOCUMENTS", 2)
    white_house(server, rss(*(item(n) for n in range(5)), ETag='"v1"'))
    seen = []
    for left in (3, 1, 0):
        documents, problems = run(server, tmp_path, "white-house")
        seen += [d.title for d in documents]
        assert [p.message.split()[0] for p in problems] == ([str(left)] if left else [])
    assert seen == [f"Order {n}" for n in range(5)]


def test_a_run_takes_so_many_bytes(tmp_path: Path, server: Server) -> None:
    treasury(server, "sb0241", "sb0242", "sb0243")
    documents, problems = run(server, tmp_path, "treasury", "white-house", run=4_000)
    assert 1 <= len(documents) < 3
    assert "4,000 bytes" in problems[-1].message
    assert not server.paths(WH), "the run is over"
    more, problems = run(server, tmp_path, "treasury")
    assert problems == []
    assert len(documents) + len(more) == 3


def test_no_answer_at_all(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = closed.getsockname()
    timing = Time()
    fetch = Client(local=address, clock=timing.clock, sleep=timing.sleep)
    items = list(update(Settings(("white-house",)), tmp_path / "s", NOW, fetch))
    assert [i.rule for i in items if isinstance(i, Problem)] == ["U02"] * 3
    assert all("no answer" in i.message for i in items if isinstance(i, Problem))


# ---------------------------------------------------------------- folders and the state


def test_a_folder(tmp_path: Path, server: Server) -> None:
    reports = tmp_path / "reports"
    (reports / "sub").mkdir(parents=True)
    (reports / "2025-09-11-a.txt").write_text("The talks are in Madrid.")
    (reports / "sub" / "b.md").write_text("The talks were in London.")
    (reports / "c.html").write_text("")
    (reports / "notes.docx").write_text("not this")
    outside = tmp_path / "secret.txt"
    outside.write_text("A secret.")
    (reports / "link.txt").symlink_to(outside)
    settings = Settings(folders=(str(reports.resolve()),))

    def again() -> list[str]:
        items = update(settings, tmp_path / "s", NOW, client(server))
        return [i.text if isinstance(i, Document) else i.rule for i in items]

    assert again() == ["The talks are in Madrid.", "U05", "The talks were in London."]
    assert again() == []
    (reports / "sub" / "b.md").write_text("The talks were in Stockholm.")
    assert again() == ["The talks were in Stockholm."]
    assert not server.asked
    gone = Settings(folders=(str(tmp_path / "gone"),))
    (problem,) = update(gone, tmp_path / "s", NOW, client(server))
    assert isinstance(problem, Problem)
    assert "--disable" in problem.hint


def test_states_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database" * 500)
    with pytest.raises(StateError, match="damaged"):
        State(tmp_path / "text")
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE a (b)").connection.close()
    with pytest.raises(StateError, match="no state of `detente update`"):
        State(tmp_path / "other")
    State(tmp_path / "new").__exit__()
    with sqlite3.connect(tmp_path / "new") as base:
        base.execute("PRAGMA user_version = 99")
    with pytest.raises(StateError, match="newer detente"):
        State(tmp_path / "new")
    with pytest.raises(ValueError, match="needs a zone"):
        update(Settings(), tmp_path / "s", NOW.replace(tzinfo=None))


def _consume(address: tuple[str, int], folder: Path) -> None:
    """Write each document down, as a queue does, before the next is taken."""
    timing = Time()
    fetch = Client(local=address, clock=timing.clock, sleep=timing.sleep)
    for found in update(Settings(("treasury",)), folder / "update.sqlite", NOW, fetch):
        assert isinstance(found, Document)
        (folder / found.id).write_text(found.text)


def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, server: Server) -> None:
    names = [f"sb{n:04}" for n in range(30)]
    treasury(server, *names)
    context = multiprocessing.get_context("fork")
    for number in range(12):
        process = context.Process(target=_consume, args=(server.address, tmp_path))
        process.start()
        process.join(0.01 + 0.013 * number)
        if process.exitcode is None:
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)
        process.join()
    _consume(server.address, tmp_path)
    assert {p.name for p in tmp_path.glob("treasury-*")} == {f"treasury-{n}" for n in names}
    asked = len(server.asked)
    _consume(server.address, tmp_path)
    assert len(server.asked) == asked + 1, "nothing is asked for twice but the list"
