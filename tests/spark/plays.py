"""A story that both engines play, one delivery after another."""

from pathlib import Path

from drivers import Driver
from engines import Engines
from stories import Story

RUN = ("run", "--selector", "refresh")


class Play:
    """Both engines with a first build."""

    def __init__(self, folder: Path, seed: int):
        self.engines = Engines(folder, is_small=True)
        self.story = Story(seed)
        self.drivers: list[Driver] = []
        self.load()
        self.engines.build()

    def load(self) -> None:
        self.engines.load(self.story.write(self.engines.folder / "events.parquet"))

    def deliver(self) -> None:
        """The next delivery is in the tables, and no driver has the lake open."""
        self.story.go_on()
        self.load()
        self.engines.stop_spark()

    def drive(self, *command: str) -> Driver:
        """The command on Spark, in a driver of its own."""
        self.drivers.append(Driver(self.engines, f"driver_{len(self.drivers)}", *command))
        return self.drivers[-1]

    def end_drivers(self) -> None:
        """Kills those that a failed test left at work, or held."""
        for driver in self.drivers:
            if driver.process.poll() is None:
                driver.kill()

    def check(self) -> None:
        """After a run on both engines the marts are equal."""
        self.engines.run(*RUN)
        assert [mart for mart in self.engines.compare() if mart[2] or mart[3]] == []
