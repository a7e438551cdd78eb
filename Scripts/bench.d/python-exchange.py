"""What people use today to exchange a short-lived token for a long-lived one.

    python-exchange.py requests|facebook-sdk URL APP SECRET <TOKEN
"""

import sys

way, url, app, secret = sys.argv[1:]
token = sys.stdin.read().strip()
if way == "requests":
    import requests

    answer = requests.get(f"{url}/v26.0/oauth/access_token", params={
        "grant_type": "fb_exchange_token", "client_id": app, "client_secret": secret,
        "fb_exchange_token": token,
    }).json()
else:
    import facebook

    facebook.FACEBOOK_GRAPH_URL = f"{url}/"
    answer = facebook.GraphAPI(token, version="3.1").extend_access_token(app, secret)
print(answer["access_token"])
