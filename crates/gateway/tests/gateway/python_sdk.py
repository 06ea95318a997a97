"""Does with the vendor's SDK what each line of the input says, as JSON, and answers with a line."""

import json
import sys
import time

from zscaler.oneapi_client import LegacyZIAClient, LegacyZTWClient

CLIENTS = {"zia": LegacyZIAClient, "ztw": LegacyZTWClient}


def shown(error):
    """An error as the SDK prints it: JSON where it comes from the server."""
    try:
        return {"error": json.loads(str(error))}
    except ValueError:
        return {"error": str(error)}


def users(client, times):
    """As a script does it that calls in a loop, with something to do for each answer."""
    names = set()
    for _ in range(times):
        found, _, error = client.zia.user_management.list_users()
        if error:
            return None, None, error
        names.update(user.name for user in found)
        time.sleep(0.05)
    return sorted(names), None, None


CALLS = {
    "status": lambda client: client.zia.activate.status(),
    "activate": lambda client: client.zia.activate.activate(),
    "users": users,
    "connector_status": lambda client: client.ztw.activate.get_status(),
    "connector_activate": lambda client, **how: client.ztw.activate.activate(**how),
    "list": lambda client, **query: client.ztw.api_keys.list_api_keys(query),
    "regenerate": lambda client, id: client.ztw.api_keys.regenerate_api_key(id),
}


def plain(value):
    if isinstance(value, list):
        return [plain(item) for item in value]
    if hasattr(value, "request_format"):
        return plain(value.request_format())
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def main():
    client = None
    for line in sys.stdin:
        what, how = json.loads(line)
        try:
            if what in CLIENTS:
                client = CLIENTS[what](how).__enter__()
                answer = {"value": None}
            elif what == "check":
                answer = {"value": client.zia.validate_session_status()}
            elif what == "close":
                # As the end of a with block does it; what the SDK makes of the answer is for those who ask.
                answer = {"value": client.get_request_executor().deauthenticate()}
            else:
                result, _, error = CALLS[what](client, **how)
                answer = shown(error) if error else {"value": plain(result)}
        except Exception as error:
            answer = shown(error)
        print(json.dumps(answer, default=str), flush=True)


main()
