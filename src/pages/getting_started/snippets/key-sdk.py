# pip install zscaler-sdk-python
import os

# The SDK adds /api/v1 itself.
os.environ["ZIA_OVERRIDE_URL"] = "@HOST_URL@"

from zscaler.oneapi_client import LegacyZIAClient

CONFIG = {
    "username": "@USERNAME@",
    "password": os.environ["KEYWARD_PASSWORD"],
    "api_key": os.environ["KEYWARD_API_KEY"],
    "cloud": "zscaler",  # required, but ZIA_OVERRIDE_URL counts
}


def sign_in():
    try:
        return LegacyZIAClient(CONFIG)
    except Exception as error:
        if "TIMESTAMP_UNUSABLE" not in str(error):
            raise
        return LegacyZIAClient(CONFIG)


with sign_in() as client:
    print("signed in:", client.zia_legacy_client.validate_session_status())  # your calls go here
print("signed out")
