#!/usr/bin/env bash
set -euo pipefail

base_url='@SANDBOX_URL@'
: "${KEYWARD_SANDBOX_TOKEN:?}"

# On standard input, where other users of this machine can't see the token.
echo "url = \"$base_url/submit?api_token=$KEYWARD_SANDBOX_TOKEN\"" |
  curl --silent --show-error --fail-with-body --config - --header 'Content-Type: application/octet-stream' \
    --data-binary "@${1:?name a file}"
