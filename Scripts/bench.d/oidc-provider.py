"""A minimal OpenID provider for oidc-agent.

    oidc-provider.py CERTIFICATE KEY ACCESS-TOKEN

Prints its address once it is listening.
"""

import http.server
import json
import ssl
import sys

certificate, key, token = sys.argv[1:]


class Provider(http.server.BaseHTTPRequestHandler):
    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer({
            "issuer": f"{address}/",
            "authorization_endpoint": f"{address}/authorize",
            "token_endpoint": f"{address}/token",
            "registration_endpoint": f"{address}/register",
            "jwks_uri": f"{address}/keys",
            "scopes_supported": ["openid", "offline_access"],
            "grant_types_supported": ["refresh_token", "authorization_code"],
            "response_types_supported": ["code"],
        })

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer({
            "access_token": token, "token_type": "Bearer", "expires_in": 86400,
            "refresh_token": "FAKErefresh", "scope": "openid offline_access",
        })

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
address = f"https://localhost:{server.server_port}"
print(address, flush=True)
server.serve_forever()
