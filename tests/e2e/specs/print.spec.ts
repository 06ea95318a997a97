import { AdministratorsPage } from '../harness/administration.ts'
import { AuditLog } from '../harness/auditLog.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { manyAuditRows } from '../harness/many.ts'
import { printed } from '../harness/print.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

/** Without what the paper breaks into lines. */
const joined = (words: string) => words.replace(/\s+/g, '')

test('the audit log prints every row that was loaded', async ({ page, keyward, alice }) => {
  await keyward.sql(manyAuditRows(300))
  const log = await AuditLog.open(page, keyward.url, alice)
  await expect(log.count).toBeVisible()
  const loaded = await log.loaded()
  expect(await log.rows.count()).toBeLessThan(loaded)
  const { words, sheets } = await printed(page)
  // Each row has its time.
  expect(words.match(/\d:\d\d:\d\d\s[AP]M/g)?.length).toBe(loaded)
  for (const control of ['audit-log.download', 'audit-log.clear', 'frame.skip', 'frame.sign-out', 'frame.product']) expect(words).not.toContain(text(control))
  for (const heading of ['timestamp', 'action', 'resource', 'result']) expect(words.split(text(`audit-log.${heading}`)).length - 1, `${heading} on each sheet`).toBe(sheets)
  expect(sheets).toBeLessThan(12)
  // Afterwards there are as few rows in the document as before.
  await expect(page.locator('.table-on-paper')).toHaveCount(0)
  expect(await page.locator('tbody .row').count()).toBeLessThan(loaded)
})

test('administrators print as a table, and links never', async ({ page, keyward, alice }) => {
  await alice.invite('bob@acme.example', 'Auditor')
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await expect(admins.rows).toHaveCount(2)
  await admins.invite.click()
  await admins.name.fill('carol')
  await admins.role('Auditor').check()
  await admins.button(text('administrators.invite')).click()
  await expect(admins.link).toHaveValue(/#/)
  const link = await admins.link.inputValue()
  const { words } = await printed(page)
  expect(joined(words)).not.toContain(link.split('#')[1]?.slice(0, 12))
  expect(joined(words)).not.toContain('/invitation')

  await page.getByRole('button', { name: text('administrators.link-done') }).click()
  const list = await printed(page)
  expect(list.sheets).toBe(1)
  for (const shown of ['alice', 'bob@acme.example', 'carol', 'Auditor', text('common.role'), text('administrators.last-sign-in')]) expect(list.words).toContain(shown)
  for (const control of [text('administrators.invite-admin'), text('frame.sign-out'), text('frame.skip')]) expect(list.words).not.toContain(control)
})

test('secrets never print', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(401)
  await openKeyPage(page, keyward.url, alice)
  const keyPage = new KeyPage(page)
  await keyPage.reveal.click()
  const key = await keyPage.shownKey()
  const ofKey = await printed(page)
  expect(joined(ofKey.words)).not.toContain(key)
  expect(ofKey.words).toContain('••••••••••••')

  await keyPage.edit.click()
  await keyPage.newKey.fill('AbC123xYz789')
  expect(joined((await printed(page)).words)).not.toContain('AbC123xYz789')

  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  const token = await tokens.doAdd('mail-gw')
  const ofToken = await printed(page)
  expect(joined(ofToken.words)).not.toContain(token.slice(4, 16))
  expect(ofToken.words).toContain('mail-gw')

  await page.context().clearCookies()
  await page.goto(`${keyward.url}/sign-in`)
  await new SignInForm(page).password.fill('correct horse')
  await page.getByRole('button', { name: text('controls.show-password') }).click()
  expect((await printed(page)).words).not.toContain('correct horse')
})
