"""The channels, against real sockets and processes: what arrives, and what is said where it does not."""

from __future__ import annotations

import builtins
import json
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.makers import an_account
from tests.services.hostile_server import PATIENCE_SECONDS
from tests.services.interrupts import Interrupted, interrupted_in
from tests.services.processes import has_ended
from usage_tui.core.account import KeyFromEnv
from usage_tui.core.alert_log import AlertBody
from usage_tui.core.errors import DeliveryFailed
from usage_tui.services.apprise_channel import AppriseChannel
from usage_tui.services.channels import channels, without_keys
from usage_tui.services.command_channel import CommandChannel, filled
from usage_tui.services.config_schema import NotifySettings
from usage_tui.services.webhook_channel import WebhookChannel

BODY = AlertBody(
    account="production",
    rule="budget_used",
    state="firing",
    threshold=0.8,
    value=0.81,
    message="production: 81.0 % of the budget is used.",
    at="2026-11-22T10:42:07Z",
)
APPRISE = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its own, as it is imported
SECRET = "T0000secret0path0that0nobody0sees"


class Receiver:
    """A web server on loopback that keeps what is posted to it."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((self.path, dict(self.headers), body))
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base's own names
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Where to post to."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/{SECRET}"


@contextmanager
def receiving(status: int = 200, headers: dict[str, str] | None = None) -> Iterator[Receiver]:
    receiver = Receiver(status, headers)
    thread = Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()


def test_a_webhook_is_sent_exactly_the_fields_that_are_allowed() -> None:
    with receiving(204) as receiver:
        WebhookChannel(receiver.url).send(BODY)
    ((path, headers, body),) = receiver.requests
    assert path == f"/{SECRET}"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "schema": "usage-tui/alert/1",
        "account": "production",
        "rule": "budget_used",
        "state": "firing",
        "threshold": 0.8,
        "value": 0.81,
        "message": "production: 81.0 % of the budget is used.",
        "at": "2026-11-22T10:42:07Z",
    }


@pytest.mark.parametrize(("status", "is_final"), [(302, True), (400, True), (404, True), (429, False), (500, False)])
def test_a_webhook_that_does_not_say_yes_has_not_taken_it(status: int, is_final: bool) -> None:
    with (
        receiving(status, {"Location": "/elsewhere"}) as receiver,
        pytest.raises(DeliveryFailed, match=f"127.0.0.1:[0-9]+ answered {status}, ") as failed,
    ):
        WebhookChannel(receiver.url).send(BODY)
    assert failed.value.is_final is is_final
    assert len(receiver.requests) == 1
    assert SECRET not in str(failed.value)


def test_a_webhook_that_hangs_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        channel = WebhookChannel(f"http://127.0.0.1:{server.getsockname()[1]}/{SECRET}", 0.2)
        began = time.monotonic()
        with pytest.raises(DeliveryFailed, match=r"did not answer within 0\.2 s") as failed:
            channel.send(BODY)
        assert time.monotonic() - began < PATIENCE_SECONDS / 2
    assert SECRET not in str(failed.value)
    assert failed.value.__cause__ is failed.value.__context__ is None


def test_a_webhook_that_nobody_serves_is_worded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DeliveryFailed, match=f"127.0.0.1:{port} could not be reached: connection refused; check"):
        WebhookChannel(f"http://127.0.0.1:{port}/{SECRET}").send(BODY)


def test_a_command_gets_the_message_as_one_argument_and_no_shell(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    code = "import json, os, sys; json.dump([sys.argv[2:], dict(os.environ)], open(sys.argv[1], 'w'))"
    body = AlertBody(**{**_fields(), "message": "a; touch /tmp/x $(id) \"'{account}", "threshold": None})
    command = [sys.executable, "-c", code, str(seen), "{message}", "{account}/{threshold}/{other}", "$HOME"]
    CommandChannel(command, {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}).send(body)
    arguments, environ = json.loads(seen.read_text())
    assert arguments == ["a; touch /tmp/x $(id) \"'{account}", "production//{other}", "$HOME"]
    assert set(environ) <= {"PATH", "LANG", "LC_CTYPE"}


def _fields() -> dict[str, Any]:
    return {name: getattr(BODY, name) for name in BODY.__struct_fields__}


def test_every_field_can_be_filled_in() -> None:
    template = "{message}|{account}|{rule}|{state}|{threshold}|{value}|{at}"
    assert filled([template], BODY) == [f"{BODY.message}|production|budget_used|firing|0.8|0.81|2026-11-22T10:42:07Z"]


def test_a_command_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"sleep 200 & echo $! > {pid_file}; wait"
    channel = CommandChannel(["sh", "-c", script], dict(os.environ), 2.0)
    with pytest.raises(DeliveryFailed, match="sh did not end within 2 s, and was ended"):
        channel.send(BODY)
    child = int(pid_file.read_text())
    assert has_ended(child)


def test_an_interrupt_ends_the_command(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    channel = CommandChannel(["sh", "-c", f"echo $$ > {pid_file}; exec sleep 200"], dict(os.environ), PATIENCE_SECONDS)
    with pytest.raises(Interrupted), interrupted_in("_wait", pid_file):
        channel.send(BODY)
    assert has_ended(int(pid_file.read_text()))


@pytest.mark.parametrize(
    ("command", "words", "is_final"),
    [
        (["/nowhere/at-all"], "/nowhere/at-all was not found", True),
        ([__file__], "could not be started: Permission denied", True),
        (["sh", "-c", "exit 3"], "sh failed with exit code 3", False),
        (["sh", "-c", "kill -9 $$"], "sh was ended by signal 9", False),
    ],
)
def test_a_command_that_fails_is_worded(command: list[str], words: str, is_final: bool) -> None:
    with pytest.raises(DeliveryFailed, match=words) as failed:
        CommandChannel(command, dict(os.environ)).send(BODY)
    assert failed.value.is_final is is_final


def test_no_key_is_in_the_environment_of_a_command() -> None:
    environ = {"MY_KEY": "s3cret", "SCRAPERAPI_KEY": "other", "COPY": "s3cret", "PATH": "/bin", "EMPTY": ""}
    accounts = [an_account(key_source=KeyFromEnv("MY_KEY"))]
    assert without_keys(environ, accounts) == {"PATH": "/bin", "EMPTY": ""}


@APPRISE
def test_apprise_sends_through_an_address_of_its_own_kind() -> None:
    with receiving() as receiver:
        address = receiver.url.replace("http://", "json://")
        AppriseChannel(address, 1).send(BODY)
    ((_, _, body),) = receiver.requests
    assert json.loads(body)["message"] == BODY.message


@APPRISE
def test_what_apprise_cannot_send_is_said_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for address, words in (
        (f"nosuchservice://{SECRET}", "nosuchservice is no address that Apprise knows"),
        (f"json://127.0.0.1:{port}/{SECRET}", "json did not take the alert"),
        (SECRET, "no address is no address that Apprise knows"),
    ):
        with pytest.raises(DeliveryFailed, match=words) as failed:
            AppriseChannel(address, 1).send(BODY)
        assert SECRET not in str(failed.value)
    assert SECRET not in caplog.text


@APPRISE
def test_apprise_that_hangs_is_given_up_and_asked_again_only_when_it_has_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        channel = AppriseChannel(f"json://127.0.0.1:{port}/{SECRET}", 1, 0.3)
        with pytest.raises(DeliveryFailed, match="did not answer within"):
            channel.send(BODY)
        with pytest.raises(DeliveryFailed, match="still busy"):
            channel.send(BODY)
    if channel._running is not None:
        channel._running.join()


def test_without_the_extra_apprise_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return importing(name, *arguments, **options)

    importing = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(DeliveryFailed, match="install usage-tui with the extra `notify`") as failed:
        AppriseChannel("json://localhost", 1).send(BODY)
    assert failed.value.is_final


def test_the_config_names_the_channels_and_no_place_shows_a_secret() -> None:
    settings = NotifySettings(
        command=("notify-send", SECRET),
        webhook=f"https://hooks.example.com/{SECRET}",
        apprise=(f"slack://{SECRET}", "x"),
    )
    made = channels(settings, [], {})
    assert [(each.name, each.place) for each in made] == [
        ("command", "notify-send"),
        ("webhook", "hooks.example.com"),
        ("apprise 1", "slack"),
        ("apprise 2", "no address"),
    ]
    assert channels(NotifySettings(), [], {}) == ()
