import os, sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

BASE_URL = "@SANDBOX_URL@"
TOKEN = os.environ["KEYWARD_SANDBOX_TOKEN"]

with open(sys.argv[1], "rb") as file:
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(os.path.getsize(file.name))}
    try:
        with urlopen(Request(f"{BASE_URL}/submit?api_token={TOKEN}", file, headers)) as response:
            print(response.read().decode())
    except HTTPError as error:
        sys.exit(f"{error}: {error.read().decode()}")
