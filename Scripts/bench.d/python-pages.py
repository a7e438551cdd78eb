"""What people use today to list pages: facebook-sdk with its default settings.

    python-pages.py URL <TOKEN
"""

import sys

import facebook

facebook.FACEBOOK_GRAPH_URL = f"{sys.argv[1]}/"
graph = facebook.GraphAPI(sys.stdin.read().strip(), version="3.1")
for page in graph.get_all_connections("me", "accounts"):
    print(page["id"], page["name"], page["access_token"])
