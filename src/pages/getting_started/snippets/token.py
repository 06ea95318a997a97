import base64, json, os, sys
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

SCOPE = "@SCOPE@"
CLIENT_ID, CLIENT_SECRET = os.environ["KEYWARD_CLIENT_ID"], os.environ["KEYWARD_CLIENT_SECRET"]


def fetch(url, headers, form=None):
    try:
        with urlopen(Request(url, form and urlencode(form).encode(), headers)) as response:
            return response.read().decode()
    except HTTPError as error:
        sys.exit(f"{error}: {error.read().decode()}")


basic = base64.b64encode(f"{quote(CLIENT_ID, '')}:{quote(CLIENT_SECRET, '')}".encode()).decode()
form = {"grant_type": "client_credentials", "scope": SCOPE}
token = json.loads(fetch(os.environ["KEYWARD_TOKEN_URL"], {"Authorization": f"Basic {basic}"}, form))["access_token"]
print(fetch(os.environ["KEYWARD_SERVICE_URL"], {"Authorization": f"Bearer {token}"}))
