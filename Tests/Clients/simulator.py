"""A simulator of its own for each test, over HTTPS as the clients expect of Meta."""

import os
import pathlib
import subprocess
import tempfile
import unittest
import unittest.mock

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Next to the program under test.
PROGRAM = pathlib.Path(
    os.environ.get("TOKENVAULT_PROGRAM", ROOT / ".build-release/release/tokenvault")
).with_name("graph-simulator")

# The simulator's sample state.
APP = "1234567890123456"
SECRET = "FAKEsecret0001"
SHORT_TOKEN = "EAAFAKEshort0001"
EXPIRED_TOKEN = "EAAFAKEexpired01"
USER = "10200000000000009"
CODE = "AQAFAKEcode0000"
REDIRECT = "http://localhost:47231/"


class SimulatorTestCase(unittest.TestCase):
    """Starts the real executable, with a certificate made for the purpose."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificate = f"{folder.name}/certificate.pem"
        cls.key = f"{folder.name}/key.pem"
        make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        make += ["-nodes", "-days", "2", "-subj", "/CN=localhost"]
        make += ["-addext", "subjectAltName=DNS:localhost"]
        make += ["-keyout", cls.key, "-out", cls.certificate]
        subprocess.run(make, check=True, stderr=subprocess.DEVNULL)
        # What the environment says of certificates and proxies counts more than a session's setting.
        variables = {"REQUESTS_CA_BUNDLE": cls.certificate, "NO_PROXY": "localhost"}
        cls.enterClassContext(unittest.mock.patch.dict(os.environ, variables))

    def setUp(self):
        command = [PROGRAM, "--certificate", self.certificate, "--private-key", self.key]
        self.program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end)
        self.url = self.program.stdout.readline().strip()

    def end(self):
        self.program.terminate()
        self.program.stdout.close()
        self.assertEqual(self.program.wait(), 0)

    def tell(self, call, document):
        """Makes one of the `/_simulator` calls."""
        answer = requests.post(
            f"{self.url}/_simulator/{call}", json=document, verify=self.certificate
        )
        self.assertEqual(answer.status_code, 200, answer.text)

    def seen(self):
        """What the simulator was asked, as (method, path)."""
        answer = requests.get(f"{self.url}/_simulator/requests", verify=self.certificate)
        return [(request["method"], request["path"]) for request in answer.json()]
