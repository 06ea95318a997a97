import { AdministratorsPage } from '../harness/administration.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test.describe(`in ${colorScheme}, ${width} px wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 640 } })

      test('what a restore holds is told, and fits', async ({ page, keyward, alice }) => {
        await keyward.addColleague()
        await openKeyPage(page, keyward.url, alice)
        await expect(new KeyPage(page).row).toHaveCount(1)
        const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
        await tokens.doAdd('Analyst')
        await keyward.sql(`UPDATE api_keys SET restored = 'held'`)
        await keyward.sql(`UPDATE sandbox_tokens SET restored = 'held'`)
        await keyward.sql(`UPDATE admin_roles SET status = 'disabled', held = 1 WHERE admin_id = (SELECT id FROM admins WHERE name = 'bob')`)

        await page.reload()
        await expect(page.getByText(text('sandbox-tokens.held-text'))).toBeVisible()
        await expectFits(page)
        await expectNoFindings(page)

        const admins = await AdministratorsPage.open(page, keyward.url, alice)
        await expect(admins.rows).toHaveCount(2)
        await expect(page.getByText(text('administrators.held'))).toBeVisible()
        await expectFits(page)
        await expectNoFindings(page)

        const last = Buffer.alloc(8)
        last.writeBigInt64BE(BigInt(Date.now() - 1000))
        await keyward.sql(
          `INSERT INTO key_guesses (organization_id, tried_on, guessed_since) SELECT id, x'${last.toString('hex')}', ${Date.now() - 60_000} FROM organizations`,
        )
        await openKeyPage(page, keyward.url, alice)
        await expect(page.getByText(text('api-key.restored-title'))).toBeVisible()
        await expect(page.getByText(text('key-usage.guessing-title'))).toBeVisible()
        await expectFits(page)
        await expectNoFindings(page)
      })
    })
  }
}

test('a restored key is confirmed with the keyboard alone', async ({ page, keyward, alice }) => {
  await keyward.sql(`UPDATE api_keys SET restored = 'held'`)
  await openKeyPage(page, keyward.url, alice)
  const confirm = page.getByRole('button', { name: text('common.confirm'), exact: true })
  await confirm.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText(text('api-key.restored-title'))).toBeHidden()
  expect(await keyward.sql('SELECT restored FROM api_keys')).toBe('')
})
