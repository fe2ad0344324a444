"""A story that both engines play, one delivery after another."""

from pathlib import Path

from engines import Engines
from stories import Story

RUN = ("run", "--selector", "refresh")


class Play:
    """Both engines with a first build."""

    def __init__(self, folder: Path, seed: int):
        self.engines = Engines(folder, is_small=True)
        self.story = Story(seed)
        self.load()
        self.engines.build()

    def load(self) -> None:
        self.engines.load(self.story.write(self.engines.folder / "events.parquet"))

    def deliver(self) -> None:
        """The next delivery is in the tables, and no driver has the lake open."""
        self.story.go_on()
        self.load()
        self.engines.stop_spark()

    def check(self) -> None:
        """After a run on both engines the marts are equal."""
        self.engines.run(*RUN)
        assert [mart for mart in self.engines.compare() if mart[2] or mart[3]] == []
