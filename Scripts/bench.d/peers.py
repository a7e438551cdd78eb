"""The alternatives to tokenvault, each set up to look up the same token."""

import base64
import dataclasses
import json
import shlex

from pairs import Side
from scene import SOURCES, entries, etcd_cluster, vault_format
from tools import compiled, need, python

SQL_KEY = "x'" + "FA4E" * 16 + "'"


def age(scene):
    """A file with only the token, encrypted to a key file without a passphrase."""
    command, keygen = need("age", "age"), need("age-keygen", "age")
    vault = scene.vault(100)
    key, sealed = scene.place / "age.key", scene.place / "token.age"
    if not sealed.exists():
        scene.run(keygen, "-o", key)
        recipient = scene.run(keygen, "-y", key).strip()
        scene.run(command, "-r", recipient, "-o", sealed, text=vault.secret + "\n")
    return Side(
        "age -d -i", [command, "-d", "-i", key, sealed], scene.environment, vault.secret.encode())


def password_store(scene):
    """`pass`, with a key that has no passphrase."""
    command = need("pass", "pass")
    gpg = need("gpg", "gnupg")
    vault = scene.vault(100)
    home = scene.folder("gnupg")
    environment = {**scene.environment, "GNUPGHOME": str(home)}
    if not (scene.place / ".password-store").exists():
        scene.callback(
            scene.run, need("gpgconf", "gnupg"), "--kill", "all", environment=environment)
        scene.run(
            gpg, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "",
            "--quick-generate-key", "bench@example.invalid", "default", "default", "never",
            environment=environment)
        scene.run(command, "init", "bench@example.invalid", environment=environment)
        scene.run(
            command, "insert", "-m", "page/token", text=vault.secret + "\n", environment=environment)
    return Side("pass show", [command, "show", "page/token"], environment, vault.secret.encode())


def keepassxc(scene):
    """A database that a key file opens, with the default key derivation."""
    command = need("keepassxc-cli", "keepassxc")
    vault = scene.vault(100)
    environment = {**scene.environment, "QT_QPA_PLATFORM": "offscreen"}
    database, key = scene.place / "bench.kdbx", scene.place / "bench.keyx"
    if not database.exists():
        scene.run(command, "db-create", "-q", "--set-key-file", key, database, environment=environment)
        scene.run(
            command, "add", "-q", "--no-password", "-k", key, "-p", database, "page",
            text=vault.secret + "\n", environment=environment)
    show = ["show", "-q", "--no-password", "-k", key, "-s", "-a", "Password", database, "page"]
    return Side("keepassxc-cli show", [command, *show], environment, vault.secret.encode())


def kernel_key(scene):
    """`keyctl pipe` of a key in the same keyring as the session of `tokenvault unlock`."""
    command = need("keyctl", "keyutils")
    secret = scene.vault(100).secret
    key = scene.run(command, "padd", "user", f"bench:{scene.place.name}", "@u", text=secret).strip()
    scene.callback(scene.run, command, "unlink", key, "@u")
    return Side("keyctl pipe", [command, "pipe", key], scene.environment, secret.encode())


def git_cache(scene):
    """The daemon in which git keeps passwords; it forgets them when it exits."""
    command = [need("git", "git"), "credential-cache"]
    secret = scene.vault(100).secret
    description = "protocol=https\nhost=example.invalid\n"
    scene.run(
        *command, "--timeout", "28800", "store",
        text=f"{description}username=ann\npassword={secret}\n")
    scene.callback(scene.run, *command, "exit")
    return Side(
        "git credential-cache get", [*command, "get"], scene.environment, secret.encode(),
        text=description)


def systemd_credential(scene):
    """A credential encrypted with a key file, as systemd does on machines without a TPM."""
    command = need("systemd-creds", "systemd")
    secret = scene.vault(100).secret
    # Not the machine's own key, which systemd would create.
    environment = {**scene.environment, "SYSTEMD_CREDENTIAL_SECRET": str(scene.place / "host.secret")}
    sealed = scene.place / "token.cred"
    scene.run(
        command, "encrypt", "--with-key=host", "--name=token", "-", sealed, text=secret,
        environment=environment)
    return Side(
        "systemd-creds decrypt", [command, "decrypt", "--name=token", sealed, "-"], environment,
        secret.encode())


def floor_get(scene, count=100):
    vault = scene.vault(count)
    command = [compiled("floor-get"), vault.path, vault.reference]
    return Side("C, libsodium and keyctl", command, vault.environment, vault.secret.encode())


def floor_rewrite(scene, count, *, writes):
    vault = scene.vault(count)
    command = [compiled("floor-rewrite"), vault.path]
    if writes:
        command.append(vault.path.with_name("rewritten"))
    return Side("C, libsodium", command, vault.environment)


def floor_pwhash(scene, opslimit, kib):
    return Side(
        "crypto_pwhash in C", [compiled("floor-pwhash"), opslimit, kib], scene.environment,
        b"derived", text="FAKE bench passphrase")


def exchange_in_python(scene, way, url, app, secret, token):
    command = [python(), SOURCES / "python-exchange.py", way, url, app, secret]
    return Side(f"Python, {way}", command, scene.environment, b"EAAFAKE", text=token)


def pages_in_python(scene, url, token, last):
    command = [python(), SOURCES / "python-pages.py", url]
    return Side("Python, facebook-sdk", command, scene.environment, last.encode(), text=token)


def curl(scene, url, token, expects):
    header = scene.file("header", f"Authorization: Bearer {token}\n")
    command = [need("curl", "curl"), "-sS", "-H", f"@{header}", url]
    return Side("curl", command, scene.environment, expects)


def curl_etcd(scene, path, body):
    """The words of a command that asks the first node of etcd, as the program does."""
    cluster = scene.etcd()
    content = scene.file(f"{path.replace('/', '-')}-{len(body)}.json", body)
    return [
        need("curl", "curl"), "-sS", "--fail", "--cacert", cluster.authority, "--cert", cluster.client,
        "--key", cluster.client_key, "--data-binary", f"@{content}", "-o", "/dev/null",
        f"https://localhost:{cluster.ports[0]}/v3/{path}",
    ]


def curl_head(scene, vault):
    """Reads the head of a shared vault."""
    vault_id = vault_format.parse_header(vault.path.read_bytes())[0].vault_id.hex()
    key = etcd_cluster.encoded(f"tokenvault/bench-{vault.count}/{vault_id}/head")
    return Side("curl", curl_etcd(scene, "kv/range", json.dumps({"key": key})), scene.environment)


def change_and_puts(scene, change, vault):
    """A change of a vault that is not shared, and three puts of a file of its size."""
    value = base64.b64encode(vault.path.read_bytes()).decode()
    put = curl_etcd(
        scene, "kv/put", json.dumps({"key": etcd_cluster.encoded("bench"), "value": value}))
    words = "; ".join([shlex.join(map(str, change.command)), *[shlex.join(map(str, put))] * 3])
    return dataclasses.replace(change, name="change and 3 puts", command=["sh", "-ec", words])


# sqlcipher

COLUMNS = [
    "ref", "kind", "id", "name", "expires_at", "data_access_expires_at", "app", "user",
    "scopes", "tasks", "category", "instagram_id", "instagram_username",
    "added_at", "changed_at", "checked_at",
]


def database(scene, count):
    """The same entries as rows, stored in the order of the primary key."""
    command, path = need("sqlcipher", "sqlcipher"), scene.place / f"entries-{count}.db"
    if path.exists():
        return command, path
    columns = ", ".join(f"{name} TEXT" for name in COLUMNS[1:])
    lines = [
        f'PRAGMA key = "{SQL_KEY}"; BEGIN;',
        f"CREATE TABLE entries (ref TEXT PRIMARY KEY, {columns}, secret TEXT) WITHOUT ROWID;",
    ]
    for ref, secret, metadata in entries(count):
        kind, number = ref.split(":")
        known = {"ref": ref, "kind": kind, "id": number, **metadata}
        row = [known.get(name) for name in COLUMNS] + [secret]
        lines.append(f"INSERT INTO entries VALUES ({', '.join(map(literal, row))});")
    scene.run(command, path, text="\n".join([*lines, "COMMIT;"]))
    return command, path


def literal(value):
    if value is None:
        return "NULL"
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return "'" + text.replace("'", "''") + "'"


def sqlcipher_get(scene, count):
    command, path = database(scene, count)
    vault = scene.vault(count)
    query = f'PRAGMA key = "{SQL_KEY}"; SELECT secret FROM entries WHERE ref = \'{vault.reference}\';'
    return Side("sqlcipher, primary key", [command, path, query], scene.environment, vault.secret.encode())


def sqlcipher_json(scene, count, *, check=False):
    """Prints the rows as one JSON document; Debian's sqlcipher has no JSON functions."""
    command, path = database(scene, count)
    soon = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+14 days')"
    parts = []
    for name in COLUMNS:
        value = name if name in ("scopes", "tasks") else text_value(name)
        parts.append(f"'\"{name}\":' || ifnull({value}, 'null')")
    status = f"CASE WHEN ifnull(expires_at, 'never') > {soon} THEN 'ok' ELSE 'expiring' END"
    parts.append(f"'\"status\":\"' || {status} || '\"'")
    if check:
        parts.append("'\"reason\":null,\"advice\":null'")
    # Apps do not expire, so `check` leaves them out.
    some = "entries WHERE kind <> 'app'" if check else "entries"
    comma = f"CASE WHEN ref = (SELECT min(ref) FROM {some}) THEN '{{' ELSE ',{{' END"
    row = " || ',' || ".join(parts)
    rows = f"SELECT {comma} || {row} || '}}' FROM {some} ORDER BY ref;"
    around = ("{\"status\":\"ok\",\"entries\":[", "]}") if check else ("[", "]")
    query = f"PRAGMA key = \"{SQL_KEY}\"; SELECT '{around[0]}'; {rows} SELECT '{around[1]}';"
    return Side(
        "sqlcipher, as JSON", [command, path, query], scene.environment,
        f'"id":"{scene.vault(count).reference.split(":")[1]}"'.encode())


def text_value(name):
    escaped = f"replace(replace({name}, '\\', '\\\\'), '\"', '\\\"')"
    return f"'\"' || {escaped} || '\"'"
