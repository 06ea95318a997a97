import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { allowCopying } from '../harness/browser.ts'
import { openSession } from '../harness/cloudApi.ts'
import { GettingStartedPage, run } from '../harness/gettingStarted.ts'
import { CLIENT } from '../harness/identityProvider.ts'
import { everything } from '../harness/keyPage.ts'
import { ADMIN } from '../harness/keyward.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { Nginx } from '../harness/nginx.ts'
import { OauthServersPage, expect, test } from '../harness/oauthServers.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { text } from '../harness/text.ts'

/** The Python that has the vendor's SDK. */
const SDK = process.env['KEYWARD_TEST_PYTHON_SDK']
/** A user name with everything that means something within a string of some language. */
const AWKWARD = `al'i"ce\\u0041$home\`id\`{é`

test('each snippet for the key runs as it is shown', async ({ page, keyward, alice }) => {
  test.slow()
  await keyward.sql(`UPDATE admins SET login = '${AWKWARD.replaceAll("'", "''")}', name = '${AWKWARD.replaceAll("'", "''")}'`)
  const key = await alice.reveal()
  const start = await GettingStartedPage.open(page, keyward.url, alice)
  await expect(start.key.locator('dt')).toHaveText(['KEYWARD_API_KEY', 'KEYWARD_PASSWORD'])
  const variables = { KEYWARD_API_KEY: key, KEYWARD_PASSWORD: ADMIN.password }
  const languages = ['curl', 'Python', 'Go', 'JavaScript', 'Java', ...(SDK === undefined ? [] : ['Python SDK'])]
  // A runner that can't have the SDK says so; CI must have it.
  expect(SDK !== undefined || !process.env['CI'], 'the SDK is missing').toBe(true)
  const runs: Promise<string>[] = []
  for (const language of languages) {
    const snippet = await start.snippet(start.key, language)
    expect(snippet.code).not.toContain('@BASE_URL@')
    const search = SDK !== undefined && language === 'Python SDK' ? { PATH: `${path.dirname(SDK)}:${process.env['PATH']}` } : {}
    runs.push(run(snippet, { ...variables, ...search }))
    // One after the other signs in, since two a second may.
    await runs.at(-1)?.catch(() => {})
  }
  for (const [index, output] of (await Promise.all(runs)).entries()) {
    const expected = languages[index] === 'Python SDK' ? ['signed in: True', 'signed out'] : ['ADMIN_LOGIN', 'ACTIVE']
    for (const words of expected) expect(output, languages[index]).toContain(words)
  }
  expect(await keyward.sql('SELECT COUNT(*) FROM api_sessions')).toBe('0')
  expect(await everything(page)).not.toContain(key)
})

test('snippets for tokens run as shown, behind nginx', async ({ page, keyward, alice, provider, scope }) => {
  test.slow()
  const application = createServer((request, response) => {
    let bytes = 0
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    request.on('end', () => response.end(`${request.headers['x-keyward-principal'] ?? request.url?.split('?')[0]} ${bytes} bytes`))
  })
  application.listen(0, '127.0.0.1')
  await once(application, 'listening')
  const nginx = new Nginx()
  try {
    await nginx.start(keyward.url, `http://127.0.0.1:${(application.address() as AddressInfo).port}`)
    await keyward.stop()
    await keyward.start(['--oauth-allowed-networks=127.0.0.1', '--public-api-url', nginx.url])
    const start = await GettingStartedPage.open(page, keyward.url, alice)
    await expect(start.tokens.getByRole('link', { name: text('oauth-servers.title') })).toBeVisible()
    await expect(start.sandbox.getByRole('link', { name: text('sandbox-tokens.title') })).toBeVisible()
    const servers = await OauthServersPage.open(page, keyward.url, alice)
    await servers.doAddRole('scripts', text('api-roles.full'))
    await servers.doAdd(provider)
    const token = await (await SandboxTokensPage.open(page, keyward.url, alice)).doAdd('scanner')

    await GettingStartedPage.open(page, keyward.url, alice)
    const ofToken = {
      KEYWARD_TOKEN_URL: `${provider.url}/token`,
      KEYWARD_CLIENT_ID: CLIENT.id,
      KEYWARD_CLIENT_SECRET: CLIENT.secret,
      KEYWARD_SERVICE_URL: `${nginx.url}/reports`,
    }
    const ofSandbox = { KEYWARD_SANDBOX_TOKEN: token }
    const languages = ['curl', 'Python', 'JavaScript']
    await expect(start.tokens.getByRole('tab')).toHaveText(languages)
    await expect(start.sandbox.getByRole('tab')).toHaveText(languages)
    await expect(start.tokens.locator('dt')).toHaveText(Object.keys(ofToken))
    await expect(start.sandbox.locator('dt')).toHaveText(Object.keys(ofSandbox))
    const runs: Promise<string>[] = []
    for (const language of languages) {
      const call = await start.snippet(start.tokens, language)
      expect(call.code).toContain(scope('scripts'))
      runs.push(run(call, ofToken), run(await start.snippet(start.sandbox, language), ofSandbox))
    }
    for (const [index, output] of (await Promise.all(runs)).entries()) {
      expect(output).toContain(index % 2 === 0 ? `oauth-scripts$@${alice.organization}.cloud.example 0 bytes` : '4 bytes')
    }
    expect(await everything(page)).not.toContain(token)
  } finally {
    await nginx.stop()
    application.closeAllConnections()
    application.close()
  }
})

test('tabs go by the keyboard and stay chosen', async ({ page, keyward, alice }) => {
  const start = await GettingStartedPage.open(page, keyward.url, alice)
  const tab = (name: string) => start.key.getByRole('tab', { name, exact: true })
  await tab('curl').focus()
  for (const [pressed, name] of [['ArrowRight', 'Python'], ['End', 'Java'], ['ArrowRight', 'curl'], ['ArrowLeft', 'Java'], ['Home', 'curl'], ['ArrowRight', 'Python']] as const) {
    await page.keyboard.press(pressed)
    await expect(tab(name)).toBeFocused()
    await expect(tab(name)).toHaveAttribute('aria-selected', 'true')
  }
  await page.reload()
  await expect(tab('Python')).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('link', { name: text('frame.crumbs') }).click()
  await page.getByRole('main').getByRole('link', { name: text('frame.getting-started') }).click()
  await expect(tab('Python')).toHaveAttribute('aria-selected', 'true')
})

test('copying a snippet tells the truth', async ({ page, context, keyward, alice }) => {
  const start = await GettingStartedPage.open(page, keyward.url, alice)
  const { code } = await start.snippet(start.key, 'Python')
  const copy = start.key.getByRole('tabpanel').getByRole('button', { name: text('common.copy') })
  await allowCopying(context)
  await copy.click()
  await expect(start.key.getByRole('status').filter({ hasText: text('controls.copied') })).toBeVisible()
  // The page itself may not read the clipboard: what is pasted tells.
  const place = await context.newPage()
  await place.setContent('<textarea></textarea>')
  await place.locator('textarea').press('Control+V')
  await expect(place.locator('textarea')).toHaveValue(code)
  await place.close()

  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await page.reload()
  await copy.click()
  await expect(start.key.getByRole('alert')).toHaveText(text('controls.copy-by-hand-text'))
  // Firefox selects the line feed at the end, too.
  expect((await page.evaluate(() => String(getSelection()))).trimEnd()).toBe(code.trimEnd())
  await expect(start.key.getByRole('button', { name: text('controls.copied') })).toHaveCount(0)
})

test('Try it shows what a script would see, without secrets', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403)
  const key = await alice.reveal()
  const start = await GettingStartedPage.open(page, keyward.url, alice)
  await start.tryIt.click()
  const password = start.dialog.getByLabel(text('getting-started.the-password'), { exact: true })
  const send = start.dialog.getByRole('button', { name: text('getting-started.try-it') })
  await expect(password).toBeFocused()
  await password.fill('not the password')
  await send.click()
  await expect(password).toHaveAccessibleDescription(text('problems.wrong-password'))
  await password.fill(ADMIN.password)
  await send.click()
  await expect(start.dialog.getByText(text('getting-started.worked-title'))).toBeVisible()
  await expect(start.dialog.getByRole('region')).toContainText([/^POST http.*apiKey/s, /^GET http.*ADMIN_LOGIN/s, /^DELETE http.*ACTIVE/s])
  const shown = await everything(page)
  expect(shown).not.toContain(key)
  expect(await start.dialog.textContent()).not.toContain(ADMIN.password)
  await expectNoFindings(page)
  await start.dialog.getByRole('button', { name: text('common.close') }).click()
  await expect(start.tryIt).toBeFocused()
  expect(await keyward.sql('SELECT COUNT(*) FROM api_sessions')).toBe('0')
})

test('a failed sign-in shows its true reason', async ({ page, keyward, alice }) => {
  const start = await GettingStartedPage.open(page, keyward.url, alice)
  await expect(start.failures).toContainText(text('getting-started.no-failures', { days: 7 }))
  const old = await alice.reveal()
  await alice.regenerate()
  expect((await openSession(keyward.url, old, ADMIN, 'nightly/1.0')).status).toBe(400)
  await page.reload()
  const cells = start.failures.getByRole('row').filter({ has: page.getByRole('cell') }).first().getByRole('cell')
  const reason = text('audit-reasons.former-key')
  await expect(cells).toHaveText([/\d/, ADMIN.username, '127.0.0.1', 'nightly/1.0', reason, '1'])
  // The key page has the last one, and leads here.
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
  const usage = page.getByRole('region', { name: text('key-usage.heading') })
  await expect(usage.getByText(reason)).toBeVisible()
  await usage.getByRole('link', { name: text('frame.recent-failures') }).click()
  await expect(cells.first()).toBeVisible()
})

test('each state of the page says why', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(403)
  const start = await GettingStartedPage.open(page, keyward.url, alice)
  await expect(start.tryIt).not.toHaveAttribute('aria-disabled', 'true')
  const shows = async (words: string) => {
    await page.reload()
    await expect(page.getByRole('main').getByText(words).first()).toBeVisible()
  }
  await keyward.key('disable')
  await shows(text('api-key.disabled-title'))
  await keyward.key('enable')
  await keyward.subscription('expired')
  await shows(text('common.subscription-expired'))
  await keyward.subscription('none')
  await shows(text('frame.no-subscription'))
  await keyward.subscription('active')
  await keyward.role('Auditor')
  await shows(text('getting-started.no-api-access-title'))
  await expect(start.tryIt).toHaveAttribute('aria-disabled', 'true')
  await keyward.permission('NONE')
  await shows(text('frame.no-access-title'))
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 360]) {
    test.describe(`in ${colorScheme}, ${width} px wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } })

      test('the page fits and is accessible', async ({ page, keyward, alice }) => {
        await openSession(keyward.url, 'abcdefghijkl')
        const start = await GettingStartedPage.open(page, keyward.url, alice)
        await expect(start.failures.getByRole('cell').first()).toBeVisible()
        await expectNoFindings(page)
        await expectFits(page)
        const folder = process.env['E2E_SCREENSHOTS']
        if (folder) await page.screenshot({ path: `${folder}/start-${colorScheme}-${width}.png`, fullPage: true })
      })
    })
  }
}
