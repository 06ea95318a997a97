import { askAgain } from '../harness/askAgain.ts'
import { hold } from '../harness/hold.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('a session that ends in mid-form takes nothing that was typed', async ({ keyPage: page, keyward, guard }) => {
  guard.expectStatus(401)
  const keyPage = new KeyPage(page)
  await keyPage.open(keyPage.edit)
  await keyPage.newKey.fill('AbC123xYz789')
  await keyward.endSessions()
  await keyPage.confirm(text('api-key.replace')).click()

  const signIn = page.getByRole('dialog').filter({ has: page.getByLabel(text('sign-in.password'), { exact: true }) })
  await new SignInForm(signIn).password.fill('correct horse battery')
  await new SignInForm(signIn).submit.click()
  await expect(signIn).toBeHidden()
  await expect(keyPage.dialog).toBeHidden()
  await expect(page.getByText(text('api-key.edited')).first()).toBeVisible()
  expect(await keyward.version()).toBe(2)
})

test('offline, a change waits; back online, it is made once', async ({ keyPage: page, keyward, alice, context, guard }) => {
  guard.expectNetworkErrors()
  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await keyPage.newKey.fill('AbC123xYz789')
  await context.setOffline(true)
  await expect(page.getByText(text('frame.offline')).first()).toBeVisible()
  await keyPage.confirm(text('api-key.replace')).click()
  await expect(keyPage.newKey).toHaveValue('AbC123xYz789')
  expect(await keyward.version()).toBe(1)

  await context.setOffline(false)
  await expect(keyPage.dialog).toBeHidden()
  expect(await alice.reveal()).toBe('AbC123xYz789')
  expect(await keyward.version()).toBe(2)
})

test('a restart of the gateway keeps the session and the input', async ({ keyPage: page, keyward, alice, guard }) => {
  guard.expectNetworkErrors()
  const keyPage = new KeyPage(page)
  await keyPage.edit.click()
  await keyPage.newKey.fill('AbC123xYz789')
  await keyward.stop()
  await keyPage.confirm(text('api-key.replace')).click()
  await expect(keyPage.newKey).toHaveValue('AbC123xYz789')
  await keyward.start()
  await expect(keyPage.dialog).toBeHidden()
  expect(await alice.reveal()).toBe('AbC123xYz789')
  expect(await keyward.version()).toBe(2)
})

test('a page that can not load says so, and loads when told to', async ({ keyPage: page, keyward, guard }) => {
  guard.expectNetworkErrors()
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await page.getByRole('link', { name: text('sandbox-tokens.title') }).click()
  // That page has a program of its own: without it there is nothing that could say so.
  await expect(new SandboxTokensPage(page).add).toBeVisible()
  await keyward.stop()
  await page.getByRole('link', { name: text('api-key.title'), exact: true }).click()
  await expect(page.getByText(text('problems.unreachable')).first()).toBeVisible()
  await keyward.start()
  await askAgain(page)
  await expect(keyPage.row).toHaveCount(1)
})

test('the page says that the session ended while it started', async ({ keyPage: page, keyward, guard, alice }) => {
  guard.expectStatus(401)
  await expect(new KeyPage(page).row).toHaveCount(1)
  const session = await hold(page, '**/api/portal/session')
  await page.route('**/roles', async (route) => {
    if (!route.request().isNavigationRequest()) {
      await session.given
      await keyward.endSessions()
    }
    await route.fallback()
  })
  const rejected = page.waitForResponse((answer) => answer.url().endsWith('/roles') && answer.status() === 401)
  await page.goto(`${keyward.url}/o/${alice.organization}/roles`)
  await (await rejected).finished()
  session.release()
  await expect(page.getByRole('dialog', { name: text('interrupted.sign-in-title') })).toBeVisible()
})
