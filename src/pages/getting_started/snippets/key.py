import json, os, sys, time
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

BASE_URL = "@BASE_URL@"
USERNAME = "@USERNAME@"
API_KEY = os.environ["KEYWARD_API_KEY"]
PASSWORD = os.environ["KEYWARD_PASSWORD"]

session = build_opener(HTTPCookieProcessor())


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = Request(BASE_URL + path, data, {"Content-Type": "application/json"}, method=method)
    with session.open(request) as response:
        return json.load(response)


def obfuscate(key, timestamp):
    high = timestamp[-6:]
    low = f"{int(high) >> 1:06}"
    return "".join([key[int(d)] for d in high] + [key[int(d) + 2] for d in low])


def sign_in():
    for is_last in (False, True):
        now = str(int(time.time() * 1000))
        body = {"apiKey": obfuscate(API_KEY, now), "username": USERNAME, "password": PASSWORD, "timestamp": now}
        try:
            return call("POST", "/authenticatedSession", body)
        except HTTPError as error:
            answer = error.read().decode()
            if is_last or "TIMESTAMP_UNUSABLE" not in answer:
                sys.exit(answer)


sign_in()
try:
    print(call("GET", "/authenticatedSession"))  # your calls go here
finally:
    print(call("DELETE", "/authenticatedSession"))
