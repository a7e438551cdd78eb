"""Calls of facebook-sdk to the simulator."""

import warnings

# Importing the SDK causes warnings.
warnings.filterwarnings("ignore", category=SyntaxWarning)
warnings.filterwarnings("ignore", category=DeprecationWarning)

import facebook  # noqa: E402
import requests  # noqa: E402

from simulator import (  # noqa: E402
    APP, CODE, EXPIRED_TOKEN, REDIRECT, SECRET, SHORT_TOKEN, USER, SimulatorTestCase,
)


class FacebookSDK(SimulatorTestCase):
    def graph(self, token=SHORT_TOKEN):
        facebook.FACEBOOK_GRAPH_URL = self.url + "/"
        session = requests.Session()
        session.verify = self.certificate
        self.addCleanup(session.close)
        return facebook.GraphAPI(token, session=session)

    def fails(self, call, *arguments):
        with self.assertRaises(facebook.GraphAPIError) as caught:
            call(*arguments)
        return caught.exception

    def test_exchange(self):
        response = self.graph().extend_access_token(APP, SECRET)
        self.assertTrue(response["access_token"].startswith("EAAFAKElong"))
        self.assertAlmostEqual(response["expires_in"], 5_184_000, delta=100)
        self.assertEqual(response["token_type"], "bearer")
        self.assertEqual(self.recorded_requests(), [("GET", "/v2.8/oauth/access_token")])

    def test_exchange_in_the_old_format(self):
        self.configure("faults", [{"match": "oauth/access_token", "kind": "form-encoded"}])
        response = self.graph().extend_access_token(APP, SECRET)
        self.assertTrue(response["access_token"].startswith("EAAFAKElong"))
        self.assertAlmostEqual(int(response["expires"]), 5_184_000, delta=100)

    def test_app_token(self):
        graph = self.graph(None)
        minted = graph.get_app_access_token(APP, SECRET)
        self.assertTrue(minted.startswith(APP + "|"))
        literal = graph.get_app_access_token(APP, SECRET, offline=True)
        for token in [minted, literal]:
            about = self.graph(token).get_object("debug_token", input_token=SHORT_TOKEN)
            self.assertTrue(about["data"]["is_valid"])

    def test_debug_token(self):
        data = self.graph().debug_access_token(SHORT_TOKEN, APP, SECRET)["data"]
        self.assertEqual((data["app_id"], data["type"], data["user_id"]), (APP, "USER", USER))
        self.assertIn("pages_show_list", data["scopes"])
        dead = self.graph().debug_access_token(EXPIRED_TOKEN, APP, SECRET)["data"]
        self.assertFalse(dead["is_valid"])
        self.assertEqual((dead["error"]["code"], dead["error"]["subcode"]), (190, 463))

    def test_paging(self):
        pages = list(self.graph().get_all_connections("me", "accounts"))
        self.assertEqual(len(pages), 27)
        self.assertEqual(len({page["id"] for page in pages}), 27)
        self.assertEqual([page["name"] for page in pages if "access_token" not in page],
                         ["Fake No-Token Page"])
        self.assertEqual(pages[4]["name"], "Fake Bakery 🥐")
        page = self.graph(pages[0]["access_token"]).get_object("me")
        self.assertEqual(page["id"], pages[0]["id"])
        ten = list(self.graph().get_all_connections("me", "accounts", limit=10, fields="id,name"))
        self.assertEqual([set(page) for page in ten], [{"id", "name"}] * 27)

    def test_permissions(self):
        self.assertIn("pages_show_list", self.graph().get_permissions("me"))
        self.assertNotIn("email", self.graph().get_permissions("me"))

    def test_code(self):
        graph = self.graph(None)
        response = graph.get_access_token_from_code(CODE, REDIRECT, APP, SECRET)
        self.assertIn("access_token", response)
        used = self.fails(graph.get_access_token_from_code, CODE, REDIRECT, APP, SECRET)
        self.assertEqual((used.code, used.type), (100, "OAuthException"))

    def test_version(self):
        # The oldest version that still works serves requests to a retired one.
        self.assertGreaterEqual(float(self.graph().get_version()), 21.0)

    def test_error_objects(self):
        expired = self.fails(self.graph(EXPIRED_TOKEN).get_object, "me")
        self.assertEqual((expired.code, expired.type), (190, "OAuthException"))
        self.assertIn("Session has expired on", expired.message)
        wrong = self.fails(self.graph().extend_access_token, APP, "FAKEwrong")
        self.assertEqual((wrong.code, wrong.message), (1, "Error validating client secret."))
        unknown = self.fails(self.graph().extend_access_token, "9999999999999999", SECRET)
        self.assertEqual(unknown.code, 101)

    def test_a_web_page_is_an_error(self):
        self.configure("faults", [{"match": "me", "kind": "html"}])
        self.assertIn("Maintype was not", self.fails(self.graph().get_object, "me").message)
