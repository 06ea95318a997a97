import { verify } from '../harness/cloudApi.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { OauthServersPage, expect, test } from '../harness/oauthServers.ts'

test('a server is registered, and a real client calls with its token until the server is deleted', async ({ page, keyward, alice, provider, scope }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await expect(page.getByText('No authorization servers yet')).toBeVisible()
  await servers.doAddRole('scripts', 'Full')
  await expect(servers.row('API roles', 'scripts')).toContainText(scope('scripts'))

  await servers.add.click()
  await servers.field('Name').fill('Login')
  await servers.button('Add').click()
  await servers.field('OAuth 2.0 JWKS Location').fill(provider.discovery)
  await servers.button('Add').click()
  await expect(servers.dialog.getByText('Validate this location first.')).toBeVisible()
  await servers.button('Validate').click()
  await expect(servers.field('OAuth 2.0 JWKS Location')).toHaveValue(`${provider.url}/jwks`)
  await expect(servers.field('Issuer URI')).toHaveValue(provider.url)
  await expect(servers.dialog.getByRole('list', { name: 'Keys' })).toContainText('rsa-1')
  await servers.field('Audience URI').fill('https://api.example')
  await servers.field('Client ID').fill('script')
  await servers.confirm('Add')
  await expect(servers.row('Authorization servers', 'Login')).toContainText('Enabled')

  const token = await provider.token(scope('scripts'))
  const admitted = await verify(keyward.url, token)
  expect(admitted.status).toBe(204)
  expect(admitted.headers.get('x-keyward-principal')).toBe(`oauth-scripts$@${alice.organization}.cloud.example`)

  await servers.act('Login', 'Check a token')
  await servers.field('Access token').fill(token)
  await servers.button('Check').click()
  await expect(servers.dialog.getByText('This token is accepted')).toBeVisible()
  await servers.field('Access token').fill(await provider.token(scope('other')))
  await servers.button('Check').click()
  await expect(servers.dialog.getByText('This token is rejected')).toBeVisible()
  await expect(servers.dialog.getByText('No such API role.')).toBeVisible()
  await expect(servers.dialog.getByRole('table', { name: 'Failed checks' }).getByRole('row')).toContainText(['', 'API role'])
  await expect(servers.dialog.getByRole('table', { name: 'Passed checks' })).toBeHidden()
  await servers.dialog.getByText(/^\d+ checks passed$/).click()
  const expiry = servers.dialog.getByRole('table', { name: 'Passed checks' }).getByRole('row').filter({ hasText: 'Expiry' })
  // In local time, with UTC on hover.
  await expect(expiry.getByRole('time').first()).toHaveAttribute('title', /Z$/)
  await expect(expiry).not.toContainText('Z')
  await servers.confirm('Close')

  await expect.poll(() => keyward.sql('SELECT COUNT(*) FROM oauth_clients')).toBe('1')
  await servers.usage.click()
  await expect(servers.dialog.getByRole('row').filter({ hasText: 'script/1.0' })).toContainText('oauth-scripts$@')
  await servers.confirm('Close')

  await servers.act('Login', 'Delete')
  await expect(servers.dialog).toHaveAccessibleName('Delete Authorization Server Login of Acme?')
  await expect(servers.dialog.getByRole('table', { name: 'Clients that will stop working' })).toContainText('oauth-scripts$@')
  await servers.confirm('Delete')
  const refused = await verify(keyward.url, token)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

test('one server is enabled at a time, and saving switches', async ({ page, keyward, alice, provider }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.doAdd(provider, 'First')
  await servers.add.click()
  const enabled = servers.dialog.getByRole('switch', { name: 'Enabled', exact: true })
  await expect(enabled).not.toBeChecked()
  await expect(servers.button('Add')).toBeVisible()
  await enabled.check()
  await expect(servers.dialog.getByText('First is currently enabled')).toBeVisible()
  await expect(servers.button('Add and switch')).toBeVisible()
  await servers.fill(provider, 'Second')
  await servers.confirm('Add and switch')
  await expect(servers.row('Authorization servers', 'First')).toContainText('Disabled')
  await expect(servers.row('Authorization servers', 'Second')).toContainText('Enabled')
  await expect(servers.add).toHaveAccessibleDescription(/at most two authorization servers/)

  await servers.act('Second', 'Edit')
  await servers.dialog.getByRole('switch', { name: 'Enabled', exact: true }).uncheck()
  await servers.confirm('Save')
  await expect(servers.row('Authorization servers', 'Second')).toContainText('Disabled')
})

test('what can not be used says why, and what was typed stays', async ({ page, keyward, alice, provider }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.add.click()
  await servers.field('Name').fill('two words')
  for (const [location, text] of [
    ['https://10.0.0.1/keys', 'inside a private network'],
    [`${provider.url}/nothing`, 'answers with status 404'],
    ['https://nowhere.invalid/keys', 'DNS'],
    [provider.url.replace('http', 'https'), 'does not speak TLS'],
  ] as const) {
    await servers.field('OAuth 2.0 JWKS Location').fill(location)
    await servers.button('Validate').click()
    await expect(servers.dialog.getByText(text)).toBeVisible()
  }
  await servers.button('Add').click()
  await expect(servers.dialog.getByText('Use A-Z, a-z and 0-9 alone, without spaces.')).toBeVisible()
  await expect(servers.field('Name')).toHaveValue('two words')
  await expect(servers.field('Name')).toBeFocused()
})

test('API roles are edited and deleted, and who only looks changes nothing', async ({ page, keyward, alice }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await servers.doAddRole('reports', 'View')
  await servers.act('reports', 'Edit')
  await servers.field('Name').fill('two words')
  await servers.button('Save').click()
  await expect(servers.dialog.getByText('without spaces')).toBeVisible()
  await servers.field('Name').fill('reporting')
  await servers.confirm('Save')
  await expect(servers.row('API roles', 'reporting')).toContainText('::reporting')
  await keyward.role('Auditor')
  await page.reload()
  await expect(servers.addRole).toHaveAccessibleDescription(/role/)
  await keyward.role('Super Admin')
  await page.reload()
  await servers.act('reporting', 'Delete')
  await servers.confirm('Delete')
  await expect(page.getByText('No API roles yet')).toBeVisible()
})

for (const [state, title] of [
  ['disabled', 'The service provider has disabled access tokens'],
  ['expired', 'The API subscription has expired'],
  ['none', 'No API subscription'],
  ['view only', 'View only'],
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
    test(`the tab fits and is accessible, with each dialog, in ${colorScheme} at ${width}`, async ({ page, keyward, alice, provider, scope }) => {
      test.slow()
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      const fine = async () => {
        await expectNoFindings(page)
        await expectFits(page)
      }
      const servers = await OauthServersPage.open(page, keyward.url, alice)
      await fine()
      await servers.addRole.click()
      await fine()
      await servers.button('Cancel').click()
      await servers.doAddRole('scripts', 'Full')
      await servers.add.click()
      await servers.field('Name').fill('Login')
      await servers.field('OAuth 2.0 JWKS Location').fill(provider.discovery)
      await servers.button('Validate').click()
      await expect(servers.dialog.getByText('1 key can verify access tokens')).toBeVisible()
      await fine()
      await servers.confirm('Add')
      await page.getByText('How to set the scope').click()
      await fine()
      const token = await provider.token(scope('scripts'))
      await servers.act('Login', 'Check a token')
      await servers.field('Access token').fill(token)
      await servers.button('Check').click()
      await expect(servers.dialog.getByText('This token is accepted')).toBeVisible()
      await fine()
      await servers.button('Close').click()
      expect((await verify(keyward.url, token)).status).toBe(204)
      await expect.poll(() => keyward.sql('SELECT COUNT(*) FROM oauth_clients')).toBe('1')
      await servers.usage.click()
      await expect(servers.dialog.getByText('script/1.0')).toBeVisible()
      await fine()
    })
  }
}
