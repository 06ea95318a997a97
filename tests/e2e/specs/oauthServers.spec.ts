import { setColorScheme } from '../harness/browser.ts'
import { verify } from '../harness/cloudApi.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { OauthServersPage, expect, test } from '../harness/oauthServers.ts'
import { saying, text } from '../harness/text.ts'

test('a registered server admits a real client until it is deleted', async ({ page, keyward, alice, provider, scope }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await expect(page.getByText(text('oauth-servers.empty-title'))).toBeVisible()
  await servers.doAddRole('scripts', text('api-roles.full'))
  await expect(servers.row(text('api-roles.caption'), 'scripts')).toContainText(scope('scripts'))

  await servers.add.click()
  await servers.field(text('common.name')).fill('Login')
  await servers.button(text('common.add')).click()
  await servers.field(text('oauth-servers.jwks-location')).fill(provider.discovery)
  await servers.button(text('common.add')).click()
  await expect(servers.dialog.getByText(text('oauth-servers.jwks-location-unvalidated'))).toBeVisible()
  await servers.button(text('oauth-servers.validate')).click()
  await expect(servers.field(text('oauth-servers.jwks-location'))).toHaveValue(`${provider.url}/jwks`)
  await expect(servers.field(text('oauth-servers.issuer'))).toHaveValue(provider.url)
  await expect(servers.dialog.getByRole('list', { name: text('oauth-servers.keys') })).toContainText('rsa-1')
  await servers.field(text('oauth-servers.audience')).fill('https://api.example')
  await servers.field(text('oauth-servers.client-id')).fill('script')
  await servers.confirm(text('common.add'))
  await expect(servers.row(text('oauth-servers.caption'), 'Login')).toContainText(text('oauth-servers.enabled'))

  const token = await provider.token(scope('scripts'))
  const admitted = await verify(keyward.url, token)
  expect(admitted.status).toBe(204)
  expect(admitted.headers.get('x-keyward-principal')).toBe(`oauth-scripts$@${alice.organization}.cloud.example`)

  await servers.act('Login', text('token-check.title'))
  await servers.field(text('token-check.token')).fill(token)
  await servers.button(text('token-check.check')).click()
  await expect(servers.dialog.getByText(text('token-check.accepted'))).toBeVisible()
  await servers.field(text('token-check.token')).fill(await provider.token(scope('other')))
  await servers.button(text('token-check.check')).click()
  await expect(servers.dialog.getByText(text('token-check.rejected'))).toBeVisible()
  await expect(servers.dialog.getByText(text('token-check.api-role'))).toBeVisible()
  await expect(servers.dialog.getByRole('table', { name: text('token-check.failed') }).getByRole('row')).toContainText(['', 'API role'])
  await expect(servers.dialog.getByRole('table', { name: text('token-check.passed') })).toBeHidden()
  await servers.dialog.getByText(saying('token-check.passed-count', { count: /\d+/ })).click()
  const expiry = servers.dialog.getByRole('table', { name: text('token-check.passed') }).getByRole('row').filter({ hasText: 'Expiry' })
  // In local time, with UTC on hover.
  await expect(expiry.getByRole('time').first()).toHaveAttribute('title', /Z$/)
  await expect(expiry).not.toContainText('Z')
  await servers.confirm(text('common.close'))

  await expect.poll(() => keyward.sql('SELECT COUNT(*) FROM oauth_clients')).toBe('1')
  await servers.usage.click()
  await expect(servers.dialog.getByRole('row').filter({ hasText: 'script/1.0' })).toContainText('oauth-scripts$@')
  await servers.confirm(text('common.close'))

  await servers.act('Login', text('common.delete'))
  await expect(servers.dialog).toHaveAccessibleName(text('oauth-servers.delete-title', { server: 'Login', organization: 'Acme' }))
  await expect(servers.dialog.getByRole('table', { name: text('oauth-servers.callers-caption') })).toContainText('oauth-scripts$@')
  await servers.confirm(text('common.delete'))
  const refused = await verify(keyward.url, token)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

test('one server is enabled at a time, and saving switches', async ({ page, keyward, alice, provider }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.doAdd(provider, 'First')
  await servers.add.click()
  const enabled = servers.dialog.getByRole('switch', { name: text('oauth-servers.enabled'), exact: true })
  await expect(enabled).not.toBeChecked()
  await expect(servers.button(text('common.add'))).toBeVisible()
  await enabled.check()
  await expect(servers.dialog.getByText(text('oauth-servers.switch-title', { server: 'First' }))).toBeVisible()
  await expect(servers.button(text('oauth-servers.add-and-switch'))).toBeVisible()
  await servers.fill(provider, 'Second')
  await servers.confirm(text('oauth-servers.add-and-switch'))
  await expect(servers.row(text('oauth-servers.caption'), 'First')).toContainText(text('oauth-servers.disabled'))
  await expect(servers.row(text('oauth-servers.caption'), 'Second')).toContainText(text('oauth-servers.enabled'))
  await expect(servers.add).toHaveAccessibleDescription(new RegExp(text('refusals.oauth-server-limit')))

  await servers.act('Second', text('common.edit'))
  await servers.dialog.getByRole('switch', { name: text('oauth-servers.enabled'), exact: true }).uncheck()
  await servers.confirm(text('common.save'))
  await expect(servers.row(text('oauth-servers.caption'), 'Second')).toContainText(text('oauth-servers.disabled'))
})

test('what can not be used says why, and what was typed stays', async ({ page, keyward, alice, provider }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.add.click()
  await servers.field(text('common.name')).fill('two words')
  for (const [location, reason] of [
    ['https://10.0.0.1/keys', text('jwks.address-not-allowed')],
    [`${provider.url}/nothing`, text('jwks.status', { status: '404' })],
    ['https://nowhere.invalid/keys', text('jwks.dns')],
    [provider.url.replace('http', 'https'), text('jwks.tls-version')],
  ] as const) {
    await servers.field(text('oauth-servers.jwks-location')).fill(location)
    await servers.button(text('oauth-servers.validate')).click()
    await expect(servers.dialog.getByText(reason)).toBeVisible()
  }
  await servers.button(text('common.add')).click()
  await expect(servers.dialog.getByText(text('fields.characters-not-allowed', { allowed: 'A-Z, a-z, 0-9' }))).toBeVisible()
  await expect(servers.field(text('common.name'))).toHaveValue('two words')
  await expect(servers.field(text('common.name'))).toBeFocused()
})

test('API roles are edited and deleted; view only changes nothing', async ({ page, keyward, alice }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.doAddRole('reports', text('api-roles.view'))
  await servers.act('reports', text('common.edit'))
  await servers.field(text('common.name')).fill('two words')
  await servers.button(text('common.save')).click()
  await expect(servers.dialog.getByText(text('fields.characters-not-allowed', { allowed: 'A-Z, a-z, 0-9, -, _' }))).toBeVisible()
  await servers.field(text('common.name')).fill('reporting')
  await servers.confirm(text('common.save'))
  await expect(servers.row(text('api-roles.caption'), 'reporting')).toContainText('::reporting')
  await keyward.role('Auditor')
  await page.reload()
  await expect(servers.addRole).toHaveAccessibleDescription(/role/)
  await keyward.role('Super Admin')
  await page.reload()
  await servers.act('reporting', text('common.delete'))
  await servers.confirm(text('common.delete'))
  await expect(page.getByText(text('api-roles.empty-title'))).toBeVisible()
})

for (const [state, title] of [
  ['disabled', text('oauth-servers.disabled-title')],
  ['expired', text('common.subscription-expired')],
  ['none', text('frame.no-subscription')],
  ['view only', text('common.view-only')],
] as const) {
  test(`who can change nothing sees why: ${state}`, async ({ page, keyward, alice }) => {
    if (state === 'disabled') await keyward.accessTokens('disable')
    else if (state === 'view only') await keyward.permission('READ_ONLY')
    else await keyward.subscription(state)
    await page.context().addCookies([alice.cookieFor(keyward.url)])
    await page.goto(`${keyward.url}/o/${alice.organization}/oauth-servers`)
    await expect(page.getByText(title, { exact: true })).toBeVisible()
    const servers = new OauthServersPage(page)
    if (state === 'none') await expect(servers.add).toBeHidden()
    else for (const button of [servers.add, servers.addRole]) await expect(button).toHaveAttribute('aria-disabled', 'true')
    await expectNoFindings(page)
  })
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`the tab is accessible in ${colorScheme} at ${width}`, async ({ page, keyward, alice, provider, scope }) => {
      test.slow()
      await setColorScheme(page, colorScheme)
      await page.setViewportSize({ width, height: 800 })
      const fine = async () => {
        await expectNoFindings(page)
        await expectFits(page)
      }
      const servers = await OauthServersPage.open(page, keyward.url, alice)
      await fine()
      await servers.addRole.click()
      await fine()
      await servers.button(text('common.cancel')).click()
      await servers.doAddRole('scripts', text('api-roles.full'))
      await servers.add.click()
      await servers.field(text('common.name')).fill('Login')
      await servers.field(text('oauth-servers.jwks-location')).fill(provider.discovery)
      await servers.button(text('oauth-servers.validate')).click()
      await expect(servers.dialog.getByText(text('oauth-servers.usable-keys', { count: 1 }))).toBeVisible()
      await fine()
      await servers.confirm(text('common.add'))
      await page.getByText(text('api-roles.instructions')).click()
      await fine()
      const token = await provider.token(scope('scripts'))
      await servers.act('Login', text('token-check.title'))
      await servers.field(text('token-check.token')).fill(token)
      await servers.button(text('token-check.check')).click()
      await expect(servers.dialog.getByText(text('token-check.accepted'))).toBeVisible()
      await fine()
      await servers.button(text('common.close')).click()
      expect((await verify(keyward.url, token)).status).toBe(204)
      await expect.poll(() => keyward.sql('SELECT COUNT(*) FROM oauth_clients')).toBe('1')
      await servers.usage.click()
      await expect(servers.dialog.getByText('script/1.0')).toBeVisible()
      await fine()
    })
  }
}
