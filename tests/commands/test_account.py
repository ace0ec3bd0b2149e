"""`account`: added once its key was tried, listed without keys, removed with its own key file."""

from __future__ import annotations

import stat
import subprocess
import tomllib
from typing import Any

import pytest

from tests.commands.program import COMMAND, Ending, FixedService, Program
from usage_tui.demo.server import SimulatedService

REFUSED = (401, b"Unauthorized request, please make sure your API key is valid.")


def accounts_of(program: Program) -> list[dict[str, Any]]:
    accounts: list[dict[str, Any]] = tomllib.loads(program.config.read_text()).get("accounts", [])
    return accounts


def add(program: Program, service: SimulatedService, *arguments: str, key: str = "", **how: Any) -> Ending:
    stdin = f"{key}\n".encode() if key else b""
    return program.run("account", "add", *arguments, "--base-url", service.base_url, stdin=stdin, **how)


def test_key_from_stdin_is_kept_in_a_private_file_that_the_config_names(
    program: Program, service: SimulatedService, key: str
) -> None:
    done = add(program, service, "production", key=key)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"production was added to {program.config}. Its key works: 1,4")
    (account,) = accounts_of(program)
    (kept,) = (program.state / "keys").iterdir()
    assert account == {"name": "production", "api_key_file": str(kept), "base_url": service.base_url}
    assert kept.read_text() == f"{key}\n"
    assert "production" not in kept.name
    assert [stat.S_IMODE(path.stat().st_mode) for path in (program.config, kept, kept.parent)] == [0o600, 0o600, 0o700]
    assert str(kept.parent) in program.run("paths").out
    assert program.run("status", "--account", "production").code == 0


def test_key_is_asked_for_hidden_at_a_terminal(program: Program, service: SimulatedService, key: str) -> None:
    done = program.run_at_terminal(
        "account", "add", "production", "--base-url", service.base_url, typed=f"{key}\n".encode()
    )
    assert done.code == 0
    assert done.out.startswith("API key of production (not shown): \nproduction was added to ")
    assert key not in done.out
    assert len(accounts_of(program)) == 1


def test_refused_key_ends_with_77_and_nothing_is_saved(program: Program, service: SimulatedService) -> None:
    done = add(program, service, "production", key="wrong-key")
    assert (done.code, done.out) == (77, "")
    assert done.err.endswith("Nothing was saved.\n")
    assert "wrong-key" not in done.err
    assert [path for path in program.home.rglob("*") if path.is_file() and "keys" in path.parts] == []
    assert not program.config.exists()


def test_key_that_could_not_be_tried_is_saved_with_a_word(program: Program, key: str) -> None:
    done = program.run("account", "add", "production", "--base-url", "http://127.0.0.1:1", stdin=key.encode())
    assert done.code == 0
    assert "with its key untried: 127.0.0.1:1 could not be reached" in done.out
    assert len(accounts_of(program)) == 1


def test_key_of_a_used_up_account_is_saved(program: Program, key: str) -> None:
    with FixedService(403, b"You have exhausted your API credits.") as service:
        done = program.run("account", "add", "production", "--base-url", service.base_url, stdin=key.encode())
    assert done.code == 0
    assert "untried" not in done.out
    assert "the credits of production are used up" in done.out
    assert len(accounts_of(program)) == 1


def test_key_in_the_environment_is_named_not_copied(program: Program, service: SimulatedService, key: str) -> None:
    done = add(program, service, "staging", "--key-env", "STAGING_KEY", environ={"STAGING_KEY": key})
    assert done.code == 0
    assert accounts_of(program)[0]["api_key_env"] == "STAGING_KEY"
    assert not (program.state / "keys").exists()


def test_source_that_gives_no_key_ends_with_78_and_nothing_is_saved(
    program: Program, service: SimulatedService
) -> None:
    cases = {
        (
            "--key-env",
            "NO_SUCH",
        ): "The environment variable NO_SUCH is not set; set it to the API key. Nothing was saved.",
        (
            "--key-command",
            "false",
        ): "The key command false failed with exit code 1; try it in a shell. Nothing was saved.",
        (): "Stdin holds no key; pipe it in, or run this at a terminal.",
    }
    for arguments, sentence in cases.items():
        done = add(program, service, "one", *arguments)
        assert (done.code, done.out, done.err) == (78, "", f"{sentence}\n")
    assert not program.config.exists()


@pytest.mark.parametrize("form", ["words", "one word", "behind another option"])
def test_key_command_is_saved_as_its_words(form: str, program: Program, service: SimulatedService, key: str) -> None:
    arguments = {
        "words": ["one", "--key-command", "printf", "%s\\n", key],
        "one word": ["one", "--key-command", f"printf '%s\\n' {key}"],
        "behind another option": ["--key-command", f"printf '%s\\n' {key}", "--config", str(program.config), "one"],
    }[form]
    assert add(program, service, *arguments).code == 0
    assert accounts_of(program)[0]["api_key_command"] == ["printf", "%s\\n", key]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["x" * 65], "Error: Invalid value for 'NAME': it has 65 characters; a name has 1 to 64."),
        ([""], "Error: Invalid value for 'NAME': it has 0 characters; a name has 1 to 64."),
        (
            ["a\x1b[31m"],
            "Error: Invalid value for 'NAME': it is \"a\\x1b[31m\", which has characters that cannot be shown",
        ),
        (
            ["a", "--key-env", "0f" * 16],
            "Error: Invalid value for '--key-env': it is no name of an environment variable",
        ),
        (["a", "--key-env", "K", "--keyring"], "Error: Give one of --key-env, --key-command and --keyring."),
        (["a", "--key-command"], "Error: --key-command cannot be read: the command is empty."),
        (["a", "--key-command", "pass 'show"], "Error: --key-command cannot be read: No closing quotation."),
        (
            ["a", "--base-url", "ftp://h"],
            "Error: Invalid value for '--base-url': it is \"ftp://h\", which is no web address",
        ),
        (
            ["a", "--base-url", "http://example.com"],
            "Error: Invalid value for '--base-url': it sends the key unencrypted",
        ),
        (["a", "--demo"], "Error: The demo has no config to change; leave --demo out."),
    ],
)
def test_wrong_usage_ends_with_2_before_anything_is_asked(
    arguments: list[str], sentence: str, program: Program
) -> None:
    done = program.run("account", "add", *arguments, stdin=b"key")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(sentence)
    assert "0f" * 16 not in done.err
    assert not program.config.exists()


def test_name_that_is_taken_is_refused_whatever_the_case(program: Program, service: SimulatedService, key: str) -> None:
    program.write_config('[[accounts]]\nname = "Production"\napi_key_env = "K"\n')
    done = add(program, service, "PRODUCTION", key=key)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Error: The config has an account PRODUCTION already; choose another name.")


def test_broken_config_is_not_touched(program: Program, service: SimulatedService, key: str) -> None:
    program.write_config("[poll\n")
    done = add(program, service, "one", key=key)
    assert (done.code, done.out) == (78, "")
    assert program.config.read_text() == "[poll\n"
    assert not (program.state / "keys").exists()


def test_key_is_not_kept_where_the_config_cannot_be_written(
    program: Program, service: SimulatedService, key: str
) -> None:
    done = add(program, service, "one", "--config", "/proc/usage-tui/config.toml", key=key)
    assert (done.code, done.out) == (78, "")
    assert done.err.startswith("/proc/usage-tui/config.toml: cannot be written: ")
    assert list((program.state / "keys").iterdir()) == []


def test_account_is_added_to_the_config_that_is_named(program: Program, service: SimulatedService, key: str) -> None:
    other = program.home / "other.toml"
    assert add(program, service, "one", "--config", str(other), key=key).code == 0
    assert add(program, service, "two", key=key, environ={"USAGE_TUI_CONFIG": str(other)}).code == 0
    assert [account["name"] for account in tomllib.loads(other.read_text())["accounts"]] == ["one", "two"]
    assert not program.config.exists()


def test_accounts_added_at_the_same_time_are_all_there(program: Program, service: SimulatedService, key: str) -> None:
    processes = [
        subprocess.Popen(
            [*COMMAND, "account", "add", f"account-{number}", "--base-url", service.base_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=program.whole_environment(),
        )
        for number in range(3)
    ]
    for process in processes:
        process.communicate(key.encode(), timeout=60)
        assert process.returncode == 0
    assert sorted(account["name"] for account in accounts_of(program)) == ["account-0", "account-1", "account-2"]
    assert len(list((program.state / "keys").iterdir())) == 3


def test_list_tells_where_each_key_is_from_and_never_the_key(program: Program, key: str) -> None:
    program.write_config(
        f"""
        accounts = [
            {{ name = "env", api_key_env = "SCRAPERAPI_KEY" }},
            {{ name = "command", api_key_command = ["echo", "{key}"] }},
            {{ name = "file", api_key_file = "~/key" }},
            {{ name = "store", api_key_keyring = "usage-tui/it" }},
            {{ name = "[/inline] 数", api_key = "{key}", base_url = "http://127.0.0.1:1" }},
        ]
        """
    )
    done = program.run("account", "list")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "env           environment variable SCRAPERAPI_KEY",
        "command       command echo",
        "file          file ~/key",
        "store         key store usage-tui/it",
        "[/inline] 数  in the config                        http://127.0.0.1:1",
    ]


def test_removed_account_takes_its_own_key_file_along(program: Program, service: SimulatedService, key: str) -> None:
    add(program, service, "one", key=key)
    add(program, service, "two", key=key)
    done = program.run("account", "remove", "ONE")
    assert (done.code, done.out) == (0, f"one was removed from {program.config}. Its key file was deleted.\n")
    (account,) = accounts_of(program)
    assert account["name"] == "two"
    assert [str(path) for path in (program.state / "keys").iterdir()] == [account["api_key_file"]]


def test_key_file_of_the_users_own_stays(program: Program) -> None:
    mine = program.home / "key"
    mine.write_text("key")
    program.write_config(f'[[accounts]]\nname = "one"\napi_key_file = "{mine}"\n')
    done = program.run("account", "remove", "one")
    assert done.out == f"one was removed from {program.config}. Its key was left where it is: file {mine}.\n"
    assert mine.exists()


def test_key_file_that_two_accounts_share_stays(program: Program, service: SimulatedService, key: str) -> None:
    add(program, service, "one", key=key)
    kept = accounts_of(program)[0]["api_key_file"]
    program.write_config(program.config.read_text() + f'\n[[accounts]]\nname = "two"\napi_key_file = "{kept}"\n')
    assert "was left where it is" in program.run("account", "remove", "one").out
    assert len(list((program.state / "keys").iterdir())) == 1


def test_unknown_name_to_remove_ends_with_2_and_the_nearest(program: Program) -> None:
    program.write_config('[[accounts]]\nname = "production"\napi_key_env = "K"\n')
    done = program.run("account", "remove", "prod")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Error: There is no account prod; the nearest is production.")


def test_account_of_the_environment_cannot_be_removed(program: Program) -> None:
    assert program.run("account", "remove", "default", environ={"SCRAPERAPI_KEY": "k"}).code == 78


def test_trial_tells_of_one_account_or_all_and_ends_as_status_does(program: Program, service: SimulatedService) -> None:
    keys = [account.key.reveal() for account in service.accounts]
    tables = [
        f'[[accounts]]\nname = "{name}"\nbase_url = "{service.base_url}"\napi_key = "{key}"\n'
        for name, key in (("good", keys[0]), ("bad", "wrong"))
    ]
    program.write_config("\n".join(tables))
    one = program.run("account", "test", "good")
    assert (one.code, one.err) == (0, "")
    assert one.out.startswith("good: key accepted, live, simulated, answered in ")
    everything = program.run("account", "test")
    assert everything.code == 77
    assert everything.err.startswith("bad: ")
    assert program.run("account", "test", "god").code == 2
    assert program.run("account", "test", "--account", "good").code == 0
