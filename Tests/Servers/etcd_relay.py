#!/usr/bin/env python3
"""A way to etcd that goes wrong: `etcd_relay.py TARGET CA CERT KEY SERVER-CERT SERVER-KEY MODE`.

Serves HTTPS with SERVER-CERT, and passes requests on to the port TARGET with the client certificate CERT. The
file MODE contains what it does with the next requests:

- `pass`: nothing else.
- `lose`: does not pass on the answer to a transaction, but closes the connection after the commit.
- `expire`: answers the next request that has a token as etcd does if the token has expired, then passes.

Prints its own port and serves until killed.
"""

import http.server
import pathlib
import ssl
import sys
import urllib.error
import urllib.request

TARGET, AUTHORITY, CERTIFICATE, KEY, SERVER, SERVER_KEY, MODE = sys.argv[1:]
mode = pathlib.Path(MODE)
context = ssl.create_default_context(cafile=AUTHORITY)
context.load_cert_chain(CERTIFICATE, KEY)
opener = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
EXPIRED = b'{"error":"etcdserver: invalid auth token","message":"etcdserver: invalid auth token","code":16}'


class Relay(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        token = self.headers.get("Authorization")
        if token and mode.read_text() == "expire":
            mode.write_text("pass")
            return self.reply(401, EXPIRED)
        request = urllib.request.Request(
            f"https://localhost:{TARGET}{self.path}", body, {"Authorization": token} if token else {})
        try:
            with opener.open(request, timeout=20) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        if self.path.endswith("/kv/txn") and mode.read_text() == "lose":
            self.close_connection = True
            return None
        return self.reply(status, content)

    def reply(self, status, content):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(SERVER, SERVER_KEY)
    server.socket = own.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
