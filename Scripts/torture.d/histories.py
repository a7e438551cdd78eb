"""Runs random histories of machines that share a vault: Tests/SharingTests, with more histories."""

import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Broken(Exception):
    """A history broke a rule."""


def simulate(_program, count, _dice):
    begun = time.monotonic()
    test = subprocess.run(
        ["swift", "test", "--force-resolved-versions", "--filter", "^SharingTests\\.SimulationTests"],
        cwd=ROOT, env={**os.environ, "TOKENVAULT_HISTORIES": str(count)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    if test.returncode != 0:
        lines = [line for line in test.stdout.splitlines() if line.startswith(("✘", "↳"))]
        raise Broken("\n".join(lines) or test.stdout[-2000:])
    return {"histories": count, "seconds": round(time.monotonic() - begun)}
