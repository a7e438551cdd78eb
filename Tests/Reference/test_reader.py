"""Tests that the reader in C, which follows SECURITY.md, agrees with the vectors."""

import hashlib
import json
import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
VECTORS = HERE.parent / "Vectors"
MANIFEST = json.loads((VECTORS / "manifest.json").read_text())["vectors"]


class ReaderTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.reader = pathlib.Path(cls.folder.name) / "reader"
        sources = [HERE / "reader.c", HERE / "reader_metadata.c"]
        flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-fsanitize=address,undefined"]
        subprocess.run(["gcc", *flags, "-o", cls.reader, *sources, "-lsodium"], check=True)

    def unlock(self, vector):
        if "key_file" in vector["unlock"]:
            return ["key", VECTORS / vector["unlock"]["key_file"]]
        passphrase = pathlib.Path(self.folder.name) / "passphrase"
        passphrase.write_bytes(vector["unlock"]["passphrase"].encode())
        return ["passphrase", passphrase]

    def test_it_opens_valid_vaults_and_rejects_all_others(self):
        # The reader never frees memory, which does not matter here.
        environment = {"ASAN_OPTIONS": "detect_leaks=0"}
        for vector in MANIFEST:
            with self.subTest(vector["name"]):
                run = subprocess.run(
                    [self.reader, *self.unlock(vector), VECTORS / vector["file"]],
                    capture_output=True, env=environment)
                self.assertEqual(run.returncode, 0 if vector["expect"] == "open" else 1, run.stderr)
                if run.returncode:
                    self.assertEqual(run.stderr.count(b"\n"), 1, run.stderr)
                    self.assertEqual(run.stdout, b"")
                else:
                    self.assertEqual(run.stderr.decode().split(), vector.get("unvouched", []))
                    self.assert_contents(vector, run.stdout)

    def assert_contents(self, vector, plaintext):
        self.assertEqual(plaintext.count(b"\n"), vector["count"])
        if "records" in vector:
            lines = [
                f"{one['reference']}\t{one['secret']}\t{one['metadata']}\n".encode()
                for one in vector["records"]]
            self.assertEqual(plaintext, b"".join(lines))
        else:
            self.assertEqual(hashlib.sha256(plaintext).hexdigest(), vector["records_sha256"])


if __name__ == "__main__":
    unittest.main()
