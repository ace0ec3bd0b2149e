"""Every key can be changed, is told of, and is named by what it is now."""

from __future__ import annotations

from datetime import UTC
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from tests.ui.monitor import running, three_accounts
from usage_tui import ui
from usage_tui.core.key_table import ACTION_IDS
from usage_tui.services.config_keys import ENDING_KEYS
from usage_tui.ui.messages import ScreenAsked
from usage_tui.ui.ports import Outcome, Settings

pytestmark = pytest.mark.anyio


def own_bindings() -> list[Binding]:
    """Give the bindings of every class of the screen's that has some of its own."""
    modules = [import_module(each.name) for each in walk_packages(ui.__path__, f"{ui.__name__}.")]
    kinds = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    ours = [kind for kind in kinds if issubclass(kind, DOMNode) and kind.__module__.startswith(ui.__name__)]
    return [binding for kind in ours for binding in vars(kind).get("BINDINGS", ()) if isinstance(binding, Binding)]


def test_every_binding_has_an_id_that_the_config_knows_a_tooltip_and_a_group() -> None:
    bindings = [binding for binding in own_bindings() if not binding.system]
    assert len(bindings) > 50
    assert [binding for binding in bindings if not (binding.tooltip and binding.group)] == []
    assert {binding.id for binding in bindings} == ACTION_IDS


async def test_help_names_the_keys_that_show_an_account_and_no_others(tmp_path: Path) -> None:
    for keys, named in (
        ({}, "1-9"),
        ({"account_3": "x"}, "1-2 4-9 x"),
        ({"account_4": "5", "account_5": "f5", "account_1": "f1"}, "2-3 5-9 f1 f5"),
    ):
        settings = Settings(zone=UTC, keys=keys)
        async with running(tmp_path, *three_accounts(), settings=settings, size=(100, 60)) as monitor:
            await monitor.press("question_mark")
            assert monitor.line_of("Show the account with that number").split("  Show")[0].strip() == named


async def test_footer_names_the_keys_that_show_an_account(tmp_path: Path) -> None:
    settings = Settings(zone=UTC, keys={"account_2": "x"})
    async with running(tmp_path, *three_accounts(), settings=settings, size=(120, 36)) as monitor:
        assert monitor.lines[-1].strip().startswith("1 3 x account")


@pytest.mark.parametrize("key", sorted(ENDING_KEYS))
async def test_keys_that_the_config_may_not_give_away_end_the_monitor_while_a_field_is_typed_into(
    tmp_path: Path, key: str
) -> None:
    async with running(tmp_path, *three_accounts()) as monitor:
        await monitor.press("a", "slash", key)
    assert monitor.app.return_value is Outcome.QUIT


async def test_footer_offers_no_key_that_a_field_takes_as_text(tmp_path: Path) -> None:
    settings = Settings(zone=UTC, keys={"open": "o"})
    async with running(tmp_path, *three_accounts(), settings=settings) as monitor:
        await monitor.press("a")
        assert monitor.lines[-1].split() == ["o", "open", "/", "filter", "esc", "back", "?", "help", "q", "quit"]
        await monitor.press("slash")
        assert monitor.lines[-1].split() == ["esc", "back"]


@pytest.mark.parametrize(
    ("keys", "pressed", "named"),
    [({"freeze": "x"}, "x", "x"), ({"freeze": " "}, "space", "space"), ({"freeze": "x,plus"}, "x", "+")],
)
async def test_display_that_stands_still_names_the_key_that_lets_it_go_on_as_the_footer_does(
    tmp_path: Path, keys: dict[str, str], pressed: str, named: str
) -> None:
    settings = Settings(zone=UTC, keys=keys)
    async with running(tmp_path, *three_accounts(), settings=settings, size=(120, 36)) as monitor:
        assert f"  {named} freeze" in monitor.lines[-1]
        await monitor.press(pressed)
        assert f"collecting goes on. {named}: go on" in monitor.text


async def test_help_names_its_own_keys_as_they_are_now(tmp_path: Path) -> None:
    settings = Settings(zone=UTC, keys={"close_help": "x", "down": "f7"})
    async with running(tmp_path, *three_accounts(), settings=settings, size=(100, 60)) as monitor:
        await monitor.press("question_mark")
        assert monitor.line_of("Close the help").split() == ["x", "Close", "the", "help"]
        assert monitor.line_of("Scroll down a row").split()[0] == "f7"
        await monitor.press("x")
        assert "CONCURRENCY" in monitor.text


@pytest.mark.parametrize(
    ("screen", "width", "last"),
    [
        *((screen, 18, "? help  q quit") for screen in ("history", "domains", "alerts", "accounts")),
        *((screen, 12, "esc back") for screen in ("budget", "estimate")),
    ],
)
async def test_way_back_stays_in_the_footer_when_it_is_short(
    tmp_path: Path, screen: str, width: int, last: str
) -> None:
    async with running(tmp_path, *three_accounts(), size=(40, 10)) as monitor:
        monitor.app.post_message(ScreenAsked(screen))
        await monitor.settle()
        assert "esc back" in monitor.lines[-1]
        await monitor.pilot.resize_terminal(width, 10)
        await monitor.settle()
        assert monitor.lines[-1].strip() == last
