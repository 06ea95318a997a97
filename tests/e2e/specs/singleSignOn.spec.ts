import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FrameLocator, Locator, Page } from '@playwright/test'
import { setColorScheme } from '../harness/browser.ts'
import { IdentityProvider, PORTAL_CLIENT } from '../harness/identityProvider.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { ADMIN, IDENTITY_PROVIDER, type Keyward } from '../harness/keyward.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test as base } from '../harness/test.ts'
import { text } from '../harness/text.ts'

/** With an identity provider on this machine, where Alice has connected her account unless the test does. */
const test = base.extend<{ provider: IdentityProvider; flagsOfProvider: string[]; connected: boolean }>({
  flagsOfProvider: [[], { option: true }],
  connected: [true, { option: true }],
  provider: async ({ keyward, flagsOfProvider, connected }, use) => {
    const provider = new IdentityProvider([])
    await provider.start()
    await provider.register(await keyward.addIdentityProvider(provider.url, PORTAL_CLIENT, flagsOfProvider))
    if (connected) await keyward.connect(ADMIN.username, ADMIN.username)
    await use(provider)
    await provider.stop()
  },
})

test.beforeEach(({ guard, provider }) => {
  void provider
  // Who is not signed in is told so, once.
  guard.expectStatus(401)
})

function link(page: Page | Locator | FrameLocator): Locator {
  return page.getByRole('link', { name: text('sign-in.sign-in-with', { provider: IDENTITY_PROVIDER }) })
}

/** Signs in at the provider, whose page it is. */
async function logIn(page: Page, user: string): Promise<void> {
  await page.getByLabel('User').fill(user)
  await page.getByRole('button', { name: 'Log in' }).click()
}

async function signIn(page: Page, url: string, user = ADMIN.username): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await link(page).click()
  await logIn(page, user)
}

/** A page of the portal in a frame of another origin. */
async function framed(page: Page, keyward: Keyward, path: string): Promise<{ inside: FrameLocator; end: () => void }> {
  const frame = `<title>Intranet</title><iframe src="${keyward.url}/${path}?embed" width="900" height="700"></iframe>`
  const intranet = createServer((_, response) => response.setHeader('content-type', 'text/html').end(frame)).listen(0, '127.0.0.1')
  await once(intranet, 'listening')
  const address = `http://127.0.0.1:${(intranet.address() as AddressInfo).port}`
  await keyward.stop()
  await keyward.start(['--frame-ancestors', address])
  await page.goto(address)
  const end = () => {
    intranet.closeAllConnections()
    intranet.close()
  }
  return { inside: page.frameLocator('iframe'), end }
}

// A provider starts for each test, and answers in several steps.
test.describe.configure({ timeout: 90_000 })

test('an admin signs in at the provider; the browser has no token', async ({ page, keyward, alice }) => {
  await page.goto(`${keyward.url}/o/${alice.organization}/api-key?embed`)
  await expect(new SignInForm(page).username).toBeFocused()
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url(), JSON.stringify(request.headers())))
  for (let steps = 0; steps < 5; steps++) {
    await page.keyboard.press('Tab')
    if (await link(page).evaluate((it) => it === document.activeElement)) break
  }
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('User')).toBeFocused()
  await page.keyboard.type(ADMIN.username)
  await page.keyboard.press('Enter')
  await expect(new KeyPage(page).row).toHaveCount(1)
  await expect(page).toHaveURL(new RegExp(`/o/${alice.organization}/api-key`))

  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))
  expect(kept + addresses.join()).not.toMatch(/eyJ|id_token|access_token/)
  const cookies = await page.context().cookies(keyward.url)
  expect(cookies.find((it) => /^keyward-[0-9a-f]+$/.test(it.name))).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  expect(cookies.find((it) => it.name === 'keyward-sso')).toBeUndefined()

  await page.getByRole('button', { name: text('frame.sign-out') }).click()
  await expect(link(page)).toBeVisible()
  await page.goto(`${keyward.url}/account`)
  await expect(link(page)).toBeVisible()
})

test('in a frame, the provider opens in a window of its own', async ({ page, keyward, alice }) => {
  const { inside, end } = await framed(page, keyward, `o/${alice.organization}/api-key`)
  const opened = page.waitForEvent('popup')
  await link(inside).click()
  const beside = await opened
  await logIn(beside, ADMIN.username)
  await expect(beside.getByText(text('signed-in.text'))).toBeVisible()
  await beside.close()
  await page.frames()[1]?.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(inside.getByRole('group', { name: text('api-key.actions'), exact: true }).getByRole('button', { name: text('common.regenerate') })).toHaveCount(1)
  end()
})

test('an unknown admin is told so; an invited one has an account', async ({ page, keyward, alice }) => {
  await signIn(page, keyward.url, 'bob')
  await expect(page.getByText(text('problems.sso-no-account'))).toBeVisible()
  await alice.invite('bob', 'Auditor')
  await page.context().clearCookies()
  await signIn(page, keyward.url, 'bob')
  await expect(page.getByRole('heading', { name: text('api-key.title') })).toBeVisible()
})

test('an admin without password accepts an invitation signed in', async ({ page, keyward, alice }) => {
  await alice.invite('bob', 'Auditor')
  await signIn(page, keyward.url, 'bob')
  await expect(new KeyPage(page).row).toHaveCount(1)
  await keyward.addOrganizations(['Globex'])
  const globex = Number(await keyward.sql("SELECT id FROM organizations WHERE name = 'Globex'"))
  const invitation = await alice.in(globex).invite('bob', 'Auditor')
  await page.getByRole('button', { name: text('frame.sign-out') }).click()
  await expect(link(page)).toBeVisible()

  await page.goto(invitation)
  await expect(page.getByRole('main')).toContainText(text('invitation.sign-in-first'))
  await expectNoFindings(page)
  await page.getByRole('link', { name: text('invitation.sign-in-first') }).click()
  await link(page).click()
  await expect(new KeyPage(page).row).toHaveCount(1)

  await page.goto(invitation)
  await expect(page.getByLabel(text('sign-in.user-name'))).toHaveValue('bob')
  await expect(page.locator('input[type=password]')).toHaveCount(0)
  await expectNoFindings(page)
  await page.getByRole('button', { name: text('invitation.accept') }).click()
  await expect(new KeyPage(page).row).toHaveCount(1)
  const roles = "SELECT COUNT(*) FROM admin_roles m JOIN admins a ON a.id = m.admin_id WHERE a.login = 'bob' AND m.status = 'active'"
  expect(await keyward.sql(roles)).toBe('2')
})

test('an admin who gives up at the provider can try again', async ({ page, keyward }) => {
  await signIn(page, keyward.url, '')
  await expect(page.getByText(text('problems.sso-denied'))).toBeVisible()
  await link(page).click()
  await logIn(page, ADMIN.username)
  await expect(new KeyPage(page).row).toHaveCount(1)
})

test('a provider that is down is said to be', async ({ page, keyward, provider }) => {
  await provider.stop()
  await page.goto(`${keyward.url}/sign-in`)
  await link(page).click()
  await expect(page.getByText(text('problems.sso-unavailable'))).toBeVisible()
  await new SignInForm(page).signIn()
  await expect(new KeyPage(page).row).toHaveCount(1)
})

test('a wrong client secret fails; the right one works immediately', async ({ page, keyward }) => {
  await keyward.setClientSecret('another')
  await signIn(page, keyward.url)
  await expect(page.getByText(text('problems.sso-unavailable'))).toBeVisible()
  await keyward.setClientSecret(PORTAL_CLIENT.secret)
  await link(page).click()
  await expect(new KeyPage(page).row).toHaveCount(1)
  const rows = "SELECT COUNT(*) FROM audit_log WHERE resource = 'Acme Login' AND after_change LIKE '%clientSecret%changed%'"
  expect(await keyward.sql(rows)).toBe('2')
})

test('a sensitive operation steps up at the provider', async ({ page, keyward, guard }) => {
  guard.expectStatus(401, 403)
  await signIn(page, keyward.url)
  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await keyPage.newKey.fill('AbC123xYz789')
  await keyward.agePasswords()
  await keyPage.confirm(text('api-key.replace')).click()
  const ask = page.getByRole('dialog', { name: text('interrupted.sign-in-title') })
  await expectNoFindings(page)
  await ask.getByRole('button', { name: text('sign-in.go-on') }).click()
  await expect(ask).toBeVisible()

  const opened = page.waitForEvent('popup')
  await link(ask).click()
  const beside = await opened
  await logIn(beside, ADMIN.username)
  await expect(beside.getByText(text('signed-in.text'))).toBeVisible()
  await expectNoFindings(beside)
  await beside.close()
  await ask.getByRole('button', { name: text('sign-in.go-on') }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect(await keyward.version()).toBe(2)

  // Somebody else's sign-in is none of theirs.
  await keyward.agePasswords()
  await keyPage.regenerate.click()
  await keyPage.confirm(text('common.regenerate')).click()
  const again = page.waitForEvent('popup')
  await link(ask).click()
  const other = await again
  // The provider may end Alice's session as well, since somebody else has signed in at the same browser: then the page that says
  // so gives way to the sign-in page at once.
  const refused = other.waitForURL(/failed=sso-other-admin/, { waitUntil: 'commit' })
  await logIn(other, 'mallory')
  await refused
  expect(await keyward.version()).toBe(2)
})

test('back-channel logout ends the session; a new one continues', async ({ page, keyward, provider }) => {
  await signIn(page, keyward.url)
  await expect(new KeyPage(page).row).toHaveCount(1)
  const beside = await page.context().newPage()
  await beside.goto(`${provider.url}/session/end`)
  await beside.getByRole('button', { name: 'Log out' }).click()
  await expect(beside.getByText('Logged out')).toBeVisible()
  await expect.poll(() => keyward.sql('SELECT COUNT(*) FROM portal_sessions WHERE sso_subject IS NOT NULL')).toBe('0')
  await beside.close()

  await page.bringToFront()
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  const ask = page.getByRole('dialog', { name: text('interrupted.sign-in-title') })
  const opened = page.waitForEvent('popup')
  await link(ask).click()
  const other = await opened
  await logIn(other, ADMIN.username)
  await expect(other.getByText(text('signed-in.text'))).toBeVisible()
  await other.close()
  await ask.getByRole('button', { name: text('sign-in.go-on') }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(new KeyPage(page).row).toHaveCount(1)
})

test.describe('an account with a password', () => {
  test.use({ connected: false })

  test('is connected by whose it is', async ({ page, keyward }) => {
    await expect(keyward.passwordSignIn('off')).rejects.toThrow('no Super Admin has signed in at an identity provider yet')
    await signIn(page, keyward.url)
    await expect(page.getByText(text('problems.sso-not-connected'))).toBeVisible()
    await new SignInForm(page).signIn()
    await expect(new KeyPage(page).row).toHaveCount(1)
    await page.getByRole('link', { name: new RegExp(`^${text('frame.account')}`) }).click()
    await expectNoFindings(page)
    await link(page).click()
    await expect(page.getByRole('definition').filter({ hasText: IDENTITY_PROVIDER })).toBeVisible()
    await expect(link(page)).toBeHidden()
    await page.getByRole('main').getByRole('button', { name: text('frame.sign-out'), exact: true }).click()
    await link(page).click()
    await expect(new KeyPage(page).row).toHaveCount(1)
  })

  test('is linked from a frame in a separate window', async ({ page, keyward, alice }) => {
    await page.context().addCookies([alice.cookieFor(keyward.url)])
    const { inside, end } = await framed(page, keyward, 'account')
    const opened = page.waitForEvent('popup')
    await link(inside).click()
    const beside = await opened
    await logIn(beside, ADMIN.username)
    await expect(beside.getByRole('definition').filter({ hasText: IDENTITY_PROVIDER })).toBeVisible()
    await expect(link(beside)).toBeHidden()
    end()
  })
})

test('without passwords, single sign-on is the only way in', async ({ page, keyward, guard }) => {
  guard.expectStatus(401, 403)
  await signIn(page, keyward.url)
  await expect(new KeyPage(page).row).toHaveCount(1)
  await keyward.passwordSignIn('off')
  await page.reload()
  await expect(new KeyPage(page).row).toHaveCount(1)
  await page.getByRole('button', { name: text('frame.sign-out') }).click()
  await expect(link(page)).toBeVisible()
  await expect(new SignInForm(page).username).toBeHidden()
  await expectNoFindings(page)
  await keyward.passwordSignIn('on')
  await page.reload()
  await new SignInForm(page).signIn()
  await expect(new KeyPage(page).row).toHaveCount(1)
})

test.describe('with roles from a claim', () => {
  test.use({ flagsOfProvider: ['--roles-claim', 'groups'] })

  test('a group grants a role; leaving it revokes the role', async ({ page, keyward, provider }) => {
    await keyward.giveRole('auditors', 'Auditor')
    provider.groups.set('bob', ['everybody', 'auditors'])
    await signIn(page, keyward.url, 'bob')
    await expect(page.getByRole('link', { name: text('frame.audit-log') })).toBeVisible()
    await expect(new KeyPage(page).regenerate).toHaveAttribute('aria-disabled', 'true')
    await page.goto(`${keyward.url}/account`)
    await expect(page.getByRole('definition').filter({ hasText: text('common.none') })).toBeVisible()
    await expect(page.getByRole('button', { name: text('account.change-password') })).toBeHidden()
    provider.groups.set('bob', ['everybody'])
    await page.getByRole('main').getByRole('button', { name: text('frame.sign-out'), exact: true }).click()
    await link(page).click()
    await expect(page.getByText(text('problems.sso-no-account'))).toBeVisible()
  })
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`sign-in is accessible in ${colorScheme} at ${width}`, async ({ page, keyward }) => {
      await setColorScheme(page, colorScheme)
      await page.setViewportSize({ width, height: 800 })
      await page.goto(`${keyward.url}/sign-in?failed=sso-no-account&next=account`)
      await expect(link(page)).toBeVisible()
      await expectNoFindings(page)
      await expectFits(page)
      await link(page).click()
      await logIn(page, ADMIN.username)
      await expect(page.getByRole('heading', { name: text('frame.account-page') })).toBeVisible()
      await expect(page.getByRole('definition').filter({ hasText: IDENTITY_PROVIDER })).toBeVisible()
      await expectFits(page)
    })
  }
}
