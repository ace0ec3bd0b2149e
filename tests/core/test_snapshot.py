from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.makers import a_snapshot, utc
from usage_tui.core.account import AccountState
from usage_tui.core.errors import AnswerInvalid
from usage_tui.core.snapshot import Snapshot, is_reset_between, is_saturated, parse_snapshot

FIXTURES = Path(__file__).parents[1] / "fixtures"
COUNTS = {
    "concurrentRequests": "concurrency",
    "concurrencyLimit": "concurrency_limit",
    "burst": "burst",
    "requestCount": "used",
    "failedRequestCount": "failed",
    "requestLimit": "limit",
    "creditsLeft": "credits_left",
}
OTHERS = {
    "subscriptionDate": "cycle_started_at",
    "payAsYouGoEnabled": "is_pay_as_you_go",
    "autoUpgradeEnabled": "is_auto_upgrade",
}
FIELDS = COUNTS | OTHERS
NESTED = b'{"requestCount":%s%s}'


def parsed(**fields: object) -> Snapshot:
    """Parse an answer with a `requestCount` and the given fields."""
    return parse_snapshot(json.dumps({"requestCount": 401, **fields}).encode())


def refusal_of(body: bytes) -> str:
    """Give the sentence with which an answer is refused."""
    with pytest.raises(AnswerInvalid) as refused:
        parse_snapshot(body)
    return str(refused.value)


def test_the_free_plans_answer_is_read() -> None:
    snapshot = parse_snapshot((FIXTURES / "account_free.json").read_bytes())
    assert snapshot == Snapshot(concurrency=0, concurrency_limit=5, burst=0, used=401, failed=1, limit=1000)
    assert snapshot.remaining == 599


def test_the_hobby_plans_answer_is_read() -> None:
    snapshot = parse_snapshot((FIXTURES / "account_hobby.json").read_bytes())
    assert snapshot == Snapshot(
        concurrency=0,
        concurrency_limit=5,
        burst=0,
        used=2613,
        failed=3,
        limit=5000,
        is_pay_as_you_go=False,
        is_auto_upgrade=False,
    )


def test_every_field_lands_in_its_place() -> None:
    answer = {field: number for number, field in enumerate(COUNTS)}
    flags = {"payAsYouGoEnabled": True, "autoUpgradeEnabled": False}
    snapshot = parse_snapshot(json.dumps(answer | flags | {"subscriptionDate": "2026-11-03T10:00:00Z"}).encode())
    assert [getattr(snapshot, name) for name in COUNTS.values()] == list(range(len(COUNTS)))
    assert (snapshot.is_pay_as_you_go, snapshot.is_auto_upgrade) == (True, False)
    assert snapshot.cycle_started_at == utc(2026, 11, 3, 10)


@pytest.mark.parametrize(("field", "name"), COUNTS.items())
@pytest.mark.parametrize("value", ["1000", " 1000 ", "1000.0", 1000, 1000.0, "0001000"])
def test_a_count_may_come_as_a_string_or_a_whole_float(field: str, name: str, value: object) -> None:
    body = json.dumps({"requestCount": 1, "concurrentRequests": 1} | {field: value}).encode()
    assert getattr(parse_snapshot(body), name) == 1000


@pytest.mark.parametrize("missing", FIELDS)
@pytest.mark.parametrize("is_null", [True, False])
def test_what_is_missing_or_null_is_unknown_and_not_zero(missing: str, is_null: bool) -> None:
    body = dict.fromkeys(COUNTS, 7) | {"subscriptionDate": "2026-11-03", "payAsYouGoEnabled": True}
    body |= {"autoUpgradeEnabled": True, missing: None}
    if not is_null:
        del body[missing]
    snapshot = parse_snapshot(json.dumps(body).encode())
    unknown = [name for name in FIELDS.values() if getattr(snapshot, name) is None]
    assert unknown == [FIELDS[missing]]


def test_unknown_fields_keep_out_of_the_way() -> None:
    assert parsed(plan={"name": ["hobby"]}, n=1e300, requestcount="x") == Snapshot(used=401)


def test_used_above_the_limit_is_believed_and_leaves_nothing() -> None:
    snapshot = parsed(requestCount=1050, requestLimit="1000")
    assert (snapshot.used, snapshot.limit, snapshot.remaining) == (1050, 1000, 0)
    assert snapshot.is_exhausted


def test_the_last_of_duplicate_keys_counts() -> None:
    assert parse_snapshot(b'{"requestCount":1,"requestCount":2}').used == 2


@pytest.mark.parametrize("field", COUNTS)
@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("true", "true, which is no number"),
        ("false", "false, which is no number"),
        ("-1", "-1, which is negative"),
        ('"-1"', "'-1', which is negative"),
        ("-0.5", "-0.5, which is no whole number"),
        ("401.5", "401.5, which is no whole number"),
        ('"401.5"', "'401.5', which is no number"),
        ("9223372036854775808", "9223372036854775808, which is too large"),
        ("18446744073709551616", "18446744073709551616, which is too large"),
        ('"9223372036854775808"', "'9223372036854775808', which is too large"),
        ("1e19", "1e+19, which is too large"),
        ("1e308", "1e+308, which is too large"),
        ('"NaN"', "'NaN', which is no number"),
        ('"Infinity"', "'Infinity', which is no number"),
        ('"1e3"', "'1e3', which is no number"),
        ('"1_000"', "'1_000', which is no number"),
        ('"٣"', "'٣', which is no number"),
        ('""', "'', which is no number"),
        ("[1]", "a list, which is no number"),
        ('{"a":1}', "an object, which is no number"),
    ],
)
def test_a_count_that_cannot_be_true_is_refused_by_name(field: str, value: str, why: str) -> None:
    body = f'{{"concurrentRequests":1,"requestCount":1,"{field}":{value}}}'.encode()
    assert refusal_of(body) == f"The service's answer cannot be true: {field} is {why}."


def test_the_largest_count_is_below_two_to_the_63() -> None:
    assert parsed(requestCount=2**63 - 1).used == 2**63 - 1
    assert parsed(requestCount=str(2**63 - 1)).used == 2**63 - 1


@pytest.mark.parametrize("digits", [640, 641, 4300, 4301, 100_000])
@pytest.mark.parametrize("quote", ["", '"'])
def test_thousands_of_digits_are_refused(digits: int, quote: str) -> None:
    refusal_of(f'{{"requestCount":{quote}{"9" * digits}{quote}}}'.encode())


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_lacks_are_refused(word: str) -> None:
    refusal_of(f'{{"requestCount":{word}}}'.encode())


@pytest.mark.parametrize("field", ["payAsYouGoEnabled", "autoUpgradeEnabled"])
@pytest.mark.parametrize(("value", "shown"), [("true", "'true'"), (1, "1"), ([True], "a list")])
def test_a_flag_is_true_or_false(field: str, value: object, shown: str) -> None:
    sentence = refusal_of(json.dumps({"requestCount": 1, field: value}).encode())
    assert sentence == f"The service's answer cannot be true: {field} is {shown}, which is neither true nor false."


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-03T10:00:00Z", utc(2026, 11, 3, 10)),
        ("2026-11-03T10:00:00.000Z", utc(2026, 11, 3, 10)),
        ("2026-11-03T10:00:00+02:00", utc(2026, 11, 3, 8)),
        ("2026-11-03T10:00:00", utc(2026, 11, 3, 10)),
        (" 2026-11-03 ", utc(2026, 11, 3)),
        ("2000-01-01", utc(2000)),
        ("2199-12-31", utc(2199, 12, 31)),
        ("", None),
    ],
)
def test_the_cycles_start_is_read_as_utc(text: str, moment: datetime | None) -> None:
    read = parsed(subscriptionDate=text).cycle_started_at
    assert read == moment
    assert read is None or read.utcoffset() == timedelta()


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "0001-01-01",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "9999-12-31",
        "1999-12-31",
        "2200-01-01",
        "1",
        1_762_164_000,
        17.5,
        True,
        ["2026-11-03"],
        {"year": 2026},
    ],
)
def test_a_start_that_is_no_date_of_a_cycle_is_refused(value: object) -> None:
    assert "subscriptionDate" in refusal_of(json.dumps({"requestCount": 1, "subscriptionDate": value}).encode())


@pytest.mark.parametrize("body", [b"", b" ", b"{", b"Unauthorized request", b"<html></html>", b'{"requestCount":1} x'])
def test_an_answer_that_is_no_json_is_refused(body: bytes) -> None:
    assert refusal_of(body) == "The service's answer is no JSON."


@pytest.mark.parametrize("body", [b"\xff", b'{"requestCount":"\xff"}', b'{"requestCount":"\xed\xa0\x80"}'])
def test_invalid_utf_8_is_refused(body: bytes) -> None:
    refusal_of(body)


def test_lone_surrogates_are_refused() -> None:
    for field in ("requestCount", "subscriptionDate", "payAsYouGoEnabled"):
        refusal_of(b'{"requestCount":1,"%s":"\\ud800"}' % field.encode())


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b'"text"', b"1", b"null", b"true"])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    assert refusal_of(body) == "The service's answer is JSON, but no object."


@pytest.mark.parametrize("body", [b"{}", b'{"error":"no"}', b'{"requestLimit":1000}', b'{"requestCount":null}'])
def test_an_object_without_a_live_number_is_refused(body: bytes) -> None:
    assert refusal_of(body) == "The service's answer has neither concurrentRequests nor requestCount."


def test_one_live_number_is_enough() -> None:
    assert parse_snapshot(b'{"concurrentRequests":3}') == Snapshot(concurrency=3)


def test_no_depth_of_nesting_breaks_the_parser() -> None:
    for depth in [*range(900, 1010), 100_000]:
        for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
            refusal_of(NESTED % (opened * depth, (b"1" if opened != b"[" else b"") + closed * depth))
            refusal_of(NESTED % (opened * depth, b""))


def test_a_refusal_means_an_invalid_answer() -> None:
    assert AnswerInvalid.state is AccountState.INVALID


def test_a_refusals_sentence_is_bounded_and_harmless() -> None:
    hostile = "\x1b]52;c;aGk=\x07\u202eevil\u2066\x9b31m\n" * 1000
    for field in (*COUNTS, "subscriptionDate", "payAsYouGoEnabled"):
        sentence = refusal_of(json.dumps({"requestCount": 1, field: hostile}, ensure_ascii=False).encode())
        assert is_harmless(sentence)
        assert len(sentence) < 160


def is_harmless(text: str) -> bool:
    """Say whether a terminal would neither obey nor hide or reorder anything of `text`."""
    return all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for character in text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(datetime.isoformat),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.binary(max_size=200))
@example(b'\xef\xbb\xbf{"requestCount":1}')
def test_no_bytes_raise_anything_but_a_refusal(body: bytes) -> None:
    check(body)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), JSON))
def test_no_json_raises_anything_but_a_refusal(answer: dict[str, object]) -> None:
    check(json.dumps(answer).encode())


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), JSON))
def test_no_raw_text_raises_anything_but_a_refusal(answer: dict[str, object]) -> None:
    check(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def check(body: bytes) -> None:
    """Hold what comes of an answer against what every snapshot and every refusal promises."""
    try:
        snapshot = parse_snapshot(body)
    except AnswerInvalid as refusal:
        sentence = str(refusal)
    else:
        check_snapshot(snapshot)
        return
    assert is_harmless(sentence)
    assert len(sentence) < 160


def check_snapshot(snapshot: Snapshot) -> None:
    """Hold a snapshot against what its type cannot say."""
    assert snapshot.concurrency is not None or snapshot.used is not None
    for name in COUNTS.values():
        count = getattr(snapshot, name)
        assert count is None or (type(count) is int and 0 <= count < 2**63)
    if snapshot.cycle_started_at is not None:
        assert snapshot.cycle_started_at.tzinfo is UTC
    assert snapshot.remaining is None or snapshot.remaining >= 0


def test_what_the_service_says_is_left_wins_over_the_difference() -> None:
    assert a_snapshot(used=400, limit=1000, credits_left=590).remaining == 590
    assert a_snapshot(used=400, limit=1000, credits_left=0).remaining == 0


@pytest.mark.parametrize(("used", "limit"), [(None, 1000), (400, None), (None, None)])
def test_what_is_left_is_unknown_without_both_counters(used: int | None, limit: int | None) -> None:
    assert a_snapshot(used=used, limit=limit).remaining is None


@pytest.mark.parametrize(
    ("used", "limit", "pays", "upgrades", "is_exhausted"),
    [
        (999, 1000, None, None, False),
        (1000, 1000, None, None, True),
        (1001, 1000, False, False, True),
        (1000, 1000, True, False, False),
        (1000, 1000, None, True, False),
        (0, 0, None, None, True),
        (None, 1000, None, None, False),
        (1000, None, None, None, False),
    ],
)
def test_an_account_is_exhausted_at_its_limit_unless_more_can_be_bought(
    used: int | None, limit: int | None, pays: bool | None, upgrades: bool | None, is_exhausted: bool
) -> None:
    snapshot = a_snapshot(used=used, limit=limit, is_pay_as_you_go=pays, is_auto_upgrade=upgrades)
    assert snapshot.is_exhausted is is_exhausted


@pytest.mark.parametrize(
    ("concurrency", "limit", "expected"),
    [
        (94, 100, False),
        (95, 100, True),
        (120, 100, True),
        (19, 20, True),
        (18, 20, False),
        (4, 5, False),
        (5, 5, True),
        (1, 1, True),
        (0, 0, False),
        (3, 0, False),
        (3, None, False),
        (None, 5, False),
    ],
)
def test_saturated_begins_at_95_percent_of_a_known_limit(
    concurrency: int | None, limit: int | None, expected: bool
) -> None:
    assert is_saturated(concurrency, limit) is expected
    assert a_snapshot(concurrency=concurrency, concurrency_limit=limit).is_saturated is expected


@given(st.integers(1, 10**6))
def test_exactly_95_percent_is_saturated_at_every_size(twentieth: int) -> None:
    assert is_saturated(19 * twentieth, 20 * twentieth)
    assert not is_saturated(19 * twentieth - 1, 20 * twentieth)


START, LATER = utc(2026, 11, 3), utc(2026, 12, 3)


@pytest.mark.parametrize(
    ("earlier", "later", "is_reset"),
    [
        ((1000, START), (1000, START), False),
        ((1000, START), (1500, START), False),
        ((1000, START), (990, START), False),
        ((1000, START), (989, START), True),
        ((1000, START), (0, START), True),
        ((1000, START), (1000, LATER), True),
        ((1000, START), (2000, LATER), True),
        ((1000, START), (None, LATER), True),
        ((1000, None), (0, None), True),
        ((1000, None), (990, None), False),
        ((1000, None), (1001, START), False),
        ((1000, START), (1001, None), False),
        ((1000, START), (3, None), True),
        ((1, None), (0, None), True),
        ((0, None), (0, None), False),
        ((None, START), (5, START), False),
        ((5, START), (None, START), False),
    ],
)
def test_a_moved_start_or_a_fallen_counter_is_a_reset_and_a_small_fall_is_a_correction(
    earlier: tuple[int | None, datetime | None], later: tuple[int | None, datetime | None], is_reset: bool
) -> None:
    before = a_snapshot(used=earlier[0], cycle_started_at=earlier[1])
    after = a_snapshot(used=later[0], cycle_started_at=later[1])
    assert is_reset_between(before, after) is is_reset
