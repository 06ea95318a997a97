import { KeyPage } from '../harness/keyPage.ts'
import { Keyward } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

const NAME = 'Branch'

// The upstream is on this machine.
test.use({ flags: ['--oauth-allowed-networks', '127.0.0.1/32'] })

test('a key at an upstream says how current it is', async ({ page, keyward, guard }) => {
  test.slow()
  const upstream = await Keyward.install()
  try {
    await upstream.start()
    const there = await PortalApi.signIn(upstream.url)
    await keyward.addUpstream(NAME, upstream, await there.reveal())
    const organization = Number(await keyward.sql(`SELECT id FROM organizations WHERE name = '${NAME}'`))
    await openKeyPage(page, keyward.url, (await PortalApi.signIn(keyward.url)).in(organization))
    const keyPage = new KeyPage(page)
    await expect(keyPage.row).toHaveCount(1)
    await expect(page.getByText(saying('api-key.upstream-as-of', { when: /.+/ }))).toBeVisible()
    for (const button of [keyPage.edit, keyPage.delete]) {
      await expect(button).toBeDisabled()
      await expect(button).toHaveAccessibleDescription(text('refusals.not-supported'))
    }

    // Its clients sign in there: it must not say that it has none.
    const elsewhere = text('key-usage.elsewhere')
    await expect(page.getByRole('region', { name: text('key-usage.heading') })).toContainText(elsewhere)
    await keyPage.regenerate.click()
    await expect(keyPage.dialog).toContainText(elsewhere)
    await keyPage.dialog.getByRole('button', { name: text('common.cancel') }).click()
    await keyPage.doRegenerate()
    expect(await keyPage.shownKey()).toBe(await there.reveal())

    await upstream.stop()
    const notice = page.getByRole('alert').filter({ hasText: text('api-key.upstream-title') })
    const why = text('api-key.upstream-unavailable')
    // For some seconds, what was just read is current.
    await expect(async () => {
      await page.reload()
      await expect(notice.getByText(saying('api-key.upstream-text', { why, when: /.+/ }))).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await expect(keyPage.row).toHaveCount(1)
    // What can't be sent changes nothing, and keeps the dialog.
    guard.expectStatus(503)
    await keyPage.regenerate.click()
    await keyPage.confirm(text('common.regenerate')).click()
    await expect(keyPage.dialog.getByText(text('problems.upstream-unavailable'))).toBeVisible()
    await page.keyboard.press('Escape')

    await upstream.start()
    await expect(async () => {
      await page.reload()
      await expect(page.getByText(saying('api-key.upstream-as-of', { when: /.+/ }))).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await expect(notice).toBeHidden()
  } finally {
    await upstream.remove()
  }
})
