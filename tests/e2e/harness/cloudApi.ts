import { ADMIN } from './keyward.ts'

/** What a script gets when it signs in to the cloud service API. */
export interface ScriptSession {
  status: number
  code: string | undefined
  cookie: string
}

/** Signs in as a script does, with a key and an admin's password. */
export async function openSession(url: string, key: string, admin = ADMIN, agent = 'script'): Promise<ScriptSession> {
  const body = signInBody(key, admin)
  const headers = { 'content-type': 'application/json', 'user-agent': agent }
  const answer = await fetch(`${url}/api/v1/authenticatedSession`, { method: 'POST', headers, body })
  const { code } = (await answer.json()) as { code?: string }
  return { status: answer.status, code, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

/** The body of a sign-in, good for two hours. Of each million timestamps, 683 show too little of the key. */
export function signInBody(key: string, admin = ADMIN): string {
  let now = Date.now()
  while (new Set(obfuscate('abcdefghijkl', String(now))).size < 4) now -= 1
  const timestamp = String(now)
  return JSON.stringify({ apiKey: obfuscate(key, timestamp), ...admin, timestamp })
}

/** Whether the session still opens the API: `authType` is there for a live one alone. */
export async function isAlive(url: string, session: ScriptSession): Promise<boolean> {
  const answer = await fetch(`${url}/api/v1/authenticatedSession`, { headers: { cookie: session.cookie } })
  return 'authType' in ((await answer.json()) as object)
}

/** What a proxy is told of a call with an access token. */
export async function verify(url: string, token: string): Promise<Response> {
  return fetch(`${url}/verify`, { headers: { authorization: `Bearer ${token}`, 'user-agent': 'script/1.0' } })
}

/** Hides a key from logs, as the vendor's clients do. */
function obfuscate(key: string, timestamp: string): string {
  const high = timestamp.slice(-6)
  const low = String(Number(high) >> 1).padStart(6, '0')
  const pick = (digits: string, offset: number) => [...digits].map((digit) => key[Number(digit) + offset]).join('')
  return pick(high, 0) + pick(low, 2)
}
