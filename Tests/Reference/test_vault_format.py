"""Tests of the reference implementation: `python3 -m unittest discover Tests/Reference`."""

import dataclasses
import functools
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import forge
import metadata
import sodium
import vault_format
import vault_writer

VECTORS = pathlib.Path(__file__).parent.parent / "Vectors"
MANIFEST = json.loads((VECTORS / "manifest.json").read_text())["vectors"]


def setUpModule():
    vault_format.passphrase_key = functools.cache(vault_format.passphrase_key)


def unlock(vector):
    if "key_file" in vector["unlock"]:
        return {"key_file": (VECTORS / vector["unlock"]["key_file"]).read_bytes()}
    return {"passphrase": vector["unlock"]["passphrase"].encode()}


def statuses(vector):
    status = vector["status"]
    return status if isinstance(status, list) else [status]


def encoded_again(file, vault):
    """Encodes what the reader returned, which must result in the same file."""
    nonce = vault_format.parse_header(file)[1][:32]
    key = vault_format.payload_key(vault.data_key, vault.header.mac, nonce)
    plaintext = vault_format.encode_records(vault.records)
    return vault.header.encoded() + nonce + vault_format.seal_payload(key, plaintext)


class VectorTests(unittest.TestCase):
    def test_each_vector_has_the_outcome_in_the_manifest(self):
        for vector in MANIFEST:
            with self.subTest(vector["name"]):
                file = (VECTORS / vector["file"]).read_bytes()
                try:
                    vault = vault_format.read(file, **unlock(vector))
                except vault_format.VaultError as error:
                    self.assertIn(error.status, statuses(vector))
                else:
                    self.assertEqual(vector["status"], 0)
                    self.assert_contents(vector, vault)
                    self.assertEqual(encoded_again(file, vault), file)

    def assert_contents(self, vector, vault):
        self.assertEqual(vault.header.epoch, vector["epoch"])
        self.assertEqual(vault.header.generation, vector["generation"])
        self.assertEqual(len(vault.records), vector["count"])
        self.assertEqual([name.decode() for name in vault.unvouched()], vector.get("unvouched", []))
        if "records" in vector:
            names = ("reference", "secret", "metadata")
            found = [{name: getattr(one, name).decode() for name in names} for one in vault.records]
            self.assertEqual(found, vector["records"])
        else:
            plaintext = vault_format.encode_records(vault.records)
            self.assertEqual(hashlib.sha256(plaintext).hexdigest(), vector["records_sha256"])

    def test_manifest_and_directory_have_the_same_files(self):
        named = {vector["file"] for vector in MANIFEST} | {"manifest.json"}
        named |= {vector["unlock"].get("key_file", "manifest.json") for vector in MANIFEST}
        found = {path.name for path in VECTORS.iterdir() if not path.name.startswith(".")}
        self.assertEqual(named, found)

    def test_limits_are_checked_before_the_kdf(self):
        limits = [one for one in MANIFEST if one["name"].startswith(("header-opslimit", "header-memlimit"))]
        self.assertGreater(len(limits), 8)
        with mock.patch.object(vault_format, "passphrase_key", side_effect=AssertionError):
            for vector in limits:
                with self.subTest(vector["name"]), self.assertRaises(vault_format.Damaged):
                    vault_format.read((VECTORS / vector["file"]).read_bytes(), **unlock(vector))


class MalleabilityTests(unittest.TestCase):
    """Only the unchanged file opens."""

    @classmethod
    def setUpClass(cls):
        cls.file = forge.forge("malleability")
        cls.methods = ({"passphrase": forge.PASSPHRASE}, {"key_file": forge.M1.key_file()})

    def assert_rejected(self, file, **method):
        with self.assertRaises(vault_format.VaultError):
            vault_format.read(file, **method)

    def test_the_unchanged_file_opens(self):
        for method in self.methods:
            self.assertEqual(encoded_again(self.file, vault_format.read(self.file, **method)), self.file)

    def test_no_bit_can_be_flipped(self):
        for method in self.methods:
            for position in range(len(self.file)):
                for bit in range(8):
                    with self.subTest(position=position, bit=bit, method=list(method)):
                        self.assert_rejected(forge.flip(position, bit)(self.file), **method)

    def test_it_cannot_be_truncated(self):
        for method in self.methods:
            for size in range(len(self.file)):
                with self.subTest(size=size, method=list(method)):
                    self.assert_rejected(self.file[:size], **method)

    def test_no_byte_can_be_inserted_or_removed(self):
        method = self.methods[1]
        for position in range(len(self.file)):
            before, after = self.file[:position], self.file[position:]
            with self.subTest(position=position):
                self.assert_rejected(before + after[1:], **method)
                for byte in (b"\0", b"\n", b" ", b"A"):
                    self.assert_rejected(before + byte + after, **method)
        self.assert_rejected(self.file + b"\n", **method)


class WriterTests(unittest.TestCase):
    def setUp(self):
        record = vault_format.Record(b"app:1", b"FAKE", b"{}")
        self.random = vault_writer.seeded(self.id())
        self.vault = vault_writer.init(b"FAKE pass", self.random, 1, 65536, [record])

    def with_key(self, vault, name):
        private_key = self.random(32)
        public_key = sodium.public_key(private_key)
        machine = vault_format.MachineKey(private_key, vault.header.public_key)
        return vault_writer.add_key(vault, name, public_key, self.random), machine.encoded()

    def test_a_removed_key_and_an_old_passphrase_cannot_open_later_saves(self):
        vault, kept = self.with_key(self.vault, b"kept")
        vault, removed = self.with_key(vault, b"removed")
        vault = vault_writer.new_epoch(vault, b"FAKE new", self.random, without=b"removed")
        file = vault_writer.encode(vault_writer.next_generation(vault), self.random)
        for method in ({"passphrase": b"FAKE new"}, {"key_file": kept}):
            opened = vault_format.read(file, **method)
            self.assertEqual((opened.header.epoch, opened.header.generation), (2, 2))
            self.assertEqual(opened.records, self.vault.records)
        for method in ({"passphrase": b"FAKE pass"}, {"key_file": removed}):
            with self.assertRaises(vault_format.Locked):
                vault_format.read(file, **method)

    def test_a_slot_not_made_by_the_owner_gets_no_new_data_key(self):
        vault, kept = self.with_key(self.vault, b"kept")
        planted = dataclasses.replace(vault.header.keys[0], name=b"planted", public_key=self.random(32))
        header = dataclasses.replace(vault.header, keys=(*vault.header.keys, planted))
        vault = dataclasses.replace(vault, header=header)
        self.assertEqual(vault.unvouched(), [b"planted"])
        renewed = vault_writer.new_epoch(vault, b"FAKE pass", self.random)
        self.assertEqual([slot.name for slot in renewed.header.keys], [b"kept"])
        self.assertEqual(renewed.unvouched(), [])
        file = vault_writer.encode(vault_writer.next_generation(renewed), self.random)
        self.assertEqual(vault_format.read(file, key_file=kept).records, self.vault.records)

    def test_libsodium_opens_the_reproducible_seal(self):
        private_key = self.random(32)
        sealed = sodium.box_seal(b"FAKE", sodium.public_key(private_key), self.random(32))
        self.assertEqual(sodium.box_seal_open(sealed, private_key), b"FAKE")

    def test_it_writes_nothing_that_a_reader_rejects(self):
        for fields in ((b"app:0", b"FAKE", b"{}"), (b"app:1", b"", b"{}"), (b"app:1", b"FAKE", b"[]")):
            vault = vault_writer.next_generation(self.vault, [vault_format.Record(*fields)])
            with self.assertRaises(vault_format.Damaged):
                vault_writer.encode(vault, self.random)


class MetadataTests(unittest.TestCase):
    def test_the_scanner_agrees_with_the_json_module(self):
        for vector in MANIFEST:
            for record in vector.get("records", ()):
                text = record["metadata"]
                theirs = json.loads(text, parse_int=str, parse_float=str)
                self.assertEqual(metadata.parse(text.encode()), theirs)


class CommandTests(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        (self.directory / "words").write_text("FAKE pass\n")
        (self.directory / "new-words").write_text("FAKE new\n")
        (self.directory / "records").write_text('{"reference":"app:1","secret":"FAKE","metadata":{}}\n')

    def run_command(self, arguments, status=0):
        command = [sys.executable, pathlib.Path(vault_format.__file__), *arguments.split()]
        done = subprocess.run(command, cwd=self.directory, capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def test_all_commands_on_one_vault(self):
        cheap = "--opslimit 1 --memlimit 65536"
        self.run_command(f"write v --passphrase-file words --records records {cheap}")
        self.run_command(f"write v --passphrase-file words {cheap}", status=73)
        self.run_command("make-key v --passphrase-file words host host.key")
        self.assertEqual(
            self.run_command("verify v --key-file host.key"), "epoch 1, generation 2, 1 records\n")
        self.run_command("rekey v --passphrase-file words --new-passphrase-file new-words --remove-key host")
        self.run_command("verify v --key-file host.key", status=77)
        self.run_command("verify v --passphrase-file words", status=77)
        self.run_command("save v --passphrase-file new-words --records records")
        header, record = map(json.loads, self.run_command("read v --passphrase-file new-words").splitlines())
        self.assertEqual((header["epoch"], header["generation"], header["keys"]), (2, 4, []))
        self.assertEqual(record, {"reference": "app:1", "secret": "FAKE", "metadata": "{}"})

    def test_a_planted_key_fails_the_verification(self):
        file = (VECTORS / "keys-planted.vault").read_bytes()
        (self.directory / "v").write_bytes(file)
        for name in ("m1.key", "m2.key"):
            (self.directory / name).write_bytes((VECTORS / name).read_bytes())
        self.run_command("verify v --key-file m1.key")
        self.run_command("verify v --passphrase-file words", status=65)
        self.run_command("make-key v --passphrase-file words host host.key")
        self.run_command("verify v --key-file m2.key")
        self.run_command("rekey v --passphrase-file words --remove-key host")
        self.run_command("verify v --key-file m2.key", status=77)
        self.run_command("verify v --key-file m1.key")
        self.run_command("verify v --passphrase-file words")

    def test_each_failure_has_its_status(self):
        self.run_command("read none --passphrase-file words", status=66)
        self.run_command("read records --passphrase-file words", status=65)
        self.run_command("read records", status=64)


if __name__ == "__main__":
    unittest.main()
