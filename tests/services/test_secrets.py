"""A key comes from one of five places; where it does not, a sentence says why, and never repeats it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from tests.services.interrupts import Interrupted, interrupted_in
from tests.services.processes import has_ended
from usage_tui.core.account import (
    ApiKey,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    KeyFromKeyring,
    KeyInConfig,
    KeySource,
)
from usage_tui.core.errors import KeyUnavailable
from usage_tui.services.key_store import store_key
from usage_tui.services.secrets import read_key, source_kind

CHILD_SECONDS = 200
KEY = "0123456789abcdef0123456789abcdef"


def refusal(source: KeySource, **how: float) -> str:
    with pytest.raises(KeyUnavailable) as caught:
        read_key(source, environ={}, **how)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value)


def python(code: str) -> KeyFromCommand:
    return KeyFromCommand((sys.executable, "-c", code))


def key_file(folder: Path, content: bytes, mode: int = 0o600) -> KeyFromFile:
    path = folder / "key"
    path.write_bytes(content)
    path.chmod(mode)
    return KeyFromFile(str(path))


def test_key_in_the_config_is_taken_as_it_is() -> None:
    assert read_key(KeyInConfig(ApiKey(KEY))) == ApiKey(KEY)


def test_key_in_the_environment_is_read() -> None:
    assert read_key(KeyFromEnv("K"), environ={"K": f" {KEY}\n"}) == ApiKey(KEY)


def test_variable_that_is_unset_or_empty_is_told_apart() -> None:
    assert refusal(KeyFromEnv("K")) == "The environment variable K is not set; set it to the API key."
    with pytest.raises(KeyUnavailable, match="variable K is empty; set it to the API key"):
        read_key(KeyFromEnv("K"), environ={"K": ""})


def test_key_pasted_for_a_variables_name_is_not_repeated() -> None:
    assert refusal(KeyFromEnv(KEY)) == "The environment variable … is not set; set it to the API key."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a b", "has spaces, accents or control characters; an API key has none"),
        ("ké", "has spaces, accents or control characters; an API key has none"),
        ("k\x1b[31m", "has spaces, accents or control characters; an API key has none"),
        ("k" * 257, "has 257 characters; an API key has 1 to 256"),
    ],
)
def test_text_that_cannot_be_a_key_is_refused_unseen(text: str, reason: str) -> None:
    with pytest.raises(KeyUnavailable) as caught:
        read_key(KeyFromEnv("K"), environ={"K": text})
    assert str(caught.value) == f"What the environment variable K holds {reason}; put the key alone on the first line."


def test_longest_key_is_taken() -> None:
    assert read_key(KeyFromEnv("K"), environ={"K": "k" * 256}).reveal() == "k" * 256


def test_first_line_of_a_private_file_is_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_key(key_file(tmp_path, f"{KEY}\r\nsecond line\n".encode())) == ApiKey(KEY)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_key(KeyFromFile("~/key")) == ApiKey(KEY)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_key_file_that_others_can_read_is_refused_with_the_mend(tmp_path: Path, mode: int) -> None:
    source = key_file(tmp_path, KEY.encode(), mode)
    assert refusal(source) == f"The key file {source.path} can be read by others; run `chmod 600 {source.path}`."


def test_key_file_is_read_up_to_4_kib(tmp_path: Path) -> None:
    assert read_key(key_file(tmp_path, KEY.encode() + b"\n" * (4096 - len(KEY)))) == ApiKey(KEY)
    source = key_file(tmp_path, KEY.encode() + b"\n" * (4097 - len(KEY)))
    assert refusal(source) == f"The key file {source.path} is larger than 4 KiB; put nothing but the key into it."


def test_key_file_that_is_no_file_is_told_without_waiting(tmp_path: Path) -> None:
    missing = KeyFromFile(str(tmp_path / "\x1b[31mnone"))
    assert refusal(missing) == f"The key file {tmp_path}/\\x1b[31mnone is not there; create it, or name another."
    assert refusal(KeyFromFile(str(tmp_path))).endswith("is a folder; name a file.")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    assert refusal(KeyFromFile(str(pipe))).endswith("is no regular file; name one.")
    assert refusal(KeyFromFile("~no-such-user/key")).endswith("cannot be read: its name is impossible.")


def test_empty_key_file_holds_no_key(tmp_path: Path) -> None:
    source = key_file(tmp_path, b"\nkey on the second line")
    assert refusal(source) == f"The file {source.path} holds no key; put it on the first line."


def test_first_line_that_a_command_prints_is_the_key() -> None:
    assert read_key(python(f"print('{KEY}\\nmore')")) == ApiKey(KEY)


def test_command_is_run_without_a_shell_and_with_nothing_to_read() -> None:
    assert read_key(KeyFromCommand(("echo", "$HOME;ls"))) == ApiKey("$HOME;ls")
    assert read_key(python("import sys; print(repr(sys.stdin.read()))")) == ApiKey("''")


def test_command_that_fails_is_told_without_its_output(capfd: pytest.CaptureFixture[str]) -> None:
    told = refusal(python(f"import sys; print('{KEY}'); print('{KEY}', file=sys.stderr); sys.exit(3)"))
    assert told == f"The key command {sys.executable} failed with exit code 3; try it in a shell."
    assert capfd.readouterr() == ("", "")


def test_command_that_is_killed_or_missing_is_told() -> None:
    assert refusal(python("import os; os.kill(os.getpid(), 9)")).endswith("was ended by signal 9; try it in a shell.")
    assert refusal(KeyFromCommand(("no-such-command",))) == (
        "The key command no-such-command was not found; check api_key_command."
    )
    assert refusal(KeyFromCommand(("/etc/passwd",))).endswith("could not be started: Permission denied.")


def test_command_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"sleep {CHILD_SECONDS} & echo $! > {pid_file}; echo {KEY}; wait"
    began = time.monotonic()
    told = refusal(KeyFromCommand(("sh", "-c", script)), command_seconds=2)
    assert told == "The key command sh did not end within 2 s; try it in a shell."
    assert time.monotonic() - began < CHILD_SECONDS
    assert has_ended(int(pid_file.read_text()))


def test_command_that_prints_without_end_is_ended() -> None:
    assert refusal(KeyFromCommand(("yes",)), command_seconds=0.3).endswith("within 0.3 s; try it in a shell.")


def test_what_a_command_leaves_in_the_background_is_not_waited_for() -> None:
    began = time.monotonic()
    assert read_key(KeyFromCommand(("sh", "-c", f"sleep {CHILD_SECONDS} & echo {KEY}"))) == ApiKey(KEY)
    assert time.monotonic() - began < CHILD_SECONDS


def test_interrupt_ends_the_command(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    source = KeyFromCommand(("sh", "-c", f"echo $$ > {pid_file}; exec sleep {CHILD_SECONDS}"))
    with pytest.raises(Interrupted), interrupted_in("_read", pid_file):
        read_key(source, command_seconds=CHILD_SECONDS)
    assert has_ended(int(pid_file.read_text()))


def test_command_does_not_outlive_the_program(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    program = f"""
import threading, time, pathlib
from usage_tui.core.account import KeyFromCommand
from usage_tui.services.secrets import read_key
source = KeyFromCommand(("sh", "-c", "sleep 1; echo $$ > {pid_file}; exec sleep {CHILD_SECONDS}"))
threading.Thread(target=read_key, args=(source,), daemon=True).start()
while not pathlib.Path("{pid_file}").exists() or not pathlib.Path("{pid_file}").read_text():
    time.sleep(0.01)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert has_ended(int(pid_file.read_text()))


class _Store(KeyringBackend):
    """A key store in memory; it hangs until released where told to, or fails."""

    priority = 1.0

    def __init__(self, error: Exception | None = None, hangs_until: threading.Event | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the base is not typed
        self.keys = {("usage-tui", "production"): KEY}
        self._error = error
        self._hangs_until = hangs_until

    def get_password(self, service: str, username: str) -> str | None:
        if self._hangs_until is not None:
            self._hangs_until.wait(20)
        if self._error is not None:
            raise self._error
        return self.keys.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.keys[service, username] = password


@pytest.fixture
def _restored_keyring() -> Iterator[None]:
    previous = keyring.get_keyring()
    yield
    keyring.set_keyring(previous)


@pytest.mark.usefixtures("_restored_keyring")
class TestKeyStore:
    """The OS key store, through the extra `keyring`."""

    def test_key_is_got_from_the_key_store(self) -> None:
        keyring.set_keyring(_Store())
        assert read_key(KeyFromKeyring("usage-tui", "production")) == ApiKey(KEY)

    def test_key_is_put_into_the_key_store(self) -> None:
        store = _Store()
        keyring.set_keyring(store)
        store_key("usage-tui", "new", "another", 5.0)
        assert store.keys["usage-tui", "new"] == "another"

    def test_entry_that_is_missing_is_told(self) -> None:
        keyring.set_keyring(_Store())
        assert refusal(KeyFromKeyring("usage-tui", "other")) == (
            "The key store's entry usage-tui/other holds no key; put it there with `keyring set`."
        )

    def test_key_store_that_fails_is_told_by_its_kind_alone(self) -> None:
        keyring.set_keyring(_Store(error=KeyringLocked(f"locked {KEY}")))
        assert refusal(KeyFromKeyring("usage-tui", "production")) == (
            "The OS key store gave an error (KeyringLocked); unlock it, or keep the key elsewhere."
        )

    def test_key_store_that_hangs_is_given_up(self) -> None:
        released = threading.Event()
        keyring.set_keyring(_Store(hangs_until=released))
        told = refusal(KeyFromKeyring("usage-tui", "production"), keyring_seconds=0.1)
        released.set()
        assert told == "The OS key store did not answer within 0.1 s; unlock it."

    def test_missing_extra_is_told_with_the_mend(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "keyring", None)
        assert refusal(KeyFromKeyring("usage-tui", "production")) == (
            "The OS key store needs the extra `keyring`; install it with `pip install 'usage-tui[keyring]'`."
        )


def test_source_is_worded_without_its_secrets() -> None:
    sources: list[KeySource] = [
        KeyInConfig(ApiKey(KEY)),
        KeyFromEnv("SCRAPERAPI_KEY"),
        KeyFromCommand(("curl", f"https://user:{KEY}@vault")),
        KeyFromFile("~/key"),
        KeyFromKeyring("usage-tui", "production"),
    ]
    assert [source_kind(source) for source in sources] == [
        "in the config",
        "environment variable SCRAPERAPI_KEY",
        "command curl",
        "file ~/key",
        "key store usage-tui/production",
    ]
