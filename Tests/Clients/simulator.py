"""A test case that starts a simulator for each test, with HTTPS as the clients expect."""

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
    """Starts the real program with a temporary certificate."""

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
        # The environment's certificates and proxies override those of a session.
        variables = {"REQUESTS_CA_BUNDLE": cls.certificate, "NO_PROXY": "localhost"}
        cls.enterClassContext(unittest.mock.patch.dict(os.environ, variables))

    def setUp(self):
        command = [PROGRAM, "--certificate", self.certificate, "--private-key", self.key]
        self.program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        self.url = self.program.stdout.readline().strip()

    def stop(self):
        self.program.terminate()
        self.program.stdout.close()
        self.assertEqual(self.program.wait(), 0)

    def configure(self, call, document):
        """Makes one of the `/_simulator` calls."""
        response = requests.post(
            f"{self.url}/_simulator/{call}", json=document, verify=self.certificate
        )
        self.assertEqual(response.status_code, 200, response.text)

    def recorded_requests(self):
        """Returns the recorded requests as (method, path)."""
        response = requests.get(f"{self.url}/_simulator/requests", verify=self.certificate)
        return [(request["method"], request["path"]) for request in response.json()]
