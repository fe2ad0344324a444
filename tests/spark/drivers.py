"""A run on Spark in a driver of its own, which a test kills or holds at a moment.

A moment is a pattern of files in the lake: it has come when a new file matches.
"""

import os
import signal
import subprocess
import time

from engines import Engines


class Driver:
    """A command of dbt on Spark: dbt and its Java, in a process group of their own."""

    def __init__(self, engines: Engines, name: str, *command: str):
        self.lake = engines.folder / "lake"
        self.output = engines.folder / f"{name}.txt"
        with self.output.open("w") as output:
            self.process = engines.start(
                "spark_local", *command, start_new_session=True, stdout=output, stderr=output
            )

    def wait_for(self, moment: str) -> None:
        """Waits for a file that is not there yet; the driver must still be at work then."""
        before = set(self.lake.glob(moment))
        while not set(self.lake.glob(moment)) - before:
            assert self.process.poll() is None, f"{moment} never came\n{self.told()}"
            time.sleep(0.002)

    def hold(self) -> None:
        self.send(signal.SIGSTOP)

    def go_on(self) -> None:
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """Ends the driver as a power cut would."""
        self.send(signal.SIGKILL)
        assert self.process.wait() == -signal.SIGKILL

    def end(self) -> bool:
        """Waits for the end; says whether the command succeeded."""
        try:
            return self.process.wait(timeout=900) == 0
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def told(self) -> str:
        return self.output.read_text()

    def send(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)
