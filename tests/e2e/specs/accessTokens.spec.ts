import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verify } from '../harness/cloudApi.ts'
import { CLIENT } from '../harness/identityProvider.ts'
import { Nginx } from '../harness/nginx.ts'
import { OauthServersPage, expect, test } from '../harness/oauthServers.ts'
import { text } from '../harness/text.ts'

test('nginx lets through calls with a valid access token only', async ({ page, keyward, alice, provider, scope }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.doAddRole('scripts', text('api-roles.view'))
  await servers.doAdd(provider)
  const application = createServer((request, response) => response.end(`${request.method} as ${request.headers['x-keyward-principal']}`))
  application.listen(0, '127.0.0.1')
  await once(application, 'listening')
  const nginx = new Nginx()
  try {
    await nginx.start(keyward.url, `http://127.0.0.1:${(application.address() as AddressInfo).port}`)
    const token = await provider.token(scope('scripts'))
    const call = async (given: string, method = 'GET') => {
      const answer = await fetch(`${nginx.url}/reports`, { method, headers: { authorization: `Bearer ${given}` } })
      return { status: answer.status, text: await answer.text(), challenge: answer.headers.get('www-authenticate') }
    }
    const principal = `oauth-scripts$@${alice.organization}.cloud.example`
    expect(await call(token)).toMatchObject({ status: 200, text: `GET as ${principal}` })
    // The role looks only.
    expect((await call(token, 'POST')).status).toBe(403)
    expect((await call(await provider.token(scope('other')))).status).toBe(401)
    expect(await call('none')).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
    await servers.act('Login', text('common.delete'))
    await servers.confirm(text('common.delete'))
    expect((await call(token)).status).toBe(401)
  } finally {
    await nginx.stop()
    application.closeAllConnections()
    application.close()
  }
})

test('each fault of a token has its own answer and audit entry', async ({ page, keyward, alice, provider, scope }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.doAddRole('scripts', text('api-roles.full'))
  await servers.doAdd(provider, 'Login', { 'Audience URI': provider.audience, 'Client ID': CLIENT.id })
  const good = await provider.token(scope('scripts'))
  expect((await verify(keyward.url, good)).status).toBe(204)

  provider.audience = 'https://another.example'
  const forAnother = await provider.token(scope('scripts'))
  const now = Math.floor(Date.now() / 1000)
  const other = provider.another()
  await other.start()
  const ofOther = await other.token(scope('scripts'))
  await other.stop()
  for (const [token, description, reason] of [
    [forAnother, 'The audience of the token is wrong.', 'token-audience-wrong'],
    [provider.signed(good, { claims: { iss: 'https://login.example' } }), 'The issuer of the token is wrong.', 'token-issuer-wrong'],
    [provider.signed(good, { claims: { client_id: 'another' } }), 'The client of the token is wrong.', 'token-client-wrong'],
    [await provider.token(scope('other')), 'The API role in the scope of the token does not exist.', 'token-api-role-unknown'],
    [
      provider.signed(good, { claims: { scope: scope('scripts').replace('cloud', 'fog') } }),
      'The token has no scope of one organization: cloud::organization::role.',
      'token-scope-missing',
    ],
    [provider.signed(good, { claims: { exp: now - 61 } }), 'The token has expired.', 'token-expired'],
    [provider.signed(good, { claims: { nbf: now + 300 } }), 'The token is not valid yet.', 'token-not-yet-valid'],
    // Of a real provider that calls its key by the same name.
    [ofOther, 'The signature of the token is wrong.', 'token-signature-wrong'],
    [provider.signed(good, { header: { alg: 'none' } }), 'The token is not signed with an algorithm that is accepted.', 'token-algorithm-not-accepted'],
    [provider.signedWithPublicKey(good), 'The token is not signed with an algorithm that is accepted.', 'token-algorithm-not-accepted'],
    [provider.signed(good, { header: { kid: 'unknown' } }), 'The token names no key that is known.', 'token-key-unknown'],
  ] as const) {
    const refused = await verify(keyward.url, token)
    expect(refused.status, reason).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe(`Bearer realm="Keyward", error="invalid_token", error_description="${description}"`)
    expect(await keyward.sql('SELECT reason FROM audit_log ORDER BY id DESC LIMIT 1')).toBe(reason)
  }
  // The second token with an unusable algorithm comes within the same minute, and is counted with the first.
  expect(await keyward.sql(`SELECT COUNT(DISTINCT reason) FROM audit_log WHERE client_address = '127.0.0.1' AND reason LIKE 'token-%'`)).toBe('10')
})

test('key rotation takes effect, and an outage is survived', async ({
  page,
  keyward,
  alice,
  provider,
  scope,
}) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.doAddRole('scripts', text('api-roles.full'))
  await servers.doAdd(provider)
  const old = await provider.token(scope('scripts'))
  await expect.poll(async () => (await verify(keyward.url, old)).status).toBe(204)
  await provider.stop()
  expect((await verify(keyward.url, old)).status).toBe(204)
  await provider.start()
  const token = await provider.token(scope('scripts'))
  // Nobody makes the gateway ask the provider more often than every ten seconds.
  await expect.poll(async () => (await verify(keyward.url, token)).status, { timeout: 15_000 }).toBe(204)
  const refused = await verify(keyward.url, old)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('The token names no key that is known.')
})
