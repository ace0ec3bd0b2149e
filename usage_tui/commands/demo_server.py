"""`usage-tui demo-server`: the simulated service alone, for trying out clients and scripts."""

from __future__ import annotations

import errno
import signal

import click

from usage_tui.commands.exits import emit

_DEFAULT_SEED = 1
_MOST_ACCOUNTS = 1000


class _PortUnavailable(click.ClickException):
    """The port cannot be listened on: wrong usage."""

    exit_code = 2


@click.command("demo-server")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    metavar="N",
    help="Listen on this port of 127.0.0.1; without it, on any that is free.",
)
@click.option(
    "--accounts",
    type=click.IntRange(1, _MOST_ACCOUNTS),
    default=3,
    show_default=True,
    metavar="N",
    help=f"Serve so many accounts, at most {_MOST_ACCOUNTS:,}: busy, quiet and bursting ones in turn.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=_DEFAULT_SEED,
    show_default=True,
    metavar="N",
    help="Make keys and traffic from this number; the same number gives the same ones.",
)
def demo_server(port: int, accounts: int, seed: int) -> None:
    """Serve simulated accounts over HTTP on this machine, until stopped.

    Prints the base URL on the first line, then NAME KEY for each account. The traffic is made up; nothing is fetched
    from anywhere.

    \b
    Example:
      usage-tui demo-server --port 8311 &
      curl 'http://127.0.0.1:8311/account?api_key=KEY'
    """
    from usage_tui.demo.accounts import simulated_accounts  # noqa: PLC0415 - only this command pays for it
    from usage_tui.demo.server import SimulatedService, utc_now  # noqa: PLC0415 - likewise

    service = SimulatedService(simulated_accounts(utc_now(), count=accounts, seed=seed), port=port)
    try:
        base_url = service.start()
    except OSError as error:
        raise _PortUnavailable(_sentence(error, port)) from None
    # The default action ends the process as its caller expects of a signal, even where the shell had SIGINT ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    lines = [base_url, *(f"{account.name} {account.key.reveal()}" for account in service.accounts)]
    emit("\n".join(lines))
    while True:
        signal.pause()


def _sentence(error: OSError, port: int) -> str:
    """Say why the port cannot be had, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is already in use: give another --port, or none for a free one."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} may not be used without privileges: give one from 1024 on, or none for a free one."
    return f"Cannot listen on port {port} of 127.0.0.1 ({error.strerror}): give another --port, or none for a free one."
