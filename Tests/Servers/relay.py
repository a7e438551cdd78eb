#!/usr/bin/env python3
"""An eavesdropper on the network: `relay.py TARGET FILE` relays and records connections.

TARGET is a port on this machine, or `proxy` to let clients choose the target with CONNECT. All
data is recorded in FILE. Prints its own port and serves until killed.
"""

import socket
import sys
import threading


def copy(source, sink, record):
    try:
        while data := source.recv(65536):
            record.write(data)
            record.flush()
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # One side closed the connection.


def target(client, record):
    if sys.argv[1] != "proxy":
        return socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    request = b""
    while b"\r\n\r\n" not in request:
        data = client.recv(65536)
        if not data:
            raise OSError("no request")
        request += data
    record.write(request)
    record.flush()
    method, address, _ = request.split(b" ", 2)
    if method != b"CONNECT":
        raise OSError("not a request to a proxy")
    host, port = address.decode().rsplit(":", 1)
    server = socket.create_connection((host, int(port)))
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    return server


def serve(client, record):
    try:
        server = target(client, record)
    except OSError:
        client.close()
        return
    back = threading.Thread(target=copy, args=(server, client, record), daemon=True)
    back.start()
    copy(client, server, record)
    back.join()
    client.close()
    server.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    with open(sys.argv[2], "ab") as record:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client, record), daemon=True).start()


main()
