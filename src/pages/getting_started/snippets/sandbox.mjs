import { readFile } from "node:fs/promises";

const baseUrl = "@SANDBOX_URL@";
const token = process.env.KEYWARD_SANDBOX_TOKEN;

const response = await fetch(`${baseUrl}/submit?api_token=${token}`, {
  method: "POST",
  headers: { "Content-Type": "application/octet-stream" },
  body: await readFile(process.argv[2]),
});
const answer = await response.text();
if (!response.ok) throw new Error(`${response.status}: ${answer}`);
console.log(answer);
