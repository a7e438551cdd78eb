"""Calls of Meta's own business SDK to the simulator."""

import warnings

# Importing the SDK causes warnings.
warnings.filterwarnings("ignore", category=DeprecationWarning)

from facebook_business.adobjects.page import Page  # noqa: E402
from facebook_business.adobjects.user import User  # noqa: E402
from facebook_business.api import FacebookAdsApi  # noqa: E402
from facebook_business.exceptions import FacebookRequestError  # noqa: E402
from facebook_business.session import FacebookSession  # noqa: E402

from simulator import APP, EXPIRED_TOKEN, SECRET, SHORT_TOKEN, USER, SimulatorTestCase  # noqa: E402


class FacebookBusiness(SimulatorTestCase):
    def api(self, token=SHORT_TOKEN, secret=SECRET):
        session = FacebookSession(APP, secret, token)
        session.GRAPH = self.url
        session.requests.verify = self.certificate
        self.addCleanup(session.requests.close)
        return FacebookAdsApi(session)

    def fails(self, call, *arguments, **named):
        with self.assertRaises(FacebookRequestError) as caught:
            call(*arguments, **named)
        return caught.exception

    def test_identity(self):
        me = User("me", api=self.api()).api_get(fields=["id", "name"])
        self.assertEqual((me["id"], me["name"]), (USER, "Ann Fake"))

    def test_exchange_and_app_token(self):
        parameters = {"grant_type": "fb_exchange_token", "client_id": APP, "client_secret": SECRET}
        parameters["fb_exchange_token"] = SHORT_TOKEN
        response = self.api().call("GET", ("oauth", "access_token"), parameters).json()
        self.assertTrue(response["access_token"].startswith("EAAFAKElong"))
        parameters = {"grant_type": "client_credentials", "client_id": APP, "client_secret": SECRET}
        response = self.api().call("POST", ("oauth", "access_token"), parameters).json()
        self.assertTrue(response["access_token"].startswith(APP + "|"))

    def test_debug_token(self):
        api = self.api(f"{APP}|{SECRET}", secret=None)
        data = api.call("GET", ("debug_token",), {"input_token": SHORT_TOKEN}).json()["data"]
        self.assertTrue(data["is_valid"])
        self.assertEqual(data["user_id"], USER)

    def test_paging_with_proof(self):
        self.configure("state", {"apps": [{"id": APP, "require_proof": True}]})
        cursor = User("me", api=self.api()).get_accounts(
            fields=[Page.Field.id, Page.Field.name, Page.Field.access_token],
            params={"limit": 10},
        )
        pages = list(cursor)
        self.assertEqual(len({page["id"] for page in pages}), 27)
        token = pages[0]["access_token"]
        page = Page(pages[0]["id"], api=self.api(token)).api_get(fields=["id", "name"])
        self.assertEqual(page["name"], "Fake Café")

    def test_proof(self):
        self.configure("state", {"apps": [{"id": APP, "require_proof": True}]})
        for api in [self.api(secret=None), self.api(secret="FAKEwrong")]:
            error = self.fails(User("me", api=api).api_get)
            self.assertEqual(error.api_error_code(), 100)
            self.assertEqual(error.api_error_type(), "GraphMethodException")
            self.assertIn("appsecret_proof", error.api_error_message())

    def test_error_objects(self):
        error = self.fails(User("me", api=self.api(EXPIRED_TOKEN)).api_get)
        self.assertEqual(error.http_status(), 400)
        self.assertEqual((error.api_error_code(), error.api_error_subcode()), (190, 463))
        self.assertEqual(error.api_error_type(), "OAuthException")
        self.assertFalse(error.api_transient_error())
        self.assertTrue(error.body()["error"]["fbtrace_id"].startswith("A"))
        gone = self.fails(Page("1029999999999999", api=self.api()).api_get)
        self.assertEqual((gone.api_error_code(), gone.api_error_subcode()), (100, 33))

    def test_transient_errors(self):
        fault = {"match": "me", "kind": "error", "code": 2, "status": 503, "is_transient": True}
        self.configure("faults", [fault | {"times": 1}])
        user = User("me", api=self.api())
        error = self.fails(user.api_get)
        self.assertEqual((error.http_status(), error.api_error_code()), (503, 2))
        self.assertTrue(error.api_transient_error())
        self.assertEqual(user.api_get()["id"], USER)

    def test_throttles(self):
        usage = '{"1040000000000001":[{"type":"pages","estimated_time_to_regain_access":19}]}'
        self.configure(
            "faults",
            [{"match": "accounts", "kind": "error", "code": 80001,
              "headers": {"X-Business-Use-Case-Usage": usage}}],
        )
        error = self.fails(User("me", api=self.api()).get_accounts)
        self.assertEqual(error.api_error_code(), 80001)
        self.assertEqual(error.http_headers()["x-business-use-case-usage"], usage)
