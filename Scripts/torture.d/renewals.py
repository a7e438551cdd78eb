"""Renews many tokens at once and compares the program's report with what it did.

Each history has its own vault: tokens of one or more users, some of them invalidated by Meta, pages of
some users, other entries, and sometimes a fault in the middle. The Graph simulator runs as a separate
process. Afterward the second implementation of the format must find in the vault exactly what the
report says, and the simulator must confirm the owner of each new token.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import urllib.parse
import urllib.request

import vault_format as vaults
import vault_writer as writer
import sodium

APP, SECRET = "1234567890123456", "FAKEsecret0001"
TOKENS = (1, 2, 5, 50)
OTHERS = (0, 3, 200, 3_000)
PAGES = (0, 0, 1, 12)
FAULTS = (
    None,
    None,
    {"match": "*", "kind": "slow", "seconds": 0.02},
    {"match": "oauth/access_token", "kind": "error", "code": 4},
    {"match": "debug_token", "kind": "reset", "times": 3},
)


class Wrong(Exception):
    """The report and the vault disagree."""


class Simulator:
    def __init__(self, program, state, place):
        path = place / "state.json"
        path.write_text(json.dumps(state))
        self.process = subprocess.Popen(
            [program, "--state", str(path)], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def owner(self, token):
        """The user or page that the token belongs to, or None if it is not valid."""
        query = urllib.parse.urlencode({"input_token": token, "access_token": f"{APP}|{SECRET}"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/debug_token?{query}") as answer:
            data = json.load(answer)["data"]
        return (data.get("profile_id") or data.get("user_id")) if data["is_valid"] else None

    def set_fault(self, fault):
        body = json.dumps([fault] if fault else []).encode()
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            urllib.request.Request(f"{self.url}/_simulator/faults", data=body, method="POST")
        ).close()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def record(reference, secret, **metadata):
    text = json.dumps(metadata, separators=(",", ":"))
    return vaults.Record(reference.encode(), secret.encode(), text.encode())


class History:
    def __init__(self, program, place, dice, number):
        self.program, self.place, self.dice = program, place, dice
        # Every size in turn; everything else is random.
        self.count = TOKENS[number % len(TOKENS)]
        self.users = [str(20_000 + dice.randrange(10**9) * 100 + one) for one in range(self.count)]
        self.dead = {user for user in self.users if dice.random() < 0.25}
        self.pages = {}
        for index, user in enumerate(self.users):
            size = dice.choice(PAGES)
            # Distinct ids, as the vault keeps only one token for each page.
            self.pages[user] = [str(10**12 + index * 100 + one) for one in range(size)]
        self.fault = dice.choice(FAULTS)
        if self.fault and "times" not in self.fault:
            self.fault = {**self.fault, "after": dice.randrange(self.count + 1)}

    def state(self):
        common = {"app": APP, "issued_at": "-3d", "expires_at": "+20d",
                  "scopes": ["pages_show_list", "public_profile"]}
        users = [
            {"id": user, "pages": [{"id": page} for page in self.pages[user]]} for user in self.users]
        tokens = [
            {"token": f"EAAFAKEu{user}", "user": user, **common,
             **({"dead": self.dice.choice([458, 460, 463])} if user in self.dead else {})}
            for user in self.users]
        return {"apps": [{"id": APP, "secret": SECRET}], "users": users, "tokens": tokens,
                "reexchange": "extend"}

    def records(self):
        made = "2026-01-01T00:00:00Z"
        known = {"app": f"app:{APP}", "added_at": made, "changed_at": made}
        records = [record(f"app:{APP}", SECRET, added_at=made)]
        for user in self.users:
            records.append(record(f"user:{user}", f"EAAFAKEu{user}", **known))
            for page in self.pages[user]:
                records.append(
                    record(f"page:{page}", f"EAAFAKEp{page}", user=f"user:{user}", **known))
        for number in range(self.dice.choice(OTHERS)):
            records.append(record(f"client:{number + 1}", "FAKE" + "c" * self.dice.randrange(300)))
        return sorted(records, key=lambda one: one.reference)

    def run(self):
        private = os.urandom(32)
        vault = writer.init(b"FAKE pass", opslimit=1, memlimit=65_536, records=self.records())
        vault = writer.add_key(vault, b"torture", sodium.public_key(private))
        key = vaults.MachineKey(private, vault.header.public_key).encoded()
        for name, content in (("vault", writer.encode(vault)), ("key", key)):
            with open(self.place / name, "wb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(content)
        before = {one.reference.decode(): one for one in vault.records}
        simulator = Simulator(self.program.with_name("graph-simulator"), self.state(), self.place)
        try:
            simulator.set_fault(self.fault)
            done = subprocess.run(
                [self.program, "refresh", "--all", "--json", "--key-file", str(self.place / "key")],
                env={"HOME": str(self.place), "PATH": os.environ["PATH"],
                     "TOKENVAULT_FILE": str(self.place / "vault"),
                     "TOKENVAULT_GRAPH_URL": simulator.url},
                capture_output=True, timeout=120)
            simulator.set_fault(None)
            after = vaults.read((self.place / "vault").read_bytes(), key_file=key)
            self.compare(done, before, {one.reference.decode(): one for one in after.records}, simulator)
        finally:
            simulator.stop()

    def compare(self, done, before, after, simulator):
        def need(condition, words):
            if not condition:
                raise Wrong(f"{words}; status {done.returncode}; {done.stderr.decode()[:500]}")

        need(done.returncode in (0, 1, 2, 69, 75), "refresh does not have this exit status")
        rows = json.loads(done.stdout)
        names = [row["ref"] for row in rows]
        need(names == sorted(f"user:{user}" for user in self.users), "not one row for each token, in order")
        for row in rows:
            name, user = row["ref"], row["ref"].removeprefix("user:")
            is_new = after[name].secret != before[name].secret
            need((row["result"] == "renewed") == is_new, f"{name}: {row['result']}, but new is {is_new}")
            stored = json.loads(after[name].metadata)
            need(row.get("expires_at") == stored.get("expires_at"), f"{name}: the stored expiry is different")
            if is_new:
                need(simulator.owner(after[name].secret.decode()) == user, f"{name} is not {user}'s")
            need(not (is_new and user in self.dead), f"{name} was invalid, but renewed")
            came = 0
            for page in self.pages[user]:
                reference = f"page:{page}"
                if after[reference].secret != before[reference].secret:
                    came += 1
                    token = after[reference].secret.decode()
                    need(simulator.owner(token) == page, f"{reference} has another page's token")
            need(row["pages"] == came, f"{name}: {row['pages']} pages reported, {came} stored")
            if self.fault is None:
                expected = "needs login" if user in self.dead else "renewed"
                need(row["result"] == expected, f"{name}: {row['result']}, not {expected}")
                need(user in self.dead or came == len(self.pages[user]), f"{name}: pages are missing")
        if self.fault is None:
            need(done.returncode == (2 if self.dead else 0), "the wrong exit status")
            need(not any("~" in name for name in after), "an unconfirmed token is left")
        untouched = [name for name in before if name.split(":")[0] in ("app", "client")]
        need(all(before[name] == after[name] for name in untouched), "another entry was changed")


def renew(program, histories, dice):
    counts = {"histories": 0, "tokens": 0}
    for number in range(histories):
        with tempfile.TemporaryDirectory(prefix="tokenvault-renewals-") as place:
            history = History(pathlib.Path(program), pathlib.Path(place), dice, number)
            history.run()
        counts["histories"] += 1
        counts["tokens"] += history.count
    return counts
