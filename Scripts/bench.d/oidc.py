"""oidc-agent, with an account at a local provider."""

import os
import re
import signal
import subprocess
import sys

from pairs import Side
from scene import SOURCES
from tools import need


def token(scene):
    """`oidc-token`: the agent has a valid access token and makes no requests."""
    commands = {name: need(name, "oidc-agent-cli") for name in ("oidc-agent", "oidc-gen", "oidc-token")}
    secret = scene.vault(100).secret
    environment = {**scene.environment, "OIDC_SOCK": str(agent(scene, commands["oidc-agent"]))}
    certificate, url = provider(scene, secret)
    scene.run(
        commands["oidc-gen"], "bench", "--iss", f"{url}/", "--cp", certificate, "--client-id", "bench",
        "--client-secret", "FAKEclient", "--rt", "FAKErefresh", "--scope", "openid offline_access",
        "--redirect-uri", "http://localhost:4242", "--pw-cmd", "echo FAKE", "--confirm-default",
        environment=environment, timeout=60)
    return Side("oidc-token", [commands["oidc-token"], "bench"], environment, secret.encode())


def agent(scene, command):
    """Starts an agent that runs until the scene ends; returns its socket."""
    scene.folder(".oidc-agent")
    output = scene.run(command, environment={**scene.environment, "TMPDIR": str(scene.place)})
    process = int(re.search(r"OIDCD_PID=(\d+)", output)[1])
    scene.callback(os.kill, process, signal.SIGTERM)
    return re.search(r"OIDC_SOCK=([^;]+)", output)[1]


def provider(scene, secret):
    """Starts a provider that issues `secret`; returns its certificate and its address."""
    certificate, key = scene.place / "provider.pem", scene.place / "provider.key"
    scene.run(
        need("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate)
    process = scene.start(
        sys.executable, SOURCES / "oidc-provider.py", certificate, key, secret,
        stdout=subprocess.PIPE)
    return certificate, process.stdout.readline().strip()
