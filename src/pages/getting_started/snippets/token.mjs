const scope = "@SCOPE@";
const { KEYWARD_TOKEN_URL, KEYWARD_CLIENT_ID, KEYWARD_CLIENT_SECRET, KEYWARD_SERVICE_URL } = process.env;

async function fetchText(url, options) {
  const response = await fetch(url, options);
  const answer = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${answer}`);
  return answer;
}

const basic = btoa(`${encodeURIComponent(KEYWARD_CLIENT_ID)}:${encodeURIComponent(KEYWARD_CLIENT_SECRET)}`);
const { access_token: token } = JSON.parse(
  await fetchText(KEYWARD_TOKEN_URL, {
    method: "POST",
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope }),
  }),
);
console.log(await fetchText(KEYWARD_SERVICE_URL, { headers: { Authorization: `Bearer ${token}` } }));
