"""Looks whether accounts' keys can be read, and whether their services take them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from usage_tui.core.account import Account, ApiKey, KeySource, PollPlan
from usage_tui.core.errors import UsageTuiError
from usage_tui.core.finding import Finding, fault, fine
from usage_tui.core.wording import harmless, latency
from usage_tui.services.clock import Clock
from usage_tui.services.connection import ClientTerms, ServiceConnection
from usage_tui.services.loop import CollectorLoop
from usage_tui.services.network_check import check_clock
from usage_tui.services.secrets import source_kind

MOST_AT_ONCE = 20


def check_accounts(
    accounts: Sequence[Account], plan: PollPlan, read_key: Callable[[KeySource], ApiKey], clock: Clock
) -> list[Finding]:
    """Poll each account once; nothing is stored. Then look whether two of them have one key."""
    keys: dict[KeySource, ApiKey] = {}

    def read(source: KeySource) -> ApiKey:
        key = keys[source] = read_key(source)
        return key

    with asyncio.Runner(loop_factory=CollectorLoop) as runner:
        findings = runner.run(_check_all(accounts, plan, ServiceConnection(read), clock))
    return findings + _shared_keys(accounts, keys)


def _shared_keys(accounts: Sequence[Account], keys: Mapping[KeySource, ApiKey]) -> list[Finding]:
    """Find the accounts that have the key of one before them: only that one is polled, and watched for alerts."""
    first: dict[tuple[str, ApiKey], str] = {}
    findings: list[Finding] = []
    for account in accounts:
        if (key := keys.get(account.key_source)) is not None:
            name = harmless(account.name)
            other = first.setdefault((account.base_url, key), name)
            if other != name:
                words = f"{name}: its key is that of {other}, which alone is watched for alerts; give each its own."
                findings.append(fault("key", words))
    return findings


async def _check_all(
    accounts: Sequence[Account], plan: PollPlan, connect: ServiceConnection, clock: Clock
) -> list[Finding]:
    turns = asyncio.Semaphore(MOST_AT_ONCE)

    async def check(account: Account) -> list[Finding]:
        async with turns:
            return await _check(account, plan, connect, clock)

    found = await asyncio.gather(*(check(account) for account in accounts))
    clocks: dict[str, Finding] = {}
    for account, findings in zip(accounts, found, strict=True):
        for finding in findings:
            if finding.check == "clock":
                clocks[account.base_url] = finding
    return [each for findings in found for each in findings if each.check != "clock"] + list(clocks.values())


async def _check(account: Account, plan: PollPlan, connect: ServiceConnection, clock: Clock) -> list[Finding]:
    name = harmless(account.name)
    try:
        service = await connect(account, ClientTerms(plan.timeout_seconds, None))
    except UsageTuiError as error:
        return [fault("key", f"{name}: {error}")]
    findings = [fine("key", f"{name}: {source_kind(account.key_source)}.")]
    try:
        answer = await service.fetch()
    except UsageTuiError as error:
        return [*findings, fault("account", f"{name}: {error}")]
    finally:
        await service.close()
    state = "its credits are used up" if answer.snapshot.is_exhausted else "its key is accepted"
    took = latency(answer.latency_seconds)
    findings.append(fine("account", f"{name}: {state}, answered in {took}."))
    clock_found = check_clock(name, answer.date, clock.now(), answer.latency_seconds)
    return findings if clock_found is None else [*findings, clock_found]
