"""The service client: what each answer of the service comes to."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import an_account
from tests.services.hostile_server import FREE, HOBBY, Answer, HostileServer, answer, raw
from usage_tui.core.account import ApiKey
from usage_tui.core.errors import (
    AnswerInvalid,
    ConfigError,
    CreditsExhausted,
    KeyRefused,
    ServiceError,
    Unreachable,
)
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.tls import Tls
from usage_tui.services.usage_api import UsageAnswer, UsageApi, _Secret

pytestmark = pytest.mark.anyio

KEY = "5ecret0key0of0thirty2two0letters"
ANYTHING = st.characters(exclude_characters="*", exclude_categories=["Cs"])
REFUSED = "Unauthorized request, please make sure your API key is valid."
USED_UP = (
    "You have exhausted the API Credits available in this monthly cycle. You can upgrade your subscription, or set up "
    "automatic renewal of your plan."
)


def an_api(base_url: str, *, key: str = KEY, allow_insecure: bool = False) -> UsageApi:
    account = an_account(base_url=base_url, allow_insecure=allow_insecure)
    return UsageApi(account, ApiKey(key), timeout_seconds=20.0, keepalive_seconds=30.0, tls=Tls())


async def fetched(act: Answer) -> UsageAnswer:
    """What comes of one answer."""
    with HostileServer([act]) as server:
        api = an_api(server.base_url)
        try:
            return await api.fetch()
        finally:
            await api.close()


async def fault_of(act: Answer, *, key: str = KEY) -> ServiceError:
    """What is raised at one answer."""
    with HostileServer([act]) as server:
        api = an_api(server.base_url, key=key)
        with pytest.raises(ServiceError) as caught:
            await api.fetch()
        await api.close()
    return caught.value


async def test_the_answer_of_a_free_account_is_read() -> None:
    got = await fetched(answer(FREE))
    assert got.snapshot == Snapshot(concurrency=0, concurrency_limit=5, burst=0, used=401, failed=1, limit=1000)
    assert got.latency_seconds > 0
    assert not got.is_simulated


async def test_the_answer_of_a_paid_account_is_read() -> None:
    got = await fetched(answer(HOBBY))
    assert (got.snapshot.used, got.snapshot.is_pay_as_you_go, got.snapshot.is_auto_upgrade) == (2613, False, False)


async def test_the_account_is_asked_with_its_key() -> None:
    with HostileServer() as server:
        api = an_api(server.base_url)
        await api.fetch()
        await api.close()
    assert [(request.path, request.key) for request in server.requests] == [("/account", KEY)]


async def test_a_simulated_service_is_recognised() -> None:
    assert (await fetched(answer(FREE, headers=[("Server", "usage-tui-simulated/1")]))).is_simulated


@pytest.mark.parametrize("body", [REFUSED, {"error": REFUSED}, {"error": {"message": REFUSED}}, {"message": REFUSED}])
async def test_401_as_text_or_json_is_a_refused_key_in_the_services_words(body: object) -> None:
    fault = await fault_of(answer(body, status=401, reason="Unauthorized"))
    assert isinstance(fault, KeyRefused)
    assert f"refused the key of production (401); correct it where it is kept. It said: {REFUSED}" in str(fault)


@pytest.mark.parametrize("words", ["Invalid API key", "Your API-Key is not valid", "unauthorized", "bad key"])
async def test_403_that_speaks_of_the_key_is_a_refused_key(words: str) -> None:
    assert isinstance(await fault_of(answer({"error": words}, status=403)), KeyRefused)


@pytest.mark.parametrize(
    "words", [USED_UP, "No credits left.", "Your API key has run out of credits", "Quota exceeded"]
)
async def test_403_that_speaks_of_credits_is_an_exhausted_account(words: str) -> None:
    assert isinstance(await fault_of(answer(words, status=403)), CreditsExhausted)


@pytest.mark.parametrize("words", ["", "Forbidden", "<html><body>no key, no credits</body></html>", "no monkeys here"])
async def test_any_other_403_is_invalid(words: str) -> None:
    assert isinstance(await fault_of(answer(words, status=403, reason="Forbidden")), AnswerInvalid)


async def test_429_is_a_service_too_busy_to_be_reached() -> None:
    fault = await fault_of(answer("Too many requests", status=429))
    assert isinstance(fault, Unreachable)
    assert "too many requests at once (429): Too many requests; it passes when fewer are in flight." in str(fault)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
async def test_5xx_is_a_service_that_cannot_be_reached(status: int) -> None:
    fault = await fault_of(answer("<html>", status=status, reason="Bad Gateway"))
    assert isinstance(fault, Unreachable)
    assert f"failed ({status} Bad Gateway); that is for the service to mend." in str(fault)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_invalid(status: int) -> None:
    fault = await fault_of(answer("", status=status, reason="Moved", headers=[("Location", "https://example.com/")]))
    assert isinstance(fault, AnswerInvalid)
    assert f"({status} Moved), which is not followed; check base_url" in str(fault)


@pytest.mark.parametrize("status", [201, 202, 400, 402, 404, 410, 418, 600])
async def test_any_other_status_is_invalid(status: int) -> None:
    fault = await fault_of(answer(FREE, status=status, reason="Odd"))
    assert isinstance(fault, AnswerInvalid)
    assert f"answered {status} Odd" in str(fault)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>Welcome</html>",
        "{",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        b"\xff\xfe{}",
        '{"requestCount": true}',
        '{"requestCount": NaN}',
        '{"requestCount": -1}',
        '{"requestCount": 9223372036854775808}',
        '{"requestCount": 1e400}',
    ],
    ids=lambda body: repr(body[:30]),
)
async def test_200_that_cannot_be_true_is_invalid(body: str | bytes) -> None:
    assert isinstance(await fault_of(answer(body)), AnswerInvalid)


async def test_words_of_the_service_are_shown_harmless_and_short() -> None:
    said = "\x1b]52;c;ZXZpbA==\x07[/foo]\u202e " + "x" * 5000
    fault = await fault_of(answer(said, status=401))
    assert str(fault).isprintable()
    assert "\\x1b]52" in str(fault)
    assert "[/foo]" in str(fault)
    assert len(str(fault)) < 400


ECHOES: dict[str, Answer] = {
    "text": answer(f"The key {KEY} is bad", status=401),
    "json": answer({"error": f"key={KEY}&x=1"}, status=403),
    "upper case": answer(KEY.upper(), status=401),
    "reason": answer("", status=500, reason=f"No {KEY}"),
    "other status": answer(f"Cannot GET /account?api_key={KEY}", status=404),
    "count": answer({"requestCount": KEY}),
    "cut-off count": answer({"requestCount": "x" * 20 + KEY}),
    "nearly whole count": answer({"requestCount": "x" * 7 + KEY}),
    "escaped count": answer('{"requestCount": "' + "".join(f"\\u{ord(letter):04x}" for letter in KEY) + '"}'),
    "date": answer({"requestCount": 1, "subscriptionDate": KEY}),
    "cut-off words": answer("x" * 100 + KEY, status=401),
    "header": answer("", status=302, headers=[("Location", f"https://example.com/?api_key={KEY}")]),
    "no http": raw(KEY.encode() + b"\r\n\r\n"),
}


@pytest.mark.parametrize("name", ECHOES)
async def test_an_answer_that_echoes_the_key_does_not_leak_it(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fault = await fault_of(ECHOES[name])
    shown = (str(fault) + repr(fault) + caplog.text).lower()
    assert not any(KEY[start : start + 8] in shown for start in range(len(KEY) - 7))


async def test_a_key_with_odd_letters_is_hidden_as_it_stands_in_a_url() -> None:
    fault = await fault_of(
        answer("bad api_key=a%2Fb%2Bc+d%26e, or a%2Fb%2Bc%20d%26e, or a/b+c d&e", status=401), key="a/b+c d&e"
    )
    assert "bad api_key=***, or ***, or ***" in str(fault)


@given(st.text(ANYTHING, min_size=8, max_size=40), st.text(ANYTHING, max_size=60), st.text(ANYTHING, max_size=60))
def test_a_key_is_hidden_wherever_it_stands(key: str, before: str, behind: str) -> None:
    assert key not in _Secret(ApiKey(key)).hidden_in(before + key + behind)


async def test_a_key_does_not_cross_a_network_unencrypted() -> None:
    with pytest.raises(ConfigError, match=r"base_url of production .* unencrypted .*allow_insecure"):
        an_api("http://192.0.2.1")


async def test_an_owner_may_allow_that() -> None:
    await an_api("http://192.0.2.1", allow_insecure=True).close()


async def test_a_repr_holds_no_key() -> None:
    api = an_api("http://127.0.0.1:1")
    assert KEY not in json.dumps([repr(api), repr(vars(api)["_http"])])
