"""`estimate`: a job priced by the service, and held against the account."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.commands.program import Program, ProgramHere
from usage_tui.demo.server import SimulatedService

COUNTERS = b'{"concurrentRequests":1,"concurrencyLimit":5,"requestCount":400,"requestLimit":1000}'
SECRET = "s3cr3t-of-the-user"
URL = f"https://example.com/page?token={SECRET}"


class PricingService:
    """Serves counters, and answers each question for a price alike."""

    def __init__(self, status: int, body: bytes) -> None:
        self.asked: list[dict[str, list[str]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                is_price = parts.path == "/account/urlcost"
                if is_price:
                    service.asked.append(parse_qs(parts.query))
                answer = body if is_price else COUNTERS
                self.send_response(status if is_price else 200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base's own names
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def config(self, name: str = "one") -> str:
        """Give the config of an account that asks this service."""
        url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return f'[[accounts]]\nname = "{name}"\nbase_url = "{url}"\napi_key = "k3y"\n'

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def test_price_is_asked_with_the_parameters_and_held_against_the_account(here: ProgramHere) -> None:
    with PricingService(200, b'{"credits": 25}') as service:
        here.write_config(service.config())
        done = here.run("estimate", URL, "--count", "24", "--premium", "--render", "--country-code", "US")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("one: fits · 600 credits for 24 requests\n")
        assert here.run("estimate", URL, "--count", "25").code == 1
    assert service.asked[0] == {
        "api_key": ["k3y"],
        "url": [URL],
        "premium": ["true"],
        "render": ["true"],
        "country_code": ["us"],
    }


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b"Not found"), (500, b"oops"), (403, b"Forbidden"), (200, b"<html>\x1b[31m"), (200, b"-5"), (302, b"")],
)
def test_usual_price_is_taken_where_the_service_does_not_say(here: ProgramHere, status: int, body: bytes) -> None:
    with PricingService(status, body) as service:
        here.write_config(service.config())
        done = here.run("estimate", URL, "--render", "--json")
    report = json.loads(done.out)
    assert (done.code, report["credits"], report["urls"][0]["price_from"]) == (0, 10, "table")
    assert report["notes"] == ["The service did not say every price itself; those are the usual ones of its documents."]


def test_service_that_never_says_is_not_asked_a_thousand_times(here: ProgramHere) -> None:
    with PricingService(404, b"") as service:
        here.write_config(service.config())
        (here.home / "urls").write_text("".join(f"https://example.com/{number},2\n" for number in range(200)))
        done = here.run("estimate", "--file", "urls")
    assert done.out.startswith("one: fits · 400 credits for 400 requests\n")
    assert len(service.asked) == 3


def test_refused_key_ends_with_77(here: ProgramHere) -> None:
    with PricingService(401, f"Unauthorized: {URL}".encode()) as service:
        here.write_config(service.config())
        done = here.run("estimate", URL)
    assert (done.code, done.out) == (77, "")
    assert "refused the key of one" in done.err
    assert SECRET not in done.err


def test_unreachable_service_ends_with_69(here: ProgramHere) -> None:
    here.write_config('[[accounts]]\nname = "one"\nbase_url = "http://127.0.0.1:1"\napi_key = "k"\n')
    done = here.run("estimate", URL)
    assert (done.code, done.out) == (69, "")
    assert done.err.startswith("one: 127.0.0.1:1 could not be reached")


def test_file_and_stdin_are_read(program: Program) -> None:
    with PricingService(200, b"2") as service:
        program.write_config(service.config())
        done = program.run("estimate", "--file", "-", "--json", stdin=b"\xef\xbb\xbfhttps://a.b,3\r\nhttps://c.d\r\n")
    report = json.loads(done.out)
    assert [(url["url"], url["count"], url["credits"]) for url in report["urls"]] == [
        ("https://a.b", 3, 6),
        ("https://c.d", 1, 2),
    ]


def test_key_command_is_run_once(here: ProgramHere) -> None:
    runs = here.home / "runs"
    command = f'api_key_command = ["sh", "-c", "echo x >> {runs}; echo k3y"]'
    with PricingService(200, b"25") as service:
        here.write_config(service.config().replace('api_key = "k3y"', command))
        assert here.run("estimate", URL).code == 0
    assert service.asked[0]["api_key"] == ["k3y"]
    assert runs.read_text() == "x\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"https://a.b\nnope\n", "line 2: the URL is no web address"),
        (b"https://a.b\n\xff\n", "line 2: is not UTF-8"),
        (b"\x00\x01", "line 1: the URL has spaces or characters that cannot be shown"),
        (b"", "there is no URL"),
        (b"https://a.b/" + b"x" * 11_000_000, "is larger than 10 MiB"),
        ("\u2020".encode() * 4_000_000, "is larger than 10 MiB"),
    ],
)
def test_wrong_file_ends_with_2_and_the_line(here: ProgramHere, content: bytes, words: str) -> None:
    (here.home / "urls").write_bytes(content)
    done = here.run("estimate", "--file", "urls")
    assert (done.code, done.out) == (2, "")
    assert words in done.err


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("nope",),
        (URL, "--count", "0"),
        (URL, "--country-code", "usa"),
        (URL, "--seconds-per-request", "0"),
        (URL, "--seconds-per-request", "nan"),
        ("--file", "missing"),
        ("--file", "."),
    ],
)
def test_wrong_usage_ends_with_2(here: ProgramHere, options: tuple[str, ...]) -> None:
    done = here.run("estimate", *options)
    assert (done.code, done.out) == (2, "")
    assert SECRET not in done.err


def test_of_several_accounts_one_has_to_be_named(here: ProgramHere) -> None:
    with PricingService(200, b"2") as service:
        here.write_config(service.config("one") + service.config("two"))
        done = here.run("estimate", URL)
        assert done.code == 2
        assert "name one with --account: one, two." in done.err
        assert here.run("estimate", URL, "--account", "TWO").out.startswith("two: fits")


def test_simulated_service_says_its_prices(program: Program, service: SimulatedService) -> None:
    key = service.accounts[0].key.reveal()
    table = f'[[accounts]]\nname = "production"\nbase_url = "{service.base_url}"\napi_key = "{key}"\n'
    program.write_config(table)
    done = program.run("estimate", "https://www.amazon.com/dp/B0", "--json")
    (url,) = json.loads(done.out)["urls"]
    assert (url["credits_each"], url["price_from"]) == (5, "service")


def test_urls_are_stored_and_logged_nowhere_and_shown_without_their_query(program: Program) -> None:
    with PricingService(200, b"[]") as service:
        program.write_config(service.config())
        (program.home / "urls").write_text(f"{URL},4\n")
        done = [program.run("estimate", URL), program.run("estimate", "--file", "urls", "--json")]
    (program.home / "urls").unlink()
    files = [path.read_bytes() for path in Path(program.home).rglob("*") if path.is_file()]
    assert len(files) > 1
    said = "".join(each.out + each.err for each in done).encode()
    assert SECRET.encode() not in b"".join([said, *files])
    assert b"https://example.com/page?" in said
