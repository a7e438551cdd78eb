"""What is measured, what it is compared with, and the goal (None: for information only)."""

import hmac
import json
import os
import re
import subprocess

import oidc
import peers
from kinds import SIZES, Growth, Limit, Row
from pairs import Measuring, Runs, Side
from scene import APP, APP_SECRET, MODERATE, USER, Failed, entries
from tools import Missing

MANY = SIZES[-1]
MILLION = 1_000_000
SHORT_TOKEN = "EAAFAKEshort0001"
ROWS = {}


def row(name, what, peer, goal=None):
    def add(sides):
        ROWS[name] = Row(name, what, peer, goal, sides)
        return sides

    return add


def tokenvault(scene, vault, *arguments, environment=None, expects=b"", **more):
    command = [scene.program, *arguments]
    words = " ".join(str(one) for one in arguments[:1])
    return Side(f"tokenvault {words}", command, environment or vault.environment, expects, **more)


# get

GET = "`get`, session unlocked, 100 entries"


def get(scene, count=100, *options):
    vault = scene.vault(count)
    return tokenvault(
        scene, vault, "get", vault.reference, *options, expects=vault.secret.encode())


@row("get-age", GET, "`age -d -i`, key file", 0.55)
def _(scene):
    return get(scene), peers.age(scene)


@row("get-oidc", GET, "`oidc-token` from its agent", 1.05)
def _(scene):
    return get(scene), oidc.token(scene)


@row("get-c", GET, "C, libsodium and keyctl", 1.7)
def _(scene):
    return get(scene), peers.floor_get(scene)


@row("get-keyctl", GET, "`keyctl pipe`", 2)
def _(scene):
    return get(scene), peers.kernel_key(scene)


@row("get-git", GET, "`git credential-cache get`", 1.25)
def _(scene):
    return get(scene), peers.git_cache(scene)


@row("get-systemd", GET, "`systemd-creds decrypt`, key file", 0.3)
def _(scene):
    return get(scene), peers.systemd_credential(scene)


@row("get-pass", GET, "`pass show`, gpg-agent")
def _(scene):
    return get(scene), peers.password_store(scene)


@row("get-keepassxc", GET, "`keepassxc-cli show`, key file")
def _(scene):
    return get(scene), peers.keepassxc(scene)


# The ways to call it


def get_by_key(scene):
    vault = scene.vault(100, "locked", session=False)
    return tokenvault(
        scene, vault, "get", vault.reference, "--key-file", vault.key_file,
        expects=vault.secret.encode())


@row("get-key", "`get --key-file`, 100 entries", "`age -d -i`, key file", 0.6)
def _(scene):
    return get_by_key(scene), peers.age(scene)


@row("get-key-file", "`get --key-file`", "`get`", 1.1)
def _(scene):
    return get_by_key(scene), get(scene)


@row("get-vault", "`get --vault`", "`get`", 1.1)
def _(scene):
    return get(scene, 100, "--vault", scene.vault(100).path), get(scene)


@row("get-valid-for", "`get --valid-for 1h`", "`get`", 1.1)
def _(scene):
    return get(scene, 100, "--valid-for", "1h"), get(scene)


@row("get-require-scope", "`get --require-scope`", "`get`", 1.1)
def _(scene):
    vault = scene.vault(100)
    # Only the user token has permissions.
    scope = ("--require-scope", "pages_manage_posts")
    return (
        tokenvault(scene, vault, "get", USER, *scope, expects=b"FAKE"),
        tokenvault(scene, vault, "get", USER, expects=b"FAKE"),
    )


@row("get-no-input", "`get --no-input`", "`get`", 1.1)
def _(scene):
    return get(scene, 100, "--no-input"), get(scene)


@row("exec", "`exec --env T=REF -- true`", "`get`", 1.5)
def _(scene):
    vault = scene.vault(100)
    side = tokenvault(scene, vault, "exec", "--env", f"T={vault.reference}", "--", "true")
    return side, get(scene)


@row("get-passphrase", "`get` by passphrase", "bare `crypto_pwhash` in C", 1.02)
def _(scene):
    vault = scene.vault(100, "locked", session=False)
    environment = {**vault.environment, "TOKENVAULT_PASSPHRASE_FILE": str(scene.passphrase_file)}
    secret = vault.secret.encode()
    return (
        tokenvault(scene, vault, "get", vault.reference, environment=environment, expects=secret),
        peers.floor_pwhash(scene, *MODERATE),
    )


@row("inject", "`inject` of 100 references", "`get`", 1.5)
def _(scene):
    vault = scene.vault(100)
    # All entries of the vault.
    references = [reference for reference, _, _ in entries(100)]
    template = "".join(f"{reference}={{{{ {reference} }}}}\n" for reference in references)
    expects = vault.secret.encode()
    return tokenvault(scene, vault, "inject", expects=expects, text=template), get(scene)


@row("verify-webhook", "`verify-webhook`, body of 1 KiB", "`get`", 1.2)
def _(scene):
    vault = scene.vault(100)
    body = json.dumps({"object": "page", "entry": [{"id": "1", "text": "x" * 980}]})
    code = hmac.new(APP_SECRET.encode(), body.encode(), "sha256").hexdigest()
    arguments = ("verify-webhook", "--signature", f"sha256={code}")
    return tokenvault(scene, vault, *arguments, text=body), get(scene)


@row("get-100k", "`get`, 100,000 entries", "`get`, 100 entries", 1.1)
def _(scene):
    return get(scene, MANY), get(scene)


@row("get-sqlcipher", "`get`, 100,000 entries", "`sqlcipher`, raw key, primary key", 0.4)
def _(scene):
    return get(scene, MANY), peers.sqlcipher_get(scene, MANY)


# The whole file

ADDED = "user:77"


def add(scene, count):
    vault = scene.vault(count)
    return tokenvault(
        scene, vault, "add", ADDED, "--quiet", text="FAKEadded",
        after=lambda: vault.tokenvault("remove", ADDED))


def remove(scene, count):
    vault = scene.vault(count)
    return tokenvault(
        scene, vault, "remove", ADDED, "--quiet",
        before=lambda: vault.tokenvault("add", ADDED, text="FAKEadded"))


def shown(scene, count, *arguments):
    vault = scene.vault(count)
    return tokenvault(scene, vault, *arguments, expects=vault.reference.encode())


@row("add", "`add` into 100,000 entries", "C: decrypt, encrypt, write, fsync", 1.2)
def _(scene):
    return add(scene, MANY), peers.floor_rewrite(scene, MANY, writes=True)


@row("list-age", "`list --json`, 100 entries", "`age -d -i`, key file", 2.2)
def _(scene):
    return shown(scene, 100, "list", "--json"), peers.age(scene)


@row("check-age", "`check --json`, 100 entries", "`age -d -i`, key file", 2.8)
def _(scene):
    return shown(scene, 100, "check", "--json"), peers.age(scene)


@row("list-json", "`list --json`, 100,000 entries", "`sqlcipher` printing JSON", 0.35)
def _(scene):
    return shown(scene, MANY, "list", "--json"), peers.sqlcipher_json(scene, MANY)


@row("check-json", "`check --json`, 100,000 entries", "`sqlcipher` printing JSON", 0.35)
def _(scene):
    return shown(scene, MANY, "check", "--json"), peers.sqlcipher_json(scene, MANY, check=True)


def verify(scene, count):
    return tokenvault(
        scene, scene.vault(count), "verify", expects=f"sound: {count} entries".encode())


@row("verify", "`verify`, 100,000 entries", "C: decrypt")
def _(scene):
    return verify(scene, MANY), peers.floor_rewrite(scene, MANY, writes=False)


@row("passphrase", "`passphrase`", "bare `crypto_pwhash` in C")
def _(scene):
    vault = scene.vault(100, "passphrase", session=False)
    files = ["--passphrase-file", scene.passphrase_file]
    new = ["--new-passphrase-file", scene.passphrase_file]
    side = tokenvault(scene, vault, "passphrase", "--quiet", *files, *new)
    return side, peers.floor_pwhash(scene, *MODERATE)


# The Graph API


def exchange(scene, way):
    url = scene.simulator()
    vault = scene.vault(10, "exchange")
    side = tokenvault(
        scene, vault, "exchange", "--graph-url", url, expects=USER.encode(), text=SHORT_TOKEN)
    app = APP.split(":")[1]
    return side, peers.exchange_in_python(scene, way, url, app, APP_SECRET, SHORT_TOKEN)


@row("exchange-requests", "`exchange` with a local server", "Python, `requests`", 0.1)
def _(scene):
    return exchange(scene, "requests")


@row("exchange-sdk", "`exchange` with a local server", "Python, `facebook-sdk`", 0.1)
def _(scene):
    return exchange(scene, "facebook-sdk")


@row("pages", "`pages`, 10,000 pages", "Python, `facebook-sdk`, out of the box", 0.22)
def _(scene):
    last = "2020000000010000"
    pages = [
        {"id": str(2020000000000001 + number), "name": f"Fake Page {number}"}
        for number in range(10_000)
    ]
    state = {
        "apps": [{"id": APP.split(":")[1], "name": "Fake App", "secret": APP_SECRET}],
        "users": [{"id": USER.split(":")[1], "name": "Ann Fake", "pages": pages}],
        "tokens": [{
            "token": SHORT_TOKEN, "app": APP.split(":")[1], "user": USER.split(":")[1],
            "type": "USER", "issued_at": "-56s", "expires_at": "+8h",
            "scopes": ["pages_show_list", "business_management", "public_profile"],
        }],
    }
    url = scene.simulator(json.dumps(state))
    vault = scene.vault(10, "pages")
    vault.tokenvault("exchange", "--graph-url", url, text=SHORT_TOKEN)
    side = tokenvault(scene, vault, "pages", "--graph-url", url, expects=last.encode())
    return side, peers.pages_in_python(scene, url, SHORT_TOKEN, last)


@row("api", "`api me` with a local server", "`curl` with the token in hand", 1.3)
def _(scene):
    url = scene.simulator()
    vault = scene.vault(100, "api")
    vault.tokenvault("exchange", "--graph-url", url, text=SHORT_TOKEN)
    token = vault.tokenvault("get", "-n", USER)
    side = tokenvault(
        scene, vault, "api", "me", "--as", USER, "--graph-url", url, expects=b"Ann Fake")
    return side, peers.curl(scene, f"{url}/v26.0/me", token, b"Ann Fake")


# A shared vault


@row("get-shared", "`get` next to a remote, 100 entries", "`get` without a remote", 1.02)
def _(scene):
    vault = scene.shared_vault(100)
    shared = tokenvault(scene, vault, "get", vault.reference, expects=vault.secret.encode())
    return shared, get(scene)


@row("sync", "`sync` without news, 100 entries", "`curl` with the same request to etcd", 2)
def _(scene):
    vault = scene.shared_vault(100)
    return tokenvault(scene, vault, "sync"), peers.curl_head(scene, vault)


@row("add-shared", "`add` next to a remote, 100 entries", "`add` and 3 puts by `curl`", 1)
def _(scene):
    vault, local = scene.shared_vault(100), add(scene, 100)
    shared = tokenvault(
        scene, vault, "add", ADDED, "--quiet", text="FAKEadded",
        after=lambda: vault.tokenvault("remove", ADDED))
    return shared, peers.change_and_puts(scene, local, vault)


# Growth, and limits

for command, side in {
    "get": get, "add": add, "remove": remove,
    "list": lambda scene, count: shown(scene, count, "list"),
    "check": lambda scene, count: shown(scene, count, "check"),
}.items():
    ROWS[f"growth-{command}"] = Growth(f"growth-{command}", f"`{command}`", side)


def peak(side, count=MANY):
    """The peak memory of several runs, in MiB."""
    def number(scene):
        measuring, runs = Measuring(scene), Runs()
        measuring.rounds([side(scene, count)], 5, [runs])
        return max(runs.memory) / 1024

    return number


def libraries(scene):
    found = subprocess.run(
        ["readelf", "-d", scene.program], stdout=subprocess.PIPE, text=True, check=True).stdout
    return len(re.findall(r"\(NEEDED\)", found))


for one in (
    Limit("peak-get", "peak memory of `get`, 100,000 entries", "MiB", 6, peak(get)),
    Limit("peak-add", "peak memory of `add` into 100,000 entries", "MiB", 11, peak(add)),
    *(
        Limit(f"peak-{name}", f"peak memory of {what}, 1,000,000 entries", "MiB", 64,
              peak(side, MILLION))
        for name, what, side in (
            ("list", "`list --json`", lambda scene, count: shown(scene, count, "list", "--json")),
            ("check", "`check --json`", lambda scene, count: shown(scene, count, "check", "--json")),
            ("check-problems", "`check --json --on-problem true`",
             lambda scene, count: shown(scene, count, "check", "--json", "--on-problem", "true")),
            ("verify", "`verify`", verify))
    ),
    Limit("size", "the program on the disk", "MiB", None,
          lambda scene: os.path.getsize(scene.program) / 2**20),
    Limit("libraries", "shared libraries it loads", "", 0, libraries),
):
    ROWS[one.name] = one


def measured(name, scene, quick):
    """The result of a row, or the reason why it was not measured."""
    row = ROWS[name]
    head = {"row": name, "what": row.what, "peer": row.peer, "goal": row.goal}
    try:
        return {**head, **row.measured(scene, quick)}
    except (Missing, Failed, OSError, subprocess.SubprocessError) as reason:
        return {**head, "not_measured": str(reason), "holds": None}
