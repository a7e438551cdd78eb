#!/usr/bin/env python3
"""Writes what fuzzing starts from: a folder of inputs for each subject, and a dictionary.

    seeds.py FOLDER
"""

import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Vectors"
SUBJECTS = ("header", "record", "metadata", "payload", "key-file", "reference")
WORDS = [
    "name", "app", "user", "category", "scopes", "tasks", "expires_at", "valid", "reason",
    "data_access_expires_at", "added_at", "changed_at", "checked_at", "machine_id", "instagram_id",
    "instagram_username", "never", "true", "app:1",
    "user:1", "page:1", "~previous", "2026-11-20T18:15:02Z", "tokenvault/1", "vault ", "mac ",
    "generation ", "passphrase argon2id ", "key x25519 ", "TOKENVAULT-KEY-1 ",
]
ESCAPES = [r"\x5c\x22", r"\x5cu0022", r"\x5cud83d\x5cude00", r"\x09", r"\x0a", r"\x22:\x22", r"\x01"]


def seeds():
    """The inputs by subject, taken from the test vectors; each once."""
    found = {name: {} for name in SUBJECTS}
    for vector in json.loads((VECTORS / "manifest.json").read_text())["vectors"]:
        file = (VECTORS / vector["file"]).read_bytes()
        # The whole header, and a little of what follows.
        found["header"][file[:file.find(b"\nmac ") + 60][:4_000]] = None
        records = vector.get("records") or []
        lines = [f"{one['reference']}\t{one['secret']}\t{one['metadata']}".encode() for one in records]
        found["payload"][b"".join(line + b"\n" for line in lines)[:20_000]] = None
        for one, line in zip(records, lines):
            found["record"][line[:20_000]] = None
            found["metadata"][one["metadata"].encode()[:20_000]] = None
            found["reference"][one["reference"].encode()] = None
    for file in VECTORS.glob("*.key"):
        found["key-file"][file.read_bytes()[:20_000]] = None
    return found


def main():
    folder = pathlib.Path(sys.argv[1])
    for subject, inputs in seeds().items():
        (folder / subject).mkdir()
        for number, content in enumerate(inputs):
            (folder / subject / str(number)).write_bytes(content)
    (folder / "words").write_text("".join(f'"{word}"\n' for word in WORDS + ESCAPES))


if __name__ == "__main__":
    main()
