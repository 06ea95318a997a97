const baseUrl = "@BASE_URL@";
const username = "@USERNAME@";
const { KEYWARD_API_KEY: apiKey, KEYWARD_PASSWORD: password } = process.env;

let cookie = "";

async function call(method, path, body) {
  const headers = { "Content-Type": "application/json", Cookie: cookie };
  const response = await fetch(baseUrl + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
  return JSON.parse(answer);
}

function obfuscate(key, timestamp) {
  const high = timestamp.slice(-6);
  const low = String(Number(high) >> 1).padStart(6, "0");
  const pick = (digits, offset) => [...digits].map((digit) => key[Number(digit) + offset]).join("");
  return pick(high, 0) + pick(low, 2);
}

function signIn() {
  const timestamp = String(Date.now());
  return call("POST", "/authenticatedSession", { apiKey: obfuscate(apiKey, timestamp), username, password, timestamp });
}

await signIn().catch((error) => {
  if (!error.message.includes("TIMESTAMP_UNUSABLE")) throw error;
  return signIn();
});
try {
  console.log(await call("GET", "/authenticatedSession")); // your calls go here
} finally {
  console.log(await call("DELETE", "/authenticatedSession"));
}
