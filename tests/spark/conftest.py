"""What several tests of Spark share."""

from collections.abc import Iterator

import pytest
from plays import Play


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    played = Play(tmp_path_factory.mktemp("play"), seed=18)
    yield played
    played.engines.stop_spark()


@pytest.fixture
def play(first_build: Play) -> Iterator[Play]:
    """A story after its first build; the tests of a file go on with it."""
    yield first_build
    first_build.end_drivers()
