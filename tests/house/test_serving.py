"""Pages are served without a word to anybody outside this machine."""

import http.client
import os
import socket
import subprocess
import time

import pytest

from jike.ground.home import PROJECT
from jike.project.serve import _command

FOREIGN = "https://elsewhere.example"
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Protocol": "streamlit",
}
# Read by every Python that starts with it on its path: whoever beyond this machine is
# looked up or connected to is written down, and not reached.
WATCH = """
import os, socket

def _watched(real, address_of):
    def call(*given, **more):
        host = address_of(*given)
        if host not in (None, "", "localhost", "127.0.0.1", "::1"):
            with open(os.environ["ASKED"], "a") as file:
                file.write(f"{host}\\n")
            raise OSError("nobody is reached")
        return real(*given, **more)
    return call

def _peer(one, address):
    return address[0] if isinstance(address, tuple) else None

socket.getaddrinfo = _watched(socket.getaddrinfo, lambda host, *rest: host)
socket.socket.connect = _watched(socket.socket.connect, _peer)
"""


def knock(port, origin):
    """Ask for the connection a page of a site asks for; give the answer's code."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", "/_stcore/stream", headers=HANDSHAKE | {"Origin": origin})
        return line.getresponse().status
    finally:
        line.close()


@pytest.fixture
def watched(tmp_path):
    """A running server without any network, its port, and whom it asked for."""
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    asked = tmp_path / "asked"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        _command("127.0.0.1", port),
        cwd=PROJECT,
        env=os.environ
        | {
            "PYTHONPATH": str(tmp_path),
            "ASKED": str(asked),
            "JIKE_HOME": str(tmp_path),
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 90
        while time.monotonic() < until and server.poll() is None:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, lambda: asked.read_text().split() if asked.exists() else []
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_a_knock_from_another_site_is_refused_and_nobody_is_asked(watched):
    port, asked = watched
    assert knock(port, FOREIGN) == 403
    assert knock(port, "http://10.1.2.3:8501") == 403
    assert knock(port, f"http://127.0.0.1:{port}") == 101
    assert asked() == []
