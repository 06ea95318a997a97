// Keys of an authorization server, an access token by each, and how often a second such a signature alone is verified, on one
// core. Prints JSON. Arguments: organization, seconds for each.
import { generateKeyPairSync, sign, verify } from 'node:crypto'

const [organization, seconds] = process.argv.slice(2).map(Number)
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
  const { publicKey, privateKey } = pair
  keys.push({ ...publicKey.export({ format: 'jwk' }), kid: alg, alg, use: 'sig' })
  const message = Buffer.from(`${part({ typ: 'at+jwt', alg, kid: alg })}.${part(claims)}`)
  const signature = sign('sha256', message, { key: privateKey, dsaEncoding: encoding })
  const key = { key: publicKey, dsaEncoding: encoding }
  let verified = 0
  const begin = performance.now()
  while (performance.now() - begin < seconds * 1000) {
    if (!verify('sha256', message, key, signature)) throw new Error('the signature is wrong')
    verified++
  }
  const perSecond = verified / ((performance.now() - begin) / 1000)
  tokens[alg] = { token: `${message}.${signature.toString('base64url')}`, verifiedPerSecond: perSecond }
}
console.log(JSON.stringify({ jwks: { keys }, tokens }))
