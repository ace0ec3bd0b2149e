"""A program to run, and a service for it to ask."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.program import Program, ProgramHere
from usage_tui.demo.accounts import simulated_accounts
from usage_tui.demo.server import SimulatedService, utc_now


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Give the program, in a home folder that is empty."""
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


@pytest.fixture
def here(program: Program) -> ProgramHere:
    """Give the program within this process, in a home folder that is empty."""
    return ProgramHere(program.home)


@pytest.fixture(scope="session")
def service() -> Iterator[SimulatedService]:
    """Give a simulated service of three accounts: production, staging, client-acme."""
    with SimulatedService(simulated_accounts(utc_now())) as service:
        yield service


@pytest.fixture
def key(service: SimulatedService) -> str:
    """Give the key of the first account."""
    return service.accounts[0].key.reveal()


@pytest.fixture
def _restored_logging() -> Iterator[None]:
    """Take back what `keep_log` sets for the whole process."""
    root = logging.getLogger()
    handlers, raises = list(root.handlers), logging.raiseExceptions
    hooks = threading.excepthook, sys.unraisablehook
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    logging.raiseExceptions = raises
    threading.excepthook, sys.unraisablehook = hooks
