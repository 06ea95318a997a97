#!/usr/bin/env bash
set -euo pipefail

base_url='@BASE_URL@'
username='@USERNAME@'
: "${KEYWARD_API_KEY:?}" "${KEYWARD_PASSWORD:?}"
cookies=$(mktemp)
trap 'rm -f "$cookies"' EXIT

json() { # a JSON string
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

obfuscate() { # the key at a timestamp in milliseconds
  local key=$1 high=${2: -6} low i
  printf -v low %06d $((10#$high >> 1))
  for i in 0 1 2 3 4 5; do printf %s "${key:${high:i:1}:1}"; done
  for i in 0 1 2 3 4 5; do printf %s "${key:${low:i:1} + 2:1}"; done
}

call() { # a request to the session, with a body from standard input
  curl --silent --show-error --cookie "$cookies" --cookie-jar "$cookies" \
    --header 'Content-Type: application/json' "$@" "$base_url/authenticatedSession"
}

sign_in() {
  local now=$(($(date +%s) * 1000 + RANDOM % 1000))
  printf '{"apiKey": "%s", "username": %s, "password": %s, "timestamp": "%s"}' \
    "$(obfuscate "$KEYWARD_API_KEY" "$now")" "$(json "$username")" "$(json "$KEYWARD_PASSWORD")" "$now" |
    call --data-binary @-
}

answer=$(sign_in)
if [[ $answer == *TIMESTAMP_UNUSABLE* ]]; then answer=$(sign_in); fi
if [[ $answer != *ADMIN_LOGIN* ]]; then
  echo "$answer" >&2
  exit 1
fi
call && echo                  # your calls go here
call --request DELETE && echo # sign out
