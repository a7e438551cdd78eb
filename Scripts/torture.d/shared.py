"""Shares a vault between three machines (folders) through three nodes of etcd, whose leader is killed again
and again while 32 writers add, replace and remove entries.

Each writer has references of its own, so it knows what must be stored: what the program acknowledged and,
after a writer was killed or failed, either the old or the new value. One reference belongs to all: its
secret must be one that somebody wrote. At the end, all machines must have the same vault, byte for byte,
and no file may be left.
"""

import collections
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "Tests" / "Servers"))

import etcd_cluster  # noqa: E402
import vault_format as vaults  # noqa: E402

WRITERS, MACHINES = 32, 3
COMMON = "user:1"
FILES = ["vault", "vault.lock", "vault.remote", "vault.sync", "vault.sync.lock"]


class Wrong(Exception):
    """Machines disagree, or a change was lost or invented."""


class Machine:
    def __init__(self, program, place):
        self.program, self.place = program, place
        place.mkdir(mode=0o700)
        self.key = place / "machine.key"
        self.vault = place / "data" / "vault"
        self.environment = {
            "HOME": str(place), "PATH": os.environ["PATH"], "XDG_STATE_HOME": str(place / "state"),
            "TOKENVAULT_FILE": str(self.vault),
        }

    def start(self, *words, secret=""):
        process = subprocess.Popen(
            [self.program, *words, "--no-input"], env=self.environment, cwd=self.place, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            process.stdin.write(secret)
            process.stdin.close()
        except BrokenPipeError:
            pass
        process.stdin = None
        return process

    def run(self, *words, secret=""):
        """Runs the program with the machine key; returns status and errors."""
        process = self.start(*words, secret=secret)
        _, errors = process.communicate(timeout=120)
        return process.returncode, errors

    def succeed(self, *words, secret=""):
        status, errors = self.run(*words, secret=secret)
        if status != 0:
            raise Wrong(f"{words[0]}: status {status}: {errors}")

    def by_key(self):
        self.environment["TOKENVAULT_KEY_FILE"] = str(self.key)


class Writer(threading.Thread):
    """Changes entries on one machine until the time is over."""

    def __init__(self, number, machine, end, seed):
        super().__init__(daemon=True)
        self.number, self.machine, self.end = number, machine, end
        self.dice = random.Random(seed)
        # What may be stored under each reference; None for no entry.
        self.possible = collections.defaultdict(lambda: {None})
        self.common = set()
        self.counts = collections.Counter()
        self.fault = None

    def run(self):
        try:
            while time.monotonic() < self.end:
                self.step()
        except Exception as fault:
            self.fault = fault

    def step(self):
        counter = sum(self.counts.values())
        secret = f"EAAFAKE{self.number}x{counter}x{'y' * self.dice.choice((0, 0, 200))}"
        present = [name for name, values in self.possible.items() if None not in values]
        kind = self.dice.choice(("add", "add", "replace", "remove", "common"))
        if kind == "common":
            self.common.add(secret)
            words, name, value = ("add", COMMON, "--replace"), None, secret
        elif kind == "replace" and present:
            name, value = self.dice.choice(present), secret
            words = ("add", name, "--replace")
        elif kind == "remove" and present:
            name, value = self.dice.choice(present), None
            words = ("remove", name)
        else:
            name, value = f"page:{self.number + 1}{counter:06}", secret
            words = ("add", name)
        process = self.machine.start(*words, secret=secret)
        if self.dice.random() < 0.1:
            time.sleep(self.dice.uniform(0, 0.5))
            process.kill()
        try:
            _, errors = process.communicate(timeout=120)
        finally:
            process.kill()
        status = process.returncode
        if status not in (0, 75, -9):
            raise Wrong(f"{words}: status {status}: {errors}")
        waits = status == 0 and "not shared yet" in errors
        self.counts["waiting" if waits else {0: "shared", 75: "refused", -9: "killed"}[status]] += 1
        if name and status == 0:
            self.possible[name] = {value}
        elif name and status == -9:
            self.possible[name] = self.possible[name] | {value}


class Killer(threading.Thread):
    """Kills the leader again and again."""

    def __init__(self, cluster, end, dice):
        super().__init__(daemon=True)
        self.cluster, self.end, self.dice = cluster, end, dice
        self.killed = 0

    def run(self):
        while time.monotonic() < self.end:
            time.sleep(self.dice.uniform(1, 4))
            leader = self.cluster.leader()
            if leader is None:
                continue
            self.cluster.kill(leader)
            self.killed += 1
            time.sleep(self.dice.uniform(0.5, 3))
            self.cluster.start(leader)


def prepare(program, place, cluster):
    machines = [Machine(program, place / f"machine{number}") for number in range(MACHINES)]
    first = machines[0]
    passphrase = first.place / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text("FAKE torture")
    first.succeed("init", "--kdf", "interactive", "--passphrase-file", str(passphrase))
    for number, one in enumerate(machines):
        first.succeed("key", "add", f"web{number}", str(one.key), "--passphrase-file", str(passphrase))
        one.by_key()
    first.succeed("add", COMMON, secret="EAAFAKEfirst")
    first.succeed("remote", "add", *cluster.connection("torture"))
    for one in machines[1:]:
        one.succeed("clone", *cluster.connection("torture"))
    return machines


def settle(machines):
    """Syncs every machine until it succeeds, twice: the second time, all have what all committed."""
    for machine in machines * 2:
        end = time.monotonic() + 60
        while True:
            status, errors = machine.run("sync")
            if status == 0:
                break
            if status not in (69, 75) or time.monotonic() > end:
                raise Wrong(f"sync: status {status}: {errors}")
            time.sleep(0.5)


def compare(machines, writers):
    files = [machine.vault.read_bytes() for machine in machines]
    if len(set(files)) != 1:
        raise Wrong("the machines have different vaults")
    vault = vaults.read(files[0], key_file=machines[0].key.read_bytes())
    found = {record.reference.decode(): record.secret.decode() for record in vault.records}
    found = {name: secret for name, secret in found.items() if not name.startswith("history:")}
    expected = {name: values for writer in writers for name, values in writer.possible.items()}
    for name, values in expected.items():
        if found.get(name) not in values:
            raise Wrong(f"{name} is {found.get(name)}, not one of {values}")
    common = {"EAAFAKEfirst"}.union(*(writer.common for writer in writers))
    for name in (COMMON, f"{COMMON}~previous"):
        if found.get(name, "EAAFAKEfirst") not in common:
            raise Wrong(f"nobody wrote the secret of {name}")
    invented = set(found) - set(expected) - {COMMON, f"{COMMON}~previous"}
    if invented:
        raise Wrong(f"nobody stored {sorted(invented)}")
    for machine in machines:
        names = sorted(os.listdir(machine.vault.parent))
        if names != FILES:
            raise Wrong(f"next to the vault: {names}")
        marks = os.listdir(machine.place / "state" / "tokenvault")
        vault_id = vault.header.vault_id.hex()
        if sorted(marks) != [vault_id, f"{vault_id}.lock"]:
            raise Wrong(f"next to the high-water mark: {marks}")
        machine.succeed("verify")
    return len(found)


def share(program, seconds, dice):
    with tempfile.TemporaryDirectory(prefix="tokenvault-shared-") as place:
        place = pathlib.Path(place)
        cluster = etcd_cluster.Cluster(place / "etcd")
        try:
            machines = prepare(program, place, cluster)
            end = time.monotonic() + seconds
            killer = Killer(cluster, end, dice)
            writers = [
                Writer(number, machines[number % MACHINES], end, dice.random())
                for number in range(WRITERS)
            ]
            for thread in [killer, *writers]:
                thread.start()
            for thread in [*writers, killer]:
                thread.join()
            faults = [writer.fault for writer in writers if writer.fault]
            if faults:
                raise faults[0]
            settle(machines)
            entries = compare(machines, writers)
        finally:
            cluster.stop()
        counts = sum((writer.counts for writer in writers), collections.Counter())
        return {"seconds": seconds, "leaders killed": killer.killed, "entries": entries, **counts}
