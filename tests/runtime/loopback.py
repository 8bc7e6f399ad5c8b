"""A server on this very machine that behaves as badly as a test wants."""

from __future__ import annotations

import hashlib
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rvergui.runtime.catalogue import OFFICIAL, Entry
from rvergui.runtime.transfer import Patience

# A healthy server answers within the time-out even on a machine that is busy with other things.
QUICK = Patience(connect_s=5, stall_s=8, tries=3, pause_s=0.01, longest_pause_s=0.05, gain=10_000, lock_s=0.05)


def contents(length: int, seed: int = 1) -> bytes:
    """Bytes that do not repeat, so that a wrong place shows."""
    return random.Random(seed).randbytes(length)


def small_entry(data: bytes, base: Entry = OFFICIAL[0]) -> Entry:
    """The entry ``base`` with other contents; its address is nowhere, so that a test which forgets its server fails."""
    return Entry(
        name=base.name,
        title=base.title,
        file=base.file,
        url=f"http://127.0.0.1:9/{base.file}",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        licence=base.licence,
        source=base.source,
        purpose=base.purpose,
        cost=base.cost,
    )


class Handler(BaseHTTPRequestHandler):
    """One request; what to do with it is the server's ``answer``."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.close_connection = True
        match = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
        self.server.requests.append((self.path, int(match[1]) if match else None))
        try:
            self.server.answer(self, int(match[1]) if match else 0)
        except OSError:  # the other side has gone
            return

    def head(self, status: int, length: int | None, **headers: str) -> None:
        """Status and headers; "content_range" becomes "Content-Range"."""
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in {"connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-").title(), value)
        self.end_headers()

    def send(self, data: bytes, start: int = 0, upto: int | None = None, total: int | None = None) -> None:
        """``data`` from ``start`` on, as an honest server would, or only up to ``upto``."""
        total = len(data) if total is None else total
        if start:
            self.head(206, total - start, content_range=f"bytes {start}-{total - 1}/{total}")
        else:
            self.head(200, total)
        self.wfile.write(data[start:upto])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


Answer = Callable[[Handler, int], None]


@dataclass(eq=False)
class Server(ThreadingHTTPServer):
    """Answers on a free port of the loopback address; ``requests`` are (path, first byte asked for or None)."""

    answer: Answer
    requests: list[tuple[str, int | None]] = field(default_factory=list)
    leave: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.daemon_threads = False
        self.block_on_close = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def offsets(self) -> list[int | None]:
        """The first byte that each request asked for."""
        return [offset for _, offset in self.requests]

    def hang(self) -> None:
        """Send nothing more until the test is over."""
        self.leave.wait(20)

    def handle_error(self, *_: object) -> None:
        """A client that went away is no error."""


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    """The server, running; all its threads have ended afterwards."""
    server = Server(answer)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), name="loopback")
    thread.start()
    try:
        yield server
    finally:
        server.leave.set()
        server.shutdown()
        thread.join()
        server.server_close()
