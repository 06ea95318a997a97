import { AuditLog } from '../harness/auditLog.ts'
import { openSession } from '../harness/cloudApi.ts'
import { GettingStartedPage } from '../harness/gettingStarted.ts'
import { menuOf } from '../harness/gestures.ts'
import { ADMIN } from '../harness/keyward.ts'
import { expectFine } from '../harness/looks.ts'
import { OauthServersPage, expect, test } from '../harness/oauthServers.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { text } from '../harness/text.ts'

// Each look of axe takes up to a second, and a test has it look forty times.
test.slow()
// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off', '--oauth-allowed-networks=127.0.0.1'] })

test('authorization servers and API roles are accessible', async ({ page, keyward, alice, provider, scope }) => {
  const servers = await OauthServersPage.open(page, keyward.url, alice)
  await expect(page.getByText(text('oauth-servers.empty-title'))).toBeVisible()
  await expectFine(page, 'empty')
  await servers.add.click()
  await servers.button(text('common.add')).click()
  await expect(servers.field(text('common.name'))).toHaveAttribute('aria-invalid', 'true')
  await expectFine(page, 'add with nothing entered')
  await servers.fill(provider, 'Login')
  await expectFine(page, 'add a server that was validated')
  await servers.confirm(text('common.add'))
  await servers.addRole.click()
  await expectFine(page, 'add an API role')
  await page.keyboard.press('Escape')
  await servers.doAddRole('scripts', text('api-roles.full'))
  await expectFine(page, 'filled')
  await menuOf(page, 'Login').click()
  await expectFine(page, 'menu of a server')
  await page.keyboard.press('Escape')
  await servers.act('Login', text('token-check.title'))
  await servers.field(text('token-check.token')).fill(await provider.token(scope('other')))
  await servers.button(text('token-check.check')).click()
  await expect(servers.dialog.getByText(text('token-check.rejected'))).toBeVisible()
  await expectFine(page, 'a token that is rejected')
  await servers.confirm(text('common.close'))
  await servers.act('Login', text('common.delete'))
  await expectFine(page, 'delete a server')
  await page.keyboard.press('Escape')
  await servers.usage.click()
  await expect(servers.dialog.getByText(text('oauth-servers.usage-none'))).toBeVisible()
  await expectFine(page, 'usage')
})

test('Sandbox tokens are accessible', async ({ page, keyward, alice }) => {
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  await expect(page.getByText(text('sandbox-tokens.empty-title'))).toBeVisible()
  await expectFine(page, 'empty')
  await tokens.add.click()
  await tokens.button(text('common.add')).click()
  await expect(tokens.name).toHaveAttribute('aria-invalid', 'true')
  await expectFine(page, 'add with nothing entered')
  await page.keyboard.press('Escape')
  const token = await tokens.doAdd('mail-gw')
  await expectFine(page, 'a new token, and what says so')
  await menuOf(page, 'mail-gw').click()
  await expectFine(page, 'menu of a token')
  await page.keyboard.press('Escape')
  for (const act of ['common.regenerate', 'common.delete', 'common.edit']) {
    await tokens.act('mail-gw', text(act))
    await expect(tokens.dialog.getByRole('heading')).toBeVisible()
    await expectFine(page, act)
    await page.keyboard.press('Escape')
  }
  await tokens.find.click()
  const field = tokens.dialog.getByLabel(text('sandbox-tokens.title'))
  await field.fill(token)
  await tokens.button(text('sandbox-tokens.find-verb')).click()
  await expect(tokens.dialog.getByText(text('sandbox-tokens.found-title', { token: 'mail-gw' }))).toBeVisible()
  await expectFine(page, 'a token that was found')
  await field.fill(`sbx_${'a'.repeat(32)}`)
  await tokens.button(text('sandbox-tokens.find-verb')).click()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expectFine(page, 'what is no token')
})

test('getting started is accessible', async ({ page, keyward, alice }) => {
  await openSession(keyward.url, 'aaaaaaaaaaaa')
  const start = await GettingStartedPage.open(page, keyward.url, alice)
  await expect(start.failures.getByRole('table')).toBeVisible()
  await expectFine(page, 'page')
  await start.tryIt.click()
  await expectFine(page, 'asks for the password')
  await start.dialog.getByLabel(text('getting-started.the-password'), { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await expect(start.dialog.getByText(text('getting-started.worked-title'))).toBeVisible()
  await expectFine(page, 'it worked')
})

test('the audit log is accessible', async ({ page, keyward, alice }) => {
  await openSession(keyward.url, 'aaaaaaaaaaaa')
  const log = await AuditLog.open(page, keyward.url, alice)
  await expect(log.rows.first()).toBeVisible()
  await expectFine(page, 'rows')
  await log.details(log.rows.first())
  await expect(log.dialog).toBeVisible()
  await expectFine(page, 'details')
  await page.keyboard.press('Escape')
  await log.filter(text('audit-log.time')).selectOption(text('audit-log.between'))
  await log.filter(text('audit-log.from')).fill('2020-01-02T00:00')
  await log.filter(text('audit-log.to')).fill('2020-01-01T00:00')
  await expect(page.getByRole('alert').filter({ hasText: text('audit-log.ends-before-start') })).toBeVisible()
  await expectFine(page, 'filters in error')
  await AuditLog.open(page, keyward.url, alice, '?action=Delete')
  await expect(page.getByText(text('audit-log.none-found-title'))).toBeVisible()
  await expectFine(page, 'no entry')
})

test('the account is accessible', async ({ page, keyward, alice }) => {
  await PortalApi.signIn(keyward.url)
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  await page.goto(`${keyward.url}/account`)
  const sessions = page.getByRole('table', { name: text('account.sessions') })
  await expect(sessions.locator('time').first()).toBeVisible()
  await expectFine(page, 'page')
  for (const name of [text('account.end-others'), text('account.change-password')]) {
    await page.getByRole('button', { name }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectFine(page, name)
    if (name === text('account.end-others')) await page.keyboard.press('Escape')
  }
  const fresh = page.getByRole('dialog').getByLabel(text('account.new-password'))
  await fresh.fill('short')
  await page.keyboard.press('Enter')
  await expect(fresh).toHaveAttribute('aria-invalid', 'true')
  await expectFine(page, 'a password that is too short')
})
