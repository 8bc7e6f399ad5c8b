"""One HTTP connection: the rest of a file is asked for and put behind what is there.

Servers are not believed. A body never gets longer than the published file; an answer of another length, or a web page,
is refused before anything that has arrived is touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from rvergui import __version__
from rvergui.core.errors import RverError
from rvergui.runtime.catalogue import Entry
from rvergui.runtime.catalogue_state import size_of
from rvergui.runtime.machine import readable_size
from rvergui.runtime.pace import Meter
from rvergui.runtime.stopping import Stop

if TYPE_CHECKING:
    import requests

# Comes whole or not at all: what a slow line has brought of one is lost when it breaks.
CHUNK = 1 << 14

_OK, _PARTIAL, _NOT_THIS_RANGE = 200, 206, 416
_COME_BACK = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})


@dataclass(frozen=True)
class Patience:
    """How long is waited and how often tried.

    Attributes:
        connect_s: seconds until a connection stands.
        stall_s: seconds without a byte after which a connection counts as dead.
        tries: failures in a row after which it is given up; one that brought ``gain`` bytes begins the count anew.
        tries_to_reach: the same as long as the server was not reached once: offline, people want to know at once.
        pause_s: seconds before the second try; doubled for each further one.
        longest_pause_s: the longest of these, also if the server asks for more.
        gain: bytes that make a failed try a useful one.
        lock_s: seconds to wait for another download of the same file.
    """

    connect_s: float = 10.0
    stall_s: float = 20.0
    tries: int = 6
    tries_to_reach: int = 2
    pause_s: float = 1.0
    longest_pause_s: float = 30.0
    gain: int = 1_000_000
    lock_s: float = 0.5


class _TryAgain(Exception):
    def __init__(self, host: str, note: str, asked_pause_s: float | None = None) -> None:
        super().__init__(note)
        self.host = host
        self.note = note
        self.asked_pause_s = asked_pause_s


class Unreachable(_TryAgain):
    """No connection came about."""


class Broken(_TryAgain):
    """The server was reached but not everything came; ``note`` completes "HOST ..."."""


class _DiskError(Exception):
    """Keeps what the disk says apart from what the network says: both come as OSError."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class _TooLongError(Exception):
    """More came than the file has."""


def receive(url: str, part: Path, entry: Entry, meter: Meter, stop: Stop, patience: Patience) -> None:
    """Ask for what is missing behind ``part`` and write it there; returns when the server has sent all it announced.

    Raises:
        Unreachable, Broken: another try may help; what came is kept.
        RverError: another try does not help.
        OSError: the disk refuses.
        Stopped: ``stop`` was wished.
    """
    import requests
    from pooch import HTTPDownloader

    stop.heed()
    meter.connecting()
    host = urlsplit(url).hostname or url
    with part.open("ab") as file:
        sink = _Sink(file, entry, meter, stop, host)
        headers = {"User-Agent": f"RveRGUI/{__version__}", "Accept-Encoding": "identity"}
        if sink.done:
            headers["Range"] = f"bytes={sink.done}-"
        fetch = HTTPDownloader(
            chunk_size=CHUNK,
            headers=headers,
            timeout=(patience.connect_s, patience.stall_s),
            hooks={"response": sink.begin},
        )
        try:
            with stop.interrupting(sink.interrupt):
                fetch(url, sink, None)
        except _DiskError as error:
            raise error.error from error
        except _TooLongError as error:
            file.truncate(0)
            raise RverError(
                f"{host} sent more than the {readable_size(entry.size)} of {entry.file}, so it is not the published "
                "file and was thrown away; get it elsewhere and add the file from disk."
            ) from error
        except requests.RequestException as error:
            stop.heed()
            if sink.done < entry.size:  # a connection that breaks after the last byte has done its work
                raise _explained(error, sink) from error
        finally:
            sink.close()
    stop.heed()
    if sink.done < entry.size:
        raise Broken(host, "ended the transfer early")


class _Sink:
    """Where the answer goes: looks at its head, then takes its body."""

    def __init__(self, file: BinaryIO, entry: Entry, meter: Meter, stop: Stop, host: str) -> None:
        self._file, self._entry, self._meter, self._stop = file, entry, meter, stop
        self.host = host
        self.done = size_of(Path(file.name)) or 0
        self.response: requests.Response | None = None

    def begin(self, response: requests.Response, **_: object) -> None:
        """Called with the head of every answer, those that lead elsewhere included."""
        if response.is_redirect:
            return
        self.response = response
        self.host = urlsplit(response.url).hostname or self.host
        if response.status_code not in (_OK, _PARTIAL):
            return  # the library raises an error for it
        if "html" in response.headers.get("Content-Type", ""):
            raise RverError(
                f"{self.host} answered with a web page instead of {self._entry.file}; perhaps the network wants you to "
                "sign in first. Open a page in a browser, then try again."
            )
        offered = _offered_size(response.status_code, response.headers)
        if offered is not None and offered != self._entry.size:
            raise RverError(
                f"{self.host} offers {offered:,} bytes as {self._entry.file} instead of the {self._entry.size:,} that "
                "were published, so nothing was taken; get the file elsewhere and add it from disk."
            )
        if response.status_code == _OK or _offset(response.headers) != self.done:
            self._from_the_start(response)
        self._meter.begin(self.done)

    def _from_the_start(self, response: requests.Response) -> None:
        """The server does not go on where the part ends."""
        if response.status_code == _PARTIAL:  # at another place than asked for: no use at all
            self._empty()
            raise Broken(self.host, "sent another piece than it was asked for")
        self._empty()

    def _empty(self) -> None:
        try:
            self._file.truncate(0)
        except OSError as error:
            raise _DiskError(error) from error
        self.done = 0

    def write(self, chunk: bytes) -> None:
        """Put ``chunk`` behind what is there, as far as it belongs to the file."""
        self._stop.heed()
        room = self._entry.size - self.done
        try:
            self._file.write(chunk[:room])
        except OSError as error:
            raise _DiskError(error) from error
        self.done += min(len(chunk), room)
        if len(chunk) > room:
            raise _TooLongError
        self._meter.reach(self.done)

    def flush(self) -> None:
        """Hand everything to the system, so that a crash of this program loses nothing."""
        try:
            self._file.flush()
        except OSError as error:
            raise _DiskError(error) from error

    def interrupt(self) -> None:
        """End a read that waits for bytes, from another thread."""
        response = self.response
        if response is None:
            return
        try:
            response.raw.shutdown()
        except (AttributeError, ValueError, RuntimeError, OSError):
            return  # nothing waits any more, or the library is too old for it: then the stall time-out ends it

    def close(self) -> None:
        """Let go of the connection."""
        if self.response is not None:
            self.response.close()


def _explained(error: requests.RequestException, sink: _Sink) -> Exception:
    """What a failed request means: another try, or a sentence."""
    import requests

    response = sink.response
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return _refused(error.response, sink)
    if isinstance(error, requests.exceptions.SSLError):
        return RverError(
            f"The connection to {sink.host} is not secure ({_reason(error)}), so nothing was taken; check the clock of "
            "this computer and whether a proxy or virus scanner reads along."
        )
    if isinstance(error, requests.TooManyRedirects):
        return RverError(f"{sink.host} sends from one place to the next without end; try again later.")
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(sink.host, "the proxy that HTTPS_PROXY or HTTP_PROXY names does not answer")
    if isinstance(error, ValueError):  # a redirection to something that is no web address
        return RverError(f"{sink.host} sends to an address that cannot be fetched; get the file elsewhere.")
    stalled = isinstance(error, requests.ReadTimeout) or "Read timed out" in str(error)
    if response is not None:
        return Broken(sink.host, "stopped sending" if stalled else "broke off the transfer")
    if stalled:
        return Broken(sink.host, "did not answer")
    if "Connection aborted" in str(error):
        return Broken(sink.host, "closed the connection without an answer")
    return Unreachable(sink.host, _reason(error))


def _refused(response: requests.Response, sink: _Sink) -> Exception:
    status = response.status_code
    told = f"{status} {response.reason}".strip()
    if status == _NOT_THIS_RANGE:
        sink._empty()
        return Broken(sink.host, "did not know the place where the last try had ended")
    if status in _COME_BACK:
        asked = response.headers.get("Retry-After", "")
        return Broken(sink.host, f"answered “{told}”", float(asked) if asked.isascii() and asked.isdigit() else None)
    what = "no longer has" if status in _GONE else "does not give out"
    return RverError(
        f"{sink.host} {what} {sink._entry.file} (it answered “{told}”); get the file elsewhere and add it from disk."
    )


def _offered_size(status: int, headers: Mapping[str, str]) -> int | None:
    """The size of the whole file as the server says; None if it does not."""
    if headers.get("Content-Encoding", "identity") != "identity":
        return None  # the length is that of something else then
    if status == _PARTIAL:
        match = re.match(r"bytes \d+-\d+/(\d+)$", headers.get("Content-Range", ""))
        return int(match[1]) if match else None
    length = headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def _offset(headers: Mapping[str, str]) -> int | None:
    match = re.match(r"bytes (\d+)-", headers.get("Content-Range", ""))
    return int(match[1]) if match else None


_REASONS = {
    "Name or service not known": "its name is not known here",
    "getaddrinfo failed": "its name is not known here",
    "nodename nor servname": "its name is not known here",
    "NameResolutionError": "its name is not known here",
    "Connection refused": "it refuses the connection",
    "Network is unreachable": "there is no network",
    "timed out": "it does not answer",
    "certificate verify failed": "its certificate cannot be checked",
}


def _reason(error: Exception) -> str:
    """A few words for a failed connection; the libraries' own texts are long and full of addresses in memory."""
    text = str(error)
    return next((words for mark, words in _REASONS.items() if mark in text), "no connection came about")
