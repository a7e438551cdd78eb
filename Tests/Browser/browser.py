#!/usr/bin/env python3
"""A user with a real browser: opens the address, presses a button and reads the next page.

Tests use this program as BROWSER, with the address as its argument. It controls a headless Chromium
with a temporary profile by WebDriver. The variable BROWSER_BUTTON is the ID of the button. What the
user saw is written to the file BROWSER_REPORT, which is complete as soon as it exists.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

# The timeout of each step in seconds, far more than it takes.
TIMEOUT = 100

OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--no-proxy-server",
]


class Driver:
    """A WebDriver session."""

    def __init__(self, port, profile):
        self.base = f"http://127.0.0.1:{port}"
        capabilities = {
            "goog:chromeOptions": {"args": OPTIONS + [f"--user-data-dir={profile}"]},
            "timeouts": {"implicit": TIMEOUT * 1000, "pageLoad": TIMEOUT * 1000},
        }
        session = self.send("/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.base += f"/session/{session['sessionId']}"

    def send(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=TIMEOUT) as response:
            return json.load(response)["value"]

    def find(self, selector):
        """Waits for the first matching element and returns its path."""
        found = self.send("/element", {"using": "css selector", "value": selector})
        return "/element/" + next(iter(found.values()))

    def text(self, selector):
        return self.send(self.find(selector) + "/text")


def main():
    report = os.environ["BROWSER_REPORT"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)
        try:
            for line in driver.stdout:
                port = re.search(r"started successfully on port (\d+)", line)
                if port:
                    break
            else:
                raise RuntimeError("chromedriver does not start")
            browser = Driver(port[1], profile)
            try:
                browser.send("/url", {"url": sys.argv[1]})
                dialog = browser.text("h1")
                browser.send(browser.find("#" + os.environ["BROWSER_BUTTON"]) + "/click", {})
                # The page of the listener has a paragraph; the dialog does not.
                seen = {"start": sys.argv[1], "dialog": dialog, "text": browser.text("p"),
                        "title": browser.send("/title"), "address": browser.send("/url")}
            finally:
                browser.send("", method="DELETE")
        except Exception as error:
            seen = {"failure": repr(error)}
        finally:
            driver.terminate()
            driver.wait()
    with open(report + ".new", "w") as file:
        json.dump(seen, file)
    os.rename(report + ".new", report)


main()
