#!/usr/bin/env python3
"""A server that stalls: `stall.py KIND [CERTIFICATE KEY]` prints its port and serves until killed.

Each kind stalls at a different point, for as long as the client waits.
"""

import itertools
import socket
import ssl
import sys
import threading
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
JSON = b'{"data":{"is_valid":true,"app_id":"1234567890123456","scopes":['


def drip(connection, text, pause=0.2):
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(pause)


def forever(connection, piece, pause=0.2):
    while True:
        connection.sendall(piece)
        time.sleep(pause)


def silent(connection):
    time.sleep(600)


def half_head(connection):
    connection.sendall(HEAD)
    silent(connection)


def slow_head(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Fake: ")
    forever(connection, b"a")


def endless_headers(connection):
    connection.sendall(HEAD)
    for number in itertools.count():
        connection.sendall(b"X-Fake-%d: a\r\n" % number)
        time.sleep(0.2)


def interim(connection):
    forever(connection, b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")


def no_body(connection):
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n")
    silent(connection)


def half_body(connection):
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n" + JSON)
    silent(connection)


def slow_body(connection):
    connection.sendall(HEAD + b"Content-Length: 4000000\r\n\r\n")
    forever(connection, b" ")


def slow_chunks(connection):
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    forever(connection, b"1\r\n \r\n")


def chunk_extension(connection):
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;")
    forever(connection, b"a")


def trailers(connection):
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
    forever(connection, b"X-Fake: a\r\n")


def until_closed(connection):
    connection.sendall(HEAD + b"Connection: close\r\n\r\n")
    forever(connection, b" ")


def banner(connection):
    connection.sendall(b"SSH-2.0-FAKE\r\n")


def two_lengths(connection):
    connection.sendall(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ")


def length_beyond_64_bits(connection):
    connection.sendall(HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}")


def cut_head(connection):
    connection.sendall(HEAD)
    connection.close()


def cut_body(connection):
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n" + JSON)
    connection.close()


def huge(connection):
    """Announces more than is accepted, and then stalls."""
    connection.sendall(HEAD + b"Content-Length: 10000000\r\n\r\n")
    silent(connection)


def status_000(connection):
    """A status that is not valid in HTTP, with a body; the functions below differ only in the number."""
    status(connection, b"000")


def status_099(connection):
    status(connection, b"099")


def status_199(connection):
    status(connection, b"199")


def status_999(connection):
    status(connection, b"999")


def status(connection, code):
    connection.sendall(b"HTTP/1.1 " + code + b" Fake\r\nContent-Length: 2\r\n\r\n{}")
    connection.close()


def late_break(connection):
    """Closes the connection late, so that each retry would take just as long."""
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n")
    drip(connection, b" " * 75)
    connection.close()


def silent_proxy(connection):
    silent(connection)


def slow_proxy(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Fake: ")
    forever(connection, b"a")


def no_handshake(connection):
    silent(connection)


# Kinds that do not wait for a request.
IMMEDIATE = {"silent", "silent_proxy", "slow_proxy", "no_handshake"}


def serve(kind, connection, context):
    try:
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        if kind not in IMMEDIATE:
            received = b""
            while b"\r\n\r\n" not in received:
                received += connection.recv(65536) or b"\r\n\r\n"
        globals()[kind](connection)
    except OSError:
        pass  # The client closed the connection.


def main():
    kind = sys.argv[1]
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        # A client that also speaks HTTP/2 would get it, and fail in another way.
        context.set_alpn_protocols(["h2", "http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(kind, connection, context), daemon=True).start()


main()
