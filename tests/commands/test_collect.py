"""`collect`: every account is polled, the named one as on the screen."""

from __future__ import annotations

import signal

from tests.commands.program import Ending, Program, end
from tests.services.hostile_server import HostileServer


def test_named_account_is_polled_as_on_the_screen_and_the_others_behind_it(program: Program) -> None:
    with HostileServer() as server:
        tables = [
            f'[[accounts]]\nname = "{name}"\napi_key = "key-{name}"\nbase_url = "{server.base_url}"\n'
            for name in ("one", "two", "three")
        ]
        program.write_config("\n".join(["[poll]\ninterval_seconds = 0.2\nbackground_seconds = 1000\n", *tables]))
        process = program.start("collect", "--account", "TWO")
        server.wait_for(12)
        assert end(process, signal.SIGTERM) == Ending(0, "", "")
        polled = [request.key for request in server.requests]
    assert polled.count("key-two") >= 8
    assert {"key-one", "key-three"} < set(polled)
    assert len(polled) - polled.count("key-two") <= 4
