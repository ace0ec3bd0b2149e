"""A config becomes values that cannot be wrong; where there is none, a key in the environment is enough."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import fields
from textual.theme import BUILTIN_THEMES

from tests.makers import utc
from usage_tui.core.account import (
    SERVICE_URL,
    ApiKey,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    KeyFromKeyring,
    KeyInConfig,
    PollPlan,
)
from usage_tui.core.budget import Budget
from usage_tui.core.cycle import CyclePlan, Period
from usage_tui.core.key_names import key_names
from usage_tui.core.key_table import SCREENS
from usage_tui.services import config_schema
from usage_tui.services.config import Config, load_config
from usage_tui.services.config_schema import (
    AlertSettings,
    FailureRule,
    HistorySettings,
    SaturatedRule,
    SpendRule,
)
from usage_tui.ui import theme

CONTRACT = """
timezone = "local"            # or an IANA name; storage is always UTC
graph = "auto"                # block | ascii | auto
theme = "auto"

[poll]
interval_seconds = 1.0        # the account on the screen: concurrency is real time
background_seconds = 15.0     # the others: their counters move every 15 s
timeout_seconds = 5.0         # the whole request, not each read

[[accounts]]
name = "production"
api_key_env = "SCRAPERAPI_KEY"                    # exactly one of these five
[accounts.cycle]
period = "month"              # or "year"; anchor = 2026-11-03T10:00:00Z when the service does not say
[accounts.budget]
credits = 2_000_000           # your own ceiling for the cycle; left out, the plan's limit
daily_credits = 80_000
near_at = 0.7                 # 0.8 if left out; the day's budget uses it too

[history]
raw_days = 7
minute_days = 90

[alerts]
budget_used = [0.8, 0.95, 1.0]
run_out_probability = 0.5
saturated = { share = 0.95, for_seconds = 60 }
failure_rate = { share = 0.1, for_minutes = 15 }
spend = { times_usual = 3, for_minutes = 30 }    # a runaway job, against the usual of this hour
key_refused = true
exhausted = true
stale_seconds = 120
[alerts.notify]
terminal = true               # bell and desktop notification, through tmux too
command = ["notify-send", "usage-tui", "{message}"]
webhook = "https://hooks.example.com/…"
apprise = ["slack://…"]       # with the extra `notify`
on_recovery = false
quiet_hours = ["22:00-07:00"]

[keys]                        # any action's id = key
refresh = "r"
"""


def config_of(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text)
    path.chmod(0o600)
    return load_config(path, {})


def test_config_of_the_contract_loads(tmp_path: Path) -> None:
    config = config_of(tmp_path, CONTRACT)
    (account,) = config.accounts
    assert (account.name, account.key_source) == ("production", KeyFromEnv("SCRAPERAPI_KEY"))
    assert (account.base_url, account.allow_insecure) == (SERVICE_URL, False)
    assert account.cycle == CyclePlan(Period.MONTH, None)
    assert account.budget == Budget(2_000_000, 80_000, 0.7)
    assert config.plan == PollPlan(1.0, 15.0, 5.0, 120.0)
    assert config.history == HistorySettings(raw_days=7, minute_days=90)
    assert config.alerts.notify.quiet_hours == ("22:00-07:00",)
    assert config.alerts.notify.command == ("notify-send", "usage-tui", "{message}")
    assert config.keys == {"refresh": "r"}
    assert (config.zone, config.graph, config.theme) == (None, "auto", "auto")


def test_empty_config_has_every_default(tmp_path: Path) -> None:
    assert config_of(tmp_path, "") == Config(path=tmp_path / "config.toml")
    assert Config().plan == PollPlan(1.0, 15.0, 5.0, 120.0)
    alerts = AlertSettings()
    assert (alerts.saturated, alerts.failure_rate) == (
        SaturatedRule(share=0.95, for_seconds=60),
        FailureRule(share=0.1, for_minutes=15),
    )
    assert alerts.spend == SpendRule(times_usual=3, for_minutes=30)


def test_empty_list_turns_any_rule_off(tmp_path: Path) -> None:
    rules = ("budget_used", "run_out_probability", "saturated", "failure_rate", "spend")
    alerts = config_of(tmp_path, "[alerts]\n" + "\n".join(f"{rule} = []" for rule in rules)).alerts
    assert alerts.budget_used == ()
    assert [getattr(alerts, rule) for rule in rules[1:]] == [None] * 4


def test_each_of_the_five_key_sources_is_read(tmp_path: Path) -> None:
    config = config_of(
        tmp_path,
        """
        accounts = [
            { name = "env", api_key_env = "KEY" },
            { name = "command", api_key_command = ["pass", "show", "it"] },
            { name = "home", api_key_file = "~/key" },
            { name = "absolute", api_key_file = "/run/key" },
            { name = "beside", api_key_file = "keys/key" },
            { name = "keyring", api_key_keyring = "usage-tui/team/production" },
            { name = "inline", api_key = "secret" },
        ]
        """,
    )
    assert [account.key_source for account in config.accounts] == [
        KeyFromEnv("KEY"),
        KeyFromCommand(("pass", "show", "it")),
        KeyFromFile("~/key"),
        KeyFromFile("/run/key"),
        KeyFromFile(str(tmp_path / "keys/key")),
        KeyFromKeyring("usage-tui", "team/production"),
        KeyInConfig(ApiKey("secret")),
    ]
    assert "secret" not in repr(config)


def test_relative_key_file_lies_beside_the_config_wherever_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text('[[accounts]]\nname = "a"\napi_key_file = "key"\n')
    (account,) = load_config(Path("config.toml"), {}).accounts
    assert account.key_source == KeyFromFile(str(tmp_path / "key"))


@pytest.mark.parametrize(
    ("anchor", "zone", "moment"),
    [
        ("2026-11-03T10:00:00Z", "local", utc(2026, 11, 3, 10)),
        ("2026-11-03T10:00:00+02:00", "local", utc(2026, 11, 3, 8)),
        ("2026-11-03T10:00:00", "Europe/Berlin", utc(2026, 11, 3, 9)),
        ("2026-11-03", "Europe/Berlin", utc(2026, 11, 2, 23)),
        ('"2026-11-03T10:00:00Z"', "local", utc(2026, 11, 3, 10)),
    ],
)
def test_anchor_is_taken_in_the_zone_that_it_names_or_in_the_users(
    tmp_path: Path, anchor: str, zone: str, moment: object
) -> None:
    text = f'timezone = "{zone}"\n[[accounts]]\nname = "a"\napi_key_env = "K"\ncycle.anchor = {anchor}\n'
    assert config_of(tmp_path, text).accounts[0].cycle.anchor == moment


def test_time_zone_is_found_by_its_name(tmp_path: Path) -> None:
    assert config_of(tmp_path, 'timezone = "Europe/Berlin"').zone == ZoneInfo("Europe/Berlin")
    utc_zone = config_of(tmp_path, 'timezone = "UTC"').zone
    assert utc_zone is not None
    assert utc_zone.utcoffset(None) == timedelta(0)
    assert utc_zone is UTC


def test_address_on_this_machine_needs_no_tls_and_another_needs_leave(tmp_path: Path) -> None:
    account = '[[accounts]]\nname = "a"\napi_key_env = "K"\n'
    for url in ("http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1", "https://proxy.example.com/scraper"):
        assert config_of(tmp_path, f'{account}base_url = "{url}/"').accounts[0].base_url == url
    allowed = config_of(tmp_path, f'{account}base_url = "http://example.com"\nallow_insecure = true').accounts[0]
    assert allowed.allow_insecure


def test_names_that_look_like_markup_are_taken_as_they_are(tmp_path: Path) -> None:
    names = ["[/foo]", "[bold]x", "a b", "naïve 数", "a" * 64]
    text = "\n".join(f'[[accounts]]\nname = "{name}"\napi_key_env = "K"' for name in names)
    assert [account.name for account in config_of(tmp_path, text).accounts] == names


def test_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    config = config_of(tmp_path, '\ufeff[[accounts]]\r\nname = "a"\r\napi_key_env = "K"\r\n')
    assert config.accounts[0].name == "a"


def test_option_stands_above_the_environment_and_that_above_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    usual = tmp_path / "xdg" / "usage-tui" / "config.toml"
    usual.parent.mkdir(parents=True)
    for path, interval in ((usual, 1), (tmp_path / "env.toml", 2), (tmp_path / "option.toml", 3)):
        path.write_text(f"poll.interval_seconds = {interval}")
    environ = {"USAGE_TUI_CONFIG": "~/env.toml"}
    assert load_config(tmp_path / "option.toml", environ).plan.interval_seconds == 3
    assert load_config(None, environ).plan.interval_seconds == 2
    assert load_config(None, {}).plan.interval_seconds == 1
    assert load_config(None, {"USAGE_TUI_CONFIG": ""}).plan.interval_seconds == 1


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"SCRAPERAPI_API_KEY": "a", "SCRAPERAPI_KEY": "b"}, "SCRAPERAPI_API_KEY"),
        ({"SCRAPERAPI_KEY": "b"}, "SCRAPERAPI_KEY"),
        ({"SCRAPERAPI_API_KEY": "", "SCRAPERAPI_KEY": "b"}, "SCRAPERAPI_KEY"),
    ],
)
def test_without_a_config_a_key_in_the_environment_is_the_default_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], variable: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for place in ({}, {"USAGE_TUI_CONFIG": str(tmp_path / "elsewhere.toml")}):
        config = load_config(None, environ | place)
        assert [(each.name, each.key_source) for each in config.accounts] == [("default", KeyFromEnv(variable))]
        assert config.path is None
        assert load_config(None, place).accounts == ()


def test_config_without_accounts_leaves_the_environments_in_force(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("poll.interval_seconds = 2")
    config = load_config(path, {"SCRAPERAPI_KEY": "b"})
    assert (config.accounts[0].name, config.plan.interval_seconds) == ("default", 2)
    path.write_text('[[accounts]]\nname = "a"\napi_key_env = "K"\n')
    assert [account.name for account in load_config(path, {"SCRAPERAPI_KEY": "b"}).accounts] == ["a"]


def test_one_off_days_are_in_the_order_of_time_and_each_there_once(tmp_path: Path) -> None:
    days = "[accounts.forecast]\none_off_days = [2026-11-14, 2026-11-12, 2026-11-14]"
    account = config_of(tmp_path, f'[[accounts]]\nname = "a"\napi_key_env = "K"\n{days}\n').accounts[0]
    assert account.one_off_days == (date(2026, 11, 12), date(2026, 11, 14))


def test_themes_of_the_monitor_are_those_that_may_be_named(tmp_path: Path) -> None:
    offered = theme.choices([*BUILTIN_THEMES, *(ours.name for ours in theme.OURS)])
    assert ["auto", *offered] == list(config_schema.THEMES)
    for name in offered:
        assert config_of(tmp_path, f'theme = "{name}"').theme == name


EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SETTING = re.compile(r"^#(?=[a-z_0-9]+ =|\[)", re.MULTILINE)


def test_example_changes_nothing_as_it_is(tmp_path: Path) -> None:
    assert config_of(tmp_path, EXAMPLE.read_text()) == Config(path=tmp_path / "config.toml")


def test_example_with_every_line_switched_on_shows_the_defaults(tmp_path: Path) -> None:
    config = config_of(tmp_path, SETTING.sub("", EXAMPLE.read_text()))
    plain = Config()
    assert (config.plan, config.zone, config.graph, config.theme) == (plain.plan, plain.zone, plain.graph, plain.theme)
    assert config.history == plain.history
    for name in ("budget_used", "run_out_probability", "saturated", "failure_rate", "spend", "stale_seconds"):
        assert getattr(config.alerts, name) == getattr(plain.alerts, name)
    assert len({type(account.key_source) for account in config.accounts}) == len(config.accounts) == 5
    production = config.accounts[0]
    assert (production.base_url, production.allow_insecure) == (SERVICE_URL, False)
    assert (production.cycle.period, production.budget.near_at) == (Period.MONTH, Budget().near_at)
    assert production.one_off_days == (date(2026, 11, 12),)
    usual = {action.id: key_names(action.keys) for actions in SCREENS for action in actions}
    assert {name: key_names(keys) for name, keys in config.keys.items()} == usual


def test_example_names_every_setting() -> None:
    text = EXAMPLE.read_text()
    structs = [value for value in vars(config_schema).values() if hasattr(value, "__struct_fields__")]
    names = {field.name for struct in structs for field in fields(struct)}
    assert len(names) > 40
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b( =|\]| =)", text)] == []


def test_example_speaks_of_every_setting_before_it_shows_it() -> None:
    for paragraph in EXAMPLE.read_text().strip().split("\n\n"):
        assert re.match(r"# [A-Z]", paragraph), paragraph
