import { KeyPage } from '../harness/keyPage.ts'
import { expectFits } from '../harness/looks.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test.use({ viewport: { width: 360, height: 640 } })

test('on a phone nothing has to be moved sideways', async ({ keyPage: page, keyward, alice }) => {
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toHaveCount(1)
  await expectFits(page)
  await keyPage.reveal.click()
  await keyPage.shownKey()
  await expectFits(page)
  for (const button of [keyPage.edit, keyPage.regenerate, keyPage.delete]) {
    await button.click()
    await expect(keyPage.dialog).toBeVisible()
    await expectFits(page)
    await expect(keyPage.confirm(text('common.cancel'))).toBeInViewport()
    await page.keyboard.press('Escape')
  }
  for (const path of [`o/${alice.organization}/oauth-servers`, `o/${alice.organization}/sandbox-tokens`, `o/${alice.organization}/getting-started`, 'account']) {
    await page.goto(`${keyward.url}/${path}`)
    await expect(page.getByRole('main')).toBeVisible()
    await expectFits(page)
  }
})

test.describe('at 320 pixels, which is 400 % of a window of 1280', () => {
  test.use({ viewport: { width: 320, height: 640 } })

  for (const role of ['Super Admin', 'Auditor'] as const) {
    test(`nothing has to be moved sideways, as ${role}`, async ({ page, keyward, alice, guard }) => {
      guard.expectStatus(403)
      const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
      await tokens.doAdd('0123456789')
      if (role === 'Auditor') await keyward.role(role)
      for (const path of ['api-key', 'sandbox-tokens', 'administrators']) {
        await page.goto(`${keyward.url}/o/${alice.organization}/${path}`)
        const refused = page.getByText(text('frame.no-access-title'))
        await expect(page.getByRole('main').getByRole('table').or(refused)).toBeVisible()
        await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
        // A scroll bar may leave the page less than 320.
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        expect(beyond, path).toBe(0)
      }
    })
  }
})

test('on a phone the tab that is open is in sight', async ({ page, keyward, alice }) => {
  await page.context().addCookies([alice.cookieFor(keyward.url)])
  for (const [path, name] of [['sandbox-tokens', text('sandbox-tokens.title')], ['oauth-servers', text('oauth-servers.title')]] as const) {
    await page.goto(`${keyward.url}/o/${alice.organization}/${path}`)
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(page.getByRole('navigation', { name: text('frame.security') }).getByRole('link', { name })).toBeInViewport({ ratio: 0.9 })
  }
})

test('on a phone the key can be regenerated', async ({ keyPage: page, alice }) => {
  const keyPage = new KeyPage(page)
  await keyPage.doRegenerate()
  expect(await keyPage.shownKey()).toBe(await alice.reveal())
})

test('sign-in fits a phone', async ({ page, keyward, guard }) => {
  guard.expectStatus(401)
  await page.goto(keyward.url)
  await expect(page.getByLabel(text('sign-in.user-name'))).toBeVisible()
  await expectFits(page)
})
