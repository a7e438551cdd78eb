"""Nodes of etcd on the loopback interface, with TLS, client certificates, and a user whose keys begin with
`tokenvault/`. For programs in Python; tests in Swift have `EtcdCluster`."""

import base64
import json
import os
import pathlib
import platform
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ROOT_PASSWORD, PASSWORD = "FAKEroot1", "FAKEetcd1"
EXTENSIONS = "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n"


class NoAnswer(Exception):
    """No node answered in time."""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def encoded(text):
    return base64.b64encode(text.encode()).decode()


class Cluster:
    def __init__(self, place, size=3, users=True):
        self.place = pathlib.Path(place)
        self.place.mkdir(mode=0o700, exist_ok=True)
        self.program = subprocess.run(
            [ROOT / "Scripts" / "etcd"], stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
        self.authority = self.place / "ca.pem"
        self.client, self.client_key = self.place / "client.pem", self.place / "client.key"
        self.password_file = self.place / "password"
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(f"{PASSWORD}\n")
        self.make_certificates()
        ports = free_ports(2 * size)
        self.ports, self.peers = ports[:size], ports[size:]
        self.nodes = [None] * size
        self.token = None
        self.context = ssl.create_default_context(cafile=self.authority)
        self.context.load_cert_chain(self.client, self.client_key)
        for number in range(size):
            self.start(number)
        self.users = users
        self.request("kv/range", {"key": encoded("\0")})
        if users:
            self.add_user()

    # Certificates

    def make_certificates(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], check=True, cwd=self.place, stderr=subprocess.DEVNULL)

        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        key = [*curve, "-nodes", "-subj", "/O=tokenvault test"]
        openssl("req", "-x509", *key, "-days", "2", "-addext", "keyUsage=critical,keyCertSign",
                "-keyout", "ca.key", "-out", "ca.pem")
        (self.place / "extensions").write_text(EXTENSIONS)
        for name in ("server", "client"):
            openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                    "-CAcreateserial", "-days", "2", "-extfile", "extensions", "-out", f"{name}.pem")

    # Nodes

    def start(self, number):
        """Starts a node, for the first time or after it was killed."""
        client, peer = (f"https://127.0.0.1:{one[number]}" for one in (self.ports, self.peers))
        peers = ",".join(f"node{one}=https://127.0.0.1:{port}" for one, port in enumerate(self.peers))
        environment = {"PATH": "/usr/bin:/bin", "GOMAXPROCS": "1"}
        if platform.machine() == "aarch64":
            # etcd 3.4 is not supported there, but it runs.
            environment["ETCD_UNSUPPORTED_ARCH"] = "arm64"
        with open(self.place / f"node{number}.log", "ab") as log:
            # The limit ends nodes that nobody stopped.
            self.nodes[number] = subprocess.Popen(
                ["timeout", "--kill-after=1s", "30m", self.program,
                 "--name", f"node{number}", "--data-dir", self.place / f"node{number}",
                 "--initial-cluster", peers, "--logger", "zap", "--log-level", "error",
                 "--listen-client-urls", client, "--advertise-client-urls", client,
                 "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                 "--client-cert-auth", "--trusted-ca-file", self.authority,
                 "--cert-file", self.place / "server.pem", "--key-file", self.place / "server.key",
                 "--peer-client-cert-auth", "--peer-trusted-ca-file", self.authority,
                 "--peer-cert-file", self.place / "server.pem", "--peer-key-file", self.place / "server.key",
                 # Passwords of tests need not resist guessing.
                 "--bcrypt-cost", "4"],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def kill(self, number):
        """Kills a node with SIGKILL, and waits for its end."""
        if self.nodes[number]:
            try:
                os.killpg(self.nodes[number].pid, 9)
            except ProcessLookupError:
                pass
            self.nodes[number].wait()
            self.nodes[number] = None

    def stop(self):
        for number in range(len(self.nodes)):
            self.kill(number)

    def leader(self):
        """The number of the node that leads, or None if there is none at the moment."""
        for number, node in enumerate(self.nodes):
            if node is None:
                continue
            try:
                status = self.ask(number, "maintenance/status", {}, seconds=1)
            except (OSError, ValueError):
                continue
            if status["header"]["member_id"] == status.get("leader"):
                return number
        return None

    # Requests

    def ask(self, number, path, body, seconds=10):
        headers = {"Authorization": self.token} if self.token else {}
        request = urllib.request.Request(
            f"https://localhost:{self.ports[number]}/v3/{path}", json.dumps(body).encode(), headers)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.context))
        with opener.open(request, timeout=seconds) as answer:
            return json.load(answer)

    def request(self, path, body):
        """Asks until a node answers, as after a start or while a leader is elected."""
        end, reason = time.monotonic() + 30, None
        while time.monotonic() < end:
            for number, node in enumerate(self.nodes):
                try:
                    if node:
                        return self.ask(number, path, body)
                except (OSError, ValueError) as error:
                    reason = error
            time.sleep(0.2)
        raise NoAnswer(f"{path}: {reason}")

    def log_in(self):
        """Makes the following requests those of the user `tokenvault`; returns the token."""
        self.token = None
        answer = self.request("auth/authenticate", {"name": "tokenvault", "password": PASSWORD})
        self.token = answer["token"]
        return self.token

    def add_user(self):
        keys = {"key": encoded("tokenvault/"), "range_end": encoded("tokenvault0")}
        for path, body in (
            ("user/add", {"name": "root", "password": ROOT_PASSWORD}),
            ("role/add", {"name": "root"}),
            ("user/grant", {"user": "root", "role": "root"}),
            ("user/add", {"name": "tokenvault", "password": PASSWORD}),
            ("role/add", {"name": "shared"}),
            ("role/grant", {"name": "shared", "perm": {"permType": "READWRITE", **keys}}),
            ("user/grant", {"user": "tokenvault", "role": "shared"}),
            ("enable", {}),
        ):
            self.request(f"auth/{path}", body)

    # What a user of the cluster needs

    def connection(self, prefix):
        """The arguments of `remote add` and `clone`."""
        hosts = ",".join(f"localhost:{port}" for port in self.ports)
        words = [
            f"etcd://{hosts}/tokenvault/{prefix}", "--ca-file", str(self.authority),
            "--cert", str(self.client), "--cert-key", str(self.client_key),
        ]
        if self.users:
            words += ["--user", "tokenvault", "--password-file", str(self.password_file)]
        return words
