"""Are objects in a bucket read as the same files on disk are?

PyPI has DuckDB's extension for buckets, but not for the DuckDB of this project: `make test-buckets`
runs these tests with DuckDB 1.5 and a server on loopback, in an environment of its own.
"""

from __future__ import annotations

import gzip
import importlib.util
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from conftest import REFRESH, Project

if TYPE_CHECKING:
    from moto.s3.models import S3Backend

KEYS_PER_REQUEST = 10  # of a listing; S3 has 1,000
CHANGED_AT = datetime(2026, 2, 1)  # a run loads what has changed just now a second time
HEADER = b"user_id,event_name,event_at,loaded_at\n"
LOADED = b",2026-02-01 00:00:00\n"
FILES = {
    "a.csv": HEADER + b"ann,open,2026-01-31 10:00:00" + LOADED,
    "day=1/b.csv.gz": gzip.compress(HEADER + b"bob,open,2026-01-31 10:00:00" + LOADED),
    "day=1/c[1] +%20.csv": HEADER + b"cat,open,2026-01-31 10:00:00" + LOADED + b"torn,,,,\n",
    "d.jsonl": b'{"user_id": "dan", "event_name": "open", "event_at": "2026-01-31 10:00:00",'
    b' "loaded_at": "2026-02-01 00:00:00"}\n',
    "empty.csv": b"",
    ".hidden.csv": b"no data",
    "_temporary/e.csv": b"no data",
}
STORED = """
    select 'event', slice, user_id, event_name, event_at, disposition, rejection_reason
    from int_event_log where disposition != 'withdrawn'
    union all
    select 'session', null, user_id, ct_session_id, session_ended_at, event_count, null
    from sessions
    order by all
"""


@dataclass(frozen=True)
class Server:
    """moto's S3 on loopback, and what it was asked for."""

    backend: S3Backend
    requests: list[str]


@dataclass(frozen=True)
class Bucket:
    """A bucket of that server."""

    name: str
    server: Server

    @property
    def url(self) -> str:
        return f"s3://{self.name}"

    def put(self, key: str, content: bytes, changed_at: datetime = CHANGED_AT) -> None:
        self.server.backend.put_object(self.name, key, content).last_modified = changed_at

    def delete(self, key: str) -> None:
        self.server.backend.delete_object(self.name, key)


class RequestLog(logging.Handler):
    """What moto's server logs: a line for each request."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.requests.append(record.getMessage())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, and a home where DuckDB has its extension and secrets for the server."""
    package = importlib.util.find_spec("duckdb_extension_httpfs")
    if package is None:
        pytest.skip("DuckDB's extension httpfs is not in this environment: make test-buckets")
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends
    from moto.server import ThreadedMotoServer

    log = RequestLog()
    logging.getLogger("werkzeug").addHandler(log)
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    (extension,) = Path(package.origin).parent.glob("extensions/*/httpfs.duckdb_extension")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", str(KEYS_PER_REQUEST))
        with duckdb.connect() as connection:
            connection.execute(f"install '{extension}'")
            for kind in ("s3", "gcs"):
                connection.execute(
                    f"create persistent secret (type {kind}, key_id 'any', secret 'any',"
                    f" endpoint '{host}:{port}', url_style path, use_ssl false)"
                )
        yield Server(s3_backends[DEFAULT_ACCOUNT_ID]["aws"], log.requests)
    moto.stop()
    logging.getLogger("werkzeug").removeHandler(log)


@pytest.fixture
def bucket(server: Server) -> Bucket:
    bucket = Bucket(f"bucket-{len(server.backend.buckets)}", server)
    server.backend.create_bucket(bucket.name, "us-east-1")
    return bucket


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files on disk."""
    folder = tmp_path / "events"
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    duckdb.execute(f"copy (select * from '{folder}/d.jsonl') to '{folder}/f.parquet'")
    return folder


@pytest.fixture
def sibling(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("sibling"))


def upload(folder: Path, bucket: Bucket) -> str:
    """The URL of a folder with the same files. Tools that show folders put a key for each."""
    bucket.put("events/", b"")
    bucket.put("events-of-others/a.csv", b"no data")
    for path in folder.rglob("*"):
        if path.is_file():
            bucket.put(f"events/{path.relative_to(folder)}", path.read_bytes())
    return f"{bucket.url}/events"


def slices_to_load(project: Project, events: str) -> str:
    """Their number, or why they cannot be listed."""
    result = project.dbt(
        "run-operation", "print_slices_to_load", events=events, event_source="flat"
    )
    return result.output.split("\n")[-1] if result.success else result.output


def test_a_bucket_is_read_as_the_same_files_on_disk_are(
    bucket: Bucket, folder: Path, project: Project, sibling: Project
) -> None:
    project.build(events=upload(folder, bucket), event_source="flat")
    sibling.build(events=folder, event_source="flat")
    assert project.query(STORED) == sibling.query(STORED)
    assert project.query("select user_id from sessions order by 1") == [
        ("ann",), ("bob",), ("cat",), ("dan",)
    ]  # fmt: skip


def test_a_run_loads_the_objects_that_have_changed(
    bucket: Bucket, folder: Path, project: Project
) -> None:
    url = upload(folder, bucket)
    project.build(events=url, event_source="flat")
    assert slices_to_load(project, url) == "0"
    changed = FILES["a.csv"].replace(b"ann", b"eve")  # of the same size
    bucket.put("events/a.csv", changed, CHANGED_AT + timedelta(seconds=1))
    bucket.delete("events/day=1/b.csv.gz")  # what was loaded from there stays
    assert slices_to_load(project, f"{url}/") == "1"
    bucket.server.requests.clear()
    result = project.dbt(*REFRESH, events=url, event_source="flat")
    assert result.success, result.output
    assert not [request for request in bucket.server.requests if "d.jsonl" in request]
    assert project.query("select user_id from sessions order by 1") == [
        ("bob",), ("cat",), ("dan",), ("eve",)
    ]  # fmt: skip


def test_a_listing_is_one_pass(bucket: Bucket, project: Project) -> None:
    for number in range(3 * KEYS_PER_REQUEST):
        bucket.put(f"events/{number % 4}/{number}.csv", HEADER)
    bucket.server.requests.clear()
    assert slices_to_load(project, f"{bucket.url}/events") == str(3 * KEYS_PER_REQUEST)
    requests = bucket.server.requests
    assert len(requests) == 3 and all("list-type=2" in request for request in requests), requests


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/events/a.csv", "1"), ("/events/*.csv", "2"), ("/**/*.jsonl", "1"),
        ("/events/day=1/", "2"), ("/event", "0"), ("/nothing.csv", "0"), ("", "7"),
    ],
)  # fmt: skip
def test_a_path_is_an_object_a_glob_or_a_folder(
    bucket: Bucket, folder: Path, project: Project, path: str, count: str
) -> None:
    upload(folder, bucket)
    assert slices_to_load(project, bucket.url + path) == count


def test_a_bucket_of_google_is_read_likewise(
    bucket: Bucket, folder: Path, project: Project
) -> None:
    upload(folder, bucket)
    assert slices_to_load(project, f"gs://{bucket.name}/events") == "6"


def test_what_follows_a_question_mark_is_not_shown(project: Project) -> None:
    found = slices_to_load(project, "s3://shop/a.csv?s3_secret_access_key=hush")
    assert '"s3://shop/a.csv" and more after a `?`: expected no `?`' in found, found
    assert "hush" not in found


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("s3://shop/events", "DuckDB's extension httpfs is not installed; install it once:"),
        ("gs://shop", "DuckDB's extension httpfs is not installed; install it once:"),
        ("azure://shop/events", "DuckDB's extension azure is not installed; install it once:"),
        ("ftp://shop/events", "expected a path on disk, or a bucket and what is in it,"),
        ("s3:///a.csv", "expected a path on disk, or a bucket and what is in it,"),
    ],
)
def test_a_path_that_cannot_be_read_stops_with_one_sentence(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # no extension is installed there
    found = slices_to_load(project, path)
    assert f'(EVENTS_PATH; or set events_relation) is "{path}": {said}' in found, found
