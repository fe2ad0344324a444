"""A cluster of Apache Spark on this machine: a master, workers and the Thrift server, on loopback.

make spark-cluster                  for the target `spark`, until Ctrl-C
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from settings import spark_settings

HERE = Path(__file__).parent
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
THRIFT_SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
SECONDS_TO_START = 120
SECONDS_TO_STOP = 20
# those of a driver that fetches its jars and works alone
NOT_OF_CLUSTER = {"spark.master", "spark.jars.packages", "spark.driver.memory"}


class Cluster:
    """Keeps its tables and logs in the folder `lake`. It runs inside a `with`."""

    def __init__(self, lake: Path, port: int, master_port: int, workers: int = 2):
        self.lake = lake.resolve()
        self.port = port
        self.master = f"spark://127.0.0.1:{master_port}"
        self.master_port = master_port
        self.worker_count = workers
        self.memory = os.environ.get("SPARK_WORKER_MEMORY", "1g")
        self.processes: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "Cluster":
        for port in (self.port, self.master_port):
            if answers(port):
                raise SystemExit(f"The port {port} is in use: set SPARK_PORT or SPARK_MASTER_PORT.")
        (self.lake / "logs").mkdir(parents=True, exist_ok=True)
        try:
            self.start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start_all(self) -> None:
        jars = self.fetch_jars()
        on_loopback = ("--host", "127.0.0.1", "--webui-port", "0")
        self.start_spark(
            "master", "spark-class", MASTER, *on_loopback, "--port", str(self.master_port)
        )
        self.wait_for(self.master_port)
        for number in range(1, self.worker_count + 1):
            self.start_spark(
                *(f"worker-{number}", "spark-class", WORKER, *on_loopback, self.master),
                *("--cores", "1", "--memory", self.memory),
                *("--work-dir", str(self.lake / "work" / str(number))),
            )
        settings = spark_settings({**os.environ, "SPARK_LAKE": str(self.lake)})
        settings = {name: settings[name] for name in settings.keys() - NOT_OF_CLUSTER} | {
            "spark.jars": jars,
            "spark.executor.extraClassPath": jars.replace(",", ":"),
            "spark.executor.memory": self.memory,
        }
        self.start_spark(
            *("thrift", "spark-submit", "--master", self.master, "--class", THRIFT_SERVER),
            *("--driver-class-path", jars.replace(",", ":")),
            *("--driver-memory", os.environ.get("SPARK_MEMORY", "2g")),
            *(f"--conf={name}={value}" for name, value in settings.items()),
            *("spark-internal", "--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1"),
            *("--hiveconf", f"hive.server2.thrift.port={self.port}"),
        )
        self.wait_for(self.port)

    def fetch_jars(self) -> str:
        """The paths of the jars, commas between. Makes the schema in which connections begin."""
        command = (sys.executable, HERE / "jars.py", "create schema if not exists default")
        process = self.start("jars", *command, SPARK_LAKE=str(self.lake))
        jars = process.communicate()[0].strip()
        if process.returncode:
            raise SystemExit(f"The jars could not be fetched: see {self.lake}/logs.")
        del self.processes["jars"]
        return jars

    def start_spark(self, name: str, command: str, *arguments: str) -> None:
        """Starts a command of Spark."""
        import pyspark

        home = Path(pyspark.__file__).parent
        self.start(name, home / "bin" / command, *arguments, SPARK_HOME=str(home))

    def start(self, name: str, *command: str | Path, **environment: str) -> subprocess.Popen:
        """Starts a command, in a group of processes with what it starts itself."""
        with (self.lake / "logs" / f"{name}.log").open("w") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=self.lake,  # the Thrift server writes a log of its own where it runs
                env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", **environment},
                stdout=subprocess.PIPE if name == "jars" else log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        return self.processes[name]

    def wait_for(self, port: int) -> None:
        """Until the port answers; stops where a process has ended."""
        until = time.monotonic() + SECONDS_TO_START
        while not answers(port):
            if self.ended() or time.monotonic() > until:
                raise SystemExit(f"The cluster has not started: see {self.lake}/logs.")
            time.sleep(0.5)

    def ended(self) -> list[str]:
        """The names of the processes that have ended."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def hold_worker(self, number: int) -> None:
        """As a machine that stands still: the worker and its executors."""
        os.killpg(self.processes[f"worker-{number}"].pid, signal.SIGSTOP)

    def kill_worker(self, number: int) -> None:
        """As a machine that fails: the worker and its executors, at once."""
        os.killpg(self.processes[f"worker-{number}"].pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ends all that was started, the executors as well."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            for process in self.processes.values():
                try:
                    os.killpg(process.pid, how)
                except ProcessLookupError:
                    continue
            until = time.monotonic() + SECONDS_TO_STOP
            while time.monotonic() < until and len(self.ended()) < len(self.processes):
                time.sleep(0.2)


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def stop_once(*_: object) -> None:
    """A second signal does not end the stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop_once)
    lake = Path(os.environ.get("SPARK_LAKE", "spark-lake"))
    port = int(os.environ.get("SPARK_PORT", "10000"))
    try:
        print(f"Starting a cluster of two workers; the logs are in {lake}/logs", flush=True)
        with Cluster(lake, port, int(os.environ.get("SPARK_MASTER_PORT", "7077"))) as cluster:
            print(f"dbt run --target spark reaches it on port {port}; Ctrl-C stops it", flush=True)
            while not cluster.ended():
                time.sleep(1)
            raise SystemExit(
                f"{' and '.join(cluster.ended())} of the cluster has ended: see {lake}/logs."
            )
    except KeyboardInterrupt:
        print("Stopped.")


if __name__ == "__main__":
    main()
