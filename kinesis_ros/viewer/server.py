# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Opens viser's server on a free port of the wanted address."""

import contextlib
import errno
import io
import socket

import viser

_ATTEMPTS = 100


class AddressError(ValueError):
    """The page cannot be served there; the message says where and why."""


def free_port(host: str, port: int) -> int:
    """The first free port from `port` on.

    Raises:
        AddressError: this machine has no such address, or all the ports are taken.
    """
    try:
        addresses = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise AddressError(f"host '{host}' is not known: {error.strerror}") from error
    for candidate in range(port, min(port + _ATTEMPTS, 65536)):
        if all(_is_free(family, str(where[0]), candidate) for family, _, _, _, where in addresses):
            return candidate
    raise AddressError(f"no port of {host} from {port} to {port + _ATTEMPTS - 1} is free")


def _is_free(family: int, host: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise AddressError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return True


def open_server(host: str, port: int) -> viser.ViserServer:
    """Serve the page on the first free port from `port` on; viser's own banner is not shown.

    Raises:
        AddressError: see `free_port`.
    """
    port = free_port(host, port)
    with contextlib.redirect_stdout(io.StringIO()):
        return viser.ViserServer(host=host, port=port, verbose=False)


def close_server(server: viser.ViserServer) -> None:
    """Stop serving, silently."""
    with contextlib.redirect_stdout(io.StringIO()):
        server.stop()
