#!/usr/bin/env python3
"""A person at a real browser: opens the address, presses a button, reads the page that follows.

Started as BROWSER, with the address as its argument. Chromium has no window and a profile of its own;
it is driven by WebDriver. What the person saw is written, once it is all there, to the file that
BROWSER_REPORT names; BROWSER_BUTTON is the id of the button.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

# Seconds that anything may take; far more than it takes.
PATIENCE = 100

OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--no-proxy-server",
]


class Driver:
    """One session of WebDriver."""

    def __init__(self, port, profile):
        self.base = f"http://127.0.0.1:{port}"
        capabilities = {
            "goog:chromeOptions": {"args": OPTIONS + [f"--user-data-dir={profile}"]},
            "timeouts": {"implicit": PATIENCE * 1000, "pageLoad": PATIENCE * 1000},
        }
        session = self.ask("/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.base += f"/session/{session['sessionId']}"

    def ask(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def find(self, selector):
        """The first such element, waited for."""
        found = self.ask("/element", {"using": "css selector", "value": selector})
        return "/element/" + next(iter(found.values()))

    def text(self, selector):
        return self.ask(self.find(selector) + "/text")


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
                browser.ask("/url", {"url": sys.argv[1]})
                dialog = browser.text("h1")
                browser.ask(browser.find("#" + os.environ["BROWSER_BUTTON"]) + "/click", {})
                # The page of the listener has a paragraph, the dialog none.
                seen = {"start": sys.argv[1], "dialog": dialog, "text": browser.text("p"),
                        "title": browser.ask("/title"), "address": browser.ask("/url")}
            finally:
                browser.ask("", method="DELETE")
        except Exception as error:
            seen = {"failure": repr(error)}
        finally:
            driver.terminate()
            driver.wait()
    with open(report + ".new", "w") as file:
        json.dump(seen, file)
    os.rename(report + ".new", report)


main()
