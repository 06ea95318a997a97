// Keys of an authorization server, and an access token by each. Prints JSON. Argument: organization.
import { generateKeyPairSync, sign } from 'node:crypto'

const [organization] = process.argv.slice(2)
const kinds = {
  RS256: { pair: generateKeyPairSync('rsa', { modulusLength: 2048 }), encoding: undefined },
  ES256: { pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }), encoding: 'ieee-p1363' },
}
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = Math.floor(Date.now() / 1000)
const claims = { iat: now, exp: now + 3600, scope: `cloud.example::${organization}::bench` }

const keys = []
const tokens = {}
for (const [alg, { pair, encoding }] of Object.entries(kinds)) {
  keys.push({ ...pair.publicKey.export({ format: 'jwk' }), kid: alg, alg, use: 'sig' })
  const message = `${part({ typ: 'at+jwt', alg, kid: alg })}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(message), { key: pair.privateKey, dsaEncoding: encoding })
  tokens[alg] = `${message}.${signature.toString('base64url')}`
}
console.log(JSON.stringify({ jwks: { keys }, tokens }))
