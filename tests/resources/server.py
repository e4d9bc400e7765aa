"""A web server on this machine that can misbehave."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = bytes(range(256)) * 512


class Handler(BaseHTTPRequestHandler):
    """The path says what happens: /good, /half, /wrong, /moved, /loop, /missing, /empty."""

    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        kind = self.path.strip("/")
        if kind in ("moved", "loop"):
            self.send_response(302)
            self.send_header("Location", "/good" if kind == "moved" else "/loop")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif kind == "missing":
            self.send_error(404)
        else:
            body = {"good": CONTENT, "half": CONTENT, "wrong": CONTENT[::-1], "empty": b""}[kind]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if kind == "half" else body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextlib.contextmanager
def running() -> Iterator[tuple[str, list[str]]]:
    """Yields the address and the list of paths that were asked for."""
    seen: list[str] = []
    handler = type("SeeingHandler", (Handler,), {"seen": seen})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
