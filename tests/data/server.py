"""A web server on the loopback address that behaves as badly as it is told to."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    """Answers the n-th request with the n-th answer, and the last one ever after."""

    daemon_threads = True

    def __init__(self, answers: list[Answer]):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.asked = 0
        self.address = f"http://127.0.0.1:{self.server_port}/file"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = self.server.answers[min(self.server.asked, len(self.server.answers) - 1)]
        self.server.asked += 1
        # The client may have given up waiting.
        with contextlib.suppress(ConnectionError):
            answer(self)

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def serving(*answers: Answer) -> Iterator[Server]:
    """Serve the answers, one a request."""
    server = Server(list(answers))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _head(handler, status: int, kind: str, length: int | None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()


def whole(body: bytes, status: int = 200, kind: str = "application/octet-stream") -> Answer:
    """The whole body at once."""

    def answer(handler):
        _head(handler, status, kind, len(body))
        handler.wfile.write(body)

    return answer


def dropped(body: bytes) -> Answer:
    """Half of the body, and the connection closed."""

    def answer(handler):
        _head(handler, 200, "application/octet-stream", len(body))
        handler.wfile.write(body[: len(body) // 2])

    return answer


def silent(body: bytes, seconds: float) -> Answer:
    """Half of the body, and then nothing for a while."""

    def answer(handler):
        dropped(body)(handler)
        handler.wfile.flush()
        time.sleep(seconds)

    return answer


def late(seconds: float) -> Answer:
    """No answer for a while."""
    return lambda handler: time.sleep(seconds)


def trickling(body: bytes, seconds: float) -> Answer:
    """One byte after the other, with a pause after each."""

    def answer(handler):
        _head(handler, 200, "application/octet-stream", len(body))
        for byte in body:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(seconds)

    return answer
