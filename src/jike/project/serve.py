"""Starts the pages: on this machine only, unless a sign-in is configured."""

import contextlib
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from jike.ground.errors import JikeError, WrongInputError, system_reason
from jike.ground.home import PROJECT, Home

START_SECONDS = 90
SECRET_BYTES = 32
HIGHEST_PORT = 65_535


def serve(
    home: Home,
    host: str = "127.0.0.1",
    port: int = 8501,
    ready: Callable[[str], None] | None = None,
) -> int:
    """Run the pages until they are stopped; give the exit code of the server.

    `ready` is called with the address as soon as it answers.

    Raises:
        WrongInputError: the host is public and no sign-in is configured.
        JikeError: the port is in use, or the server does not come up.
    """
    check_host(host, PROJECT / ".streamlit" / "secrets.toml")
    check_port(host, port)
    address = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
    environment = os.environ | {"JIKE_HOME": str(home.root)}
    server = subprocess.Popen(_command(host, port), cwd=PROJECT, env=environment)
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        _wait_until_ready(server, host, port)
        if ready:
            ready(address)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, before)
        server.terminate()
        with contextlib.suppress(KeyboardInterrupt):
            server.wait()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _command(host: str, port: int) -> list[str]:
    options = {
        "server.address": host,
        "server.port": str(port),
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
    }
    flags = [text for name, value in options.items() for text in (f"--{name}", value)]
    page = str(PROJECT / "dashboards" / "app.py")
    return [sys.executable, "-P", "-m", "dashboards.shell.server", "run", page, *flags]


def check_host(host: str, secrets: Path) -> None:
    """Refuse an address that others can reach while anybody could look.

    Raises:
        WrongInputError: the address is not a local one and `secrets` configures no
            sign-in, or one with a cookie secret that could be guessed.
    """
    if _is_local(host):
        return
    try:
        auth = tomllib.loads(secrets.read_text(encoding="utf-8")).get("auth")
    except FileNotFoundError:
        auth = None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise WrongInputError(
            "{secrets} is not readable as TOML", secrets=secrets
        ) from None
    if not isinstance(auth, dict) or not auth.get("redirect_uri"):
        raise WrongInputError(
            "{host} can be reached by others and nobody would have to sign in; "
            "leave out --host, and let a proxy on this machine that signs people in "
            "pass them on to 127.0.0.1",
            host=host,
        )
    if len(str(auth.get("cookie_secret", "")).encode()) < SECRET_BYTES:
        raise WrongInputError(
            "cookie_secret in {secrets} is shorter than {bytes} bytes",
            secrets=secrets,
            bytes=SECRET_BYTES,
        )


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on.

    Raises:
        JikeError: the port is in use, or this user may not open it.
        WrongInputError: the address is not one of this machine.
    """
    try:
        if port > HIGHEST_PORT:
            raise OverflowError
        kind = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, OverflowError):
        raise WrongInputError(
            "{host}:{port} is not an address", host=host, port=port
        ) from None
    with socket.socket(kind[0], kind[1]) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(kind[4])
        except OSError as error:
            raise JikeError(
                "port {port} of {host} cannot be used ({reason}); stop what listens"
                " there or give another one: serve --port {other}",
                port=port,
                host=host,
                reason=system_reason(error),
                other=port + 1,
            ) from None


def _wait_until_ready(server: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    where = "127.0.0.1" if host in ("0.0.0.0", "") else host  # noqa: S104 (compared)
    where = "[::1]" if where == "::" else f"[{where}]" if ":" in where else where
    url = f"http://{where}:{port}/_stcore/health"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise JikeError(
                "the pages did not start (exit {code}); the reason stands above",
                code=server.returncode,
            )
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(url, timeout=2),
        ):
            return
        time.sleep(0.2)
    raise JikeError(
        "the pages did not answer within {seconds} seconds", seconds=START_SECONDS
    )
