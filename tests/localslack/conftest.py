"""A fresh workspace for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.localslack.support import Local, running


@pytest.fixture
async def local() -> AsyncIterator[Local]:
    async with running() as workspace:
        yield workspace
