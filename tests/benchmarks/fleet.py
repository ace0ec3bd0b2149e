"""A hundred accounts without a screen: what polling them costs, and how evenly it falls on the service."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.benchmarks.cost import cpu_seconds
from tests.benchmarks.service import PROGRAM, environment

ACCOUNTS = 100
WINDOW_SECONDS = 15
COUNTERS = {
    "burst": 0,
    "concurrencyLimit": 100,
    "concurrentRequests": 62,
    "failedRequestCount": 9041,
    "requestCount": 1_412_700,
    "requestLimit": 3_000_000,
    "subscriptionDate": "2026-11-03T10:00:00.000Z",
}
BODY = json.dumps(COUNTERS).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


class FleetCost(NamedTuple):
    """CPU in percent of one core, requests a window of 15 s, and the largest share of one that fell into a second."""

    cpu_percent: float
    requests_per_window: float
    largest_share: float
    largest_share_at_start: float


class CountingService:
    """Answers every request alike, and notes when each came, in seconds of the performance counter."""

    def __init__(self) -> None:
        self.came_at: list[float] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.came_at.append(time.perf_counter())
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@contextmanager
def counting_service() -> Iterator[tuple[CountingService, str]]:
    """Run the service in a thread; give it, and its base URL."""
    service, loop = CountingService(), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(service.answer, "127.0.0.1", 0, backlog=1024))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield service, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def largest_share(came_at: Sequence[float], since: float, until: float) -> float:
    """Give the largest share of a window's requests in one second of it, over all windows that begin a second apart."""
    seconds = Counter(int(at - since) for at in came_at if since <= at < until)
    shares = [
        max(counts) / sum(counts)
        for first in range(max(1, int(until - since) - WINDOW_SECONDS + 1))
        if sum(counts := [seconds[second] for second in range(first, first + WINDOW_SECONDS)])
    ]
    return max(shares, default=0.0)


def measure(seconds: float) -> FleetCost:
    """Watch a hundred accounts for some seconds, after two windows of settling."""
    accounts = [(f"account-{number}", f"key-{number}") for number in range(ACCOUNTS)]
    with counting_service() as (service, base_url), tempfile.TemporaryDirectory() as folder:
        environ = environment(Path(folder), base_url, accounts)
        command = [*PROGRAM, "watch", "--json"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environ) as watching:
            process = psutil.Process(watching.pid)
            while not service.came_at:
                time.sleep(0.05)
            first = service.came_at[0]
            time.sleep(2 * WINDOW_SECONDS)
            begun, cpu_before = time.perf_counter(), cpu_seconds(process)
            time.sleep(seconds)
            ended, cpu_after = time.perf_counter(), cpu_seconds(process)
            watching.terminate()
    came = [at for at in service.came_at if begun <= at < ended]
    return FleetCost(
        cpu_percent=100 * (cpu_after - cpu_before) / (ended - begun),
        requests_per_window=WINDOW_SECONDS * len(came) / (ended - begun),
        largest_share=largest_share(came, begun, ended),
        largest_share_at_start=largest_share(service.came_at, first, first + WINDOW_SECONDS),
    )
