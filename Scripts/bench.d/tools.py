"""What the bench needs: Debian packages, Python packages, C programs."""

import os
import shutil
import subprocess

from scene import BUILD, SOURCES


class Missing(Exception):
    """A tool is missing; the message says why its rows are not measured."""


def need(command, package):
    """The path of a command; if it is missing, installs its Debian package first if possible."""
    if not shutil.which(command) and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    path = shutil.which(command)
    if not path:
        raise Missing(f"{command} is missing: apt-get install {package}")
    return path


def compiled(name):
    """Compiles a C program of this folder, with Debian's optimization level."""
    program, source = BUILD / name, SOURCES / f"{name}.c"
    newest = max(path.stat().st_mtime for path in (source, SOURCES / "vault.h"))
    if not program.exists() or program.stat().st_mtime < newest:
        if not shutil.which("cc"):
            raise Missing("cc is missing: apt-get install gcc")
        done = subprocess.run(
            ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source, "-lsodium"],
            stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Missing(f"{source.name} cannot be compiled: {done.stderr.splitlines()[-1:]}")
    return program


def python():
    """A Python with the packages that people use for the Graph API, in a separate environment."""
    folder = BUILD / "venv"
    program = folder / "bin" / "python"
    check = [program, "-c", "import requests, facebook"]
    if not program.exists() or subprocess.run(check, stderr=subprocess.DEVNULL).returncode != 0:
        steps = [
            ["python3", "-m", "venv", "--clear", folder],
            [program, "-m", "pip", "install", "-q", "requests", "facebook-sdk"],
        ]
        for step in steps:
            if subprocess.run(step, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
                shutil.rmtree(folder, ignore_errors=True)
                raise Missing("requests and facebook-sdk cannot be installed from PyPI")
    return program
