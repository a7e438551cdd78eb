"""oidc-agent."""

from tools import Missing


def token(scene):
    raise Missing("not yet")
