"""The environment of a measurement: a temporary folder, vaults in it, and the program."""

import contextlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SOURCES = pathlib.Path(__file__).resolve().parent
BUILD = ROOT / ".build-bench"
sys.path[:0] = [str(ROOT / "Tests" / "Reference"), str(ROOT / "Tests" / "Servers")]

import etcd_cluster  # noqa: E402
import vault_format  # noqa: E402
import vault_writer  # noqa: E402

MODERATE = (3, 262_144)  # opslimit, KiB
PASSPHRASE = "FAKE bench passphrase"
# The same as in the simulator's sample state.
APP, APP_SECRET, USER = "app:1234567890123456", "FAKEsecret0001", "user:10200000000000009"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Failed(Exception):
    """A command that the bench runs failed."""


def entries(count):
    """An app, a user and pages as `exchange` and `pages` store them: reference, secret, metadata.

    The same count always gives the same entries."""
    dice = random.Random(count)

    def secret(size):
        return "FAKE" + "".join(dice.choices(LETTERS, k=size))

    times = {"added_at": "2026-11-01T08:00:00Z", "changed_at": "2026-11-01T08:00:00Z"}
    person = {"app": APP, "data_access_expires_at": "2036-11-01T08:00:00Z"}
    yield APP, APP_SECRET, {"name": "Fake App", **times}
    yield USER, secret(180), {
        "name": "Ann Fake", "scopes": ["pages_show_list", "pages_manage_posts"],
        "expires_at": "2036-11-01T08:00:00Z", "valid": True, **person, **times,
    }
    for number in range(count - 2):
        yield reference(number), secret(180), {
            "name": f"Fake Page {number}", "user": USER,
            "category": "Community", "tasks": ["CREATE_CONTENT", "MODERATE", "ANALYZE"],
            "expires_at": "never", "valid": True, **person, **times,
        }


def reference(number):
    """The reference of a page."""
    return f"page:{1020000000000001 + number}"


def middle(count):
    """The reference to look up, and its secret."""
    wanted = reference(count // 2)
    return next((one, secret) for one, secret, _ in entries(count) if one == wanted)


class Scene(contextlib.ExitStack):
    """Stops everything that it started, newest first, and removes its folder at the end."""

    def __init__(self, program):
        super().__init__()
        self.program = program
        # In /tmp, as the path of a socket is limited to 107 bytes.
        self.place = pathlib.Path(
            self.enter_context(tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)))
        self.environment = {
            "HOME": str(self.place), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
            "XDG_STATE_HOME": str(self.place / "state"),
        }
        self.passphrase_file = self.file("passphrase", PASSPHRASE)
        self.vaults = {}
        self.cluster = None

    def file(self, name, content):
        """A file that no one else can read."""
        path = self.place / name
        path.touch(mode=0o600)
        path.write_text(content)
        return path

    def folder(self, name):
        path = self.place / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def run(self, *arguments, environment=None, text="", **more):
        """Runs a command that must succeed; returns its standard output."""
        done = subprocess.run(
            [str(one) for one in arguments], input=text, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=environment or self.environment,
            cwd=self.place, **more)
        if done.returncode != 0:
            raise Failed(f"{arguments[0]}: status {done.returncode}: {done.stderr.strip()[:300]}")
        return done.stdout

    def start(self, *arguments, environment=None, **more):
        """Starts a process that runs until the scene ends."""
        process = subprocess.Popen(
            [str(one) for one in arguments], env=environment or self.environment, cwd=self.place,
            stdin=subprocess.DEVNULL, text=True, **more)
        self.callback(process.wait)
        self.callback(process.terminate)
        return process

    def vault(self, count, purpose="entries", **more):
        """A vault with `count` entries, unlocked for the session; created on first use.

        A row that changes its vault permanently gives a separate purpose."""
        if (count, purpose) not in self.vaults:
            self.vaults[count, purpose] = BenchVault(self, count, f"{purpose}-{count}", **more)
        return self.vaults[count, purpose]

    def shared_vault(self, count, **more):
        """The same as `vault`, shared through three nodes of etcd, without users."""
        purpose = "shared"
        is_new = (count, purpose) not in self.vaults
        vault = self.vault(count, purpose, **more)
        if is_new:
            connection = self.etcd().connection(f"bench-{count}")
            vault.tokenvault("remote", "add", *connection, "--key-file", vault.key_file)
        return vault

    def etcd(self):
        if not self.cluster:
            self.cluster = etcd_cluster.Cluster(self.place / "etcd", users=False)
            self.callback(self.cluster.stop)
        return self.cluster

    def simulator(self, state=None):
        """Starts the Graph simulator, which is next to the program; returns its address."""
        command = [pathlib.Path(self.program).with_name("graph-simulator")]
        if state:
            command += ["--state", self.file(f"state-{len(state)}.json", state)]
        return self.start(*command, stdout=subprocess.PIPE).stdout.readline().strip()


class BenchVault:
    """A vault written by the second implementation of the format, as adding one entry at a time
    would take hours. The program adds the machine key and verifies the vault."""

    def __init__(self, scene, count, name, kdf=MODERATE, session=True):
        self.scene, self.count = scene, count
        folder = scene.folder(name)
        self.path = folder / "tokenvault" / "vault"
        self.path.parent.mkdir(mode=0o700)
        self.key_file = folder / "machine.key"
        self.environment = {**scene.environment, "XDG_DATA_HOME": str(folder)}
        records = [
            vault_format.Record(one.encode(), secret.encode(), metadata_line(metadata))
            for one, secret, metadata in entries(count)
        ]
        vault = vault_writer.init(PASSPHRASE.encode(), opslimit=kdf[0], memlimit=kdf[1], records=records)
        self.path.touch(mode=0o600)
        self.path.write_bytes(vault_writer.encode(vault))
        opening = ("--passphrase-file", scene.passphrase_file)
        self.tokenvault("key", "add", "bench", self.key_file, *opening)
        self.by_key = {**self.environment, "TOKENVAULT_KEY_FILE": str(self.key_file)}
        self.tokenvault("verify", "--key-file", self.key_file)
        if session:
            self.tokenvault("unlock", "--for", "8h", *opening)
            scene.callback(self.tokenvault, "lock")
        self.reference, self.secret = middle(count)

    def tokenvault(self, *arguments, text=""):
        # `lock` does not unlock a vault, so it does not have this option.
        options = [] if arguments[0] == "lock" else ["--no-input"]
        return self.scene.run(
            self.scene.program, *arguments, *options, environment=self.environment, text=text)


def metadata_line(metadata):
    return json.dumps(metadata, separators=(",", ":")).encode()
