#!/usr/bin/env bash
set -euo pipefail

scope='@SCOPE@'
: "${KEYWARD_TOKEN_URL:?}" "${KEYWARD_CLIENT_ID:?}" "${KEYWARD_CLIENT_SECRET:?}" "${KEYWARD_SERVICE_URL:?}"

quote() { # a string in curl's configuration, which other users of this machine can't see
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

answer=$(echo "user = $(quote "$KEYWARD_CLIENT_ID:$KEYWARD_CLIENT_SECRET")" |
  curl --silent --show-error --config - --data grant_type=client_credentials --data-urlencode "scope=$scope" "$KEYWARD_TOKEN_URL")
token=$(sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p' <<< "$answer")
if [[ -z $token ]]; then
  echo "$answer" >&2
  exit 1
fi
echo "header = $(quote "Authorization: Bearer $token")" |
  curl --silent --show-error --fail-with-body --config - "$KEYWARD_SERVICE_URL"
