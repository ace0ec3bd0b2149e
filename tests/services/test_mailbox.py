"""The box between the collector and a viewer."""

from __future__ import annotations

from tests.makers import a_view, a_waiting_view
from usage_tui.services.mailbox import Mailbox


class Bell:
    def __init__(self) -> None:
        self.rings = 0

    def __call__(self) -> None:
        self.rings += 1


def test_the_newest_view_replaces_an_unread_older_one() -> None:
    box = Mailbox(Bell())
    old, new = a_waiting_view("a"), a_view(name="a")
    box.post(old)
    box.post(new)
    assert box.take() == [new]


def test_a_view_of_each_account_is_kept() -> None:
    box = Mailbox(Bell())
    views = [a_view(name="a"), a_view(name="b")]
    for view in views:
        box.post(view)
    assert box.take() == views


def test_what_was_taken_is_gone() -> None:
    box = Mailbox(Bell())
    box.post(a_view())
    box.take()
    assert box.take() == []


def test_a_viewer_is_woken_once_until_it_takes() -> None:
    bell = Bell()
    box = Mailbox(bell)
    for _ in range(1000):
        box.post(a_view(name="a"))
        box.post(a_view(name="b"))
    assert bell.rings == 1
    box.take()
    box.post(a_view())
    assert bell.rings == 2
