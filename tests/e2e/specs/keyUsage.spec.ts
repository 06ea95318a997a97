import type { Page } from '@playwright/test'
import { askAgain } from '../harness/askAgain.ts'
import { openSession } from '../harness/cloudApi.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { COLLEAGUE, type Keyward } from '../harness/keyward.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'
import { saying, text } from '../harness/text.ts'

// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off'] })

function usage(page: Page) {
  const section = page.getByRole('region', { name: text('key-usage.heading') })
  const clients = section.getByRole('table', { name: text('key-usage.clients-table') })
  const client = (name: string) => clients.getByRole('row').filter({ hasText: name })
  const number = (name: string) => section.locator('dl > div').filter({ hasText: name }).locator('dd')
  const chart = section.getByRole('group', { name: text('key-usage.chart-hint') })
  return { section, clients, client, number, chart }
}

/** Counts sessions of an hour that is so long ago. */
async function sessionsBefore(keyward: Keyward, hours: number, sessions: number): Promise<void> {
  await keyward.sql(`INSERT OR REPLACE INTO key_hours (organization_id, hour, sessions)
    SELECT id, unixepoch() / 3600 - ${hours}, ${sessions} FROM organizations`)
}

test('no one has used the key yet', async ({ keyPage: page }) => {
  const { section, number } = usage(page)
  await expect(number(text('key-usage.active-sessions'))).toHaveText('0')
  await expect(section.getByText(text('key-usage.not-used-last-day'))).toHaveCount(2)
  await section.getByText(text('key-usage.a-month')).click()
  await expect(section.getByText(text('key-usage.not-used-last-month'))).toBeVisible()
  await expect(new KeyPage(page).row).toContainText(text('api-key.not-used-yet'))
})

test('clients that sign in with the key show, with their sessions', async ({ keyPage: page, keyward, alice }) => {
  await keyward.addColleague()
  const key = await alice.reveal()
  for (const agent of ['billing-job/2.1', 'billing-job/2.1', 'nightly/1']) {
    expect((await openSession(keyward.url, key, undefined, agent)).status).toBe(200)
  }
  expect((await openSession(keyward.url, key, COLLEAGUE, 'terraform/1.9')).status).toBe(200)
  const { section, client, number } = usage(page)
  await expect(async () => {
    await page.reload()
    // The one that came last: the others are written by then.
    await expect(client('terraform/1.9').getByRole('cell')).toContainText(['bob', '127.0.0.1', 'terraform/1.9', '1', '1'], { timeout: 5_000 })
  }).toPass()
  await expect(client('billing-job/2.1').getByRole('cell')).toContainText(['alice', '127.0.0.1', 'billing-job/2.1', '2', '2'])
  await expect(number(text('key-usage.active-sessions'))).toHaveText('4')
  await expect(number(text('key-usage.sessions-last-day'))).toHaveText('4')
  await section.getByText(text('key-usage.as-table')).click()
  const hours = section.getByRole('table', { name: text('key-usage.per-hour') }).getByRole('row')
  // Only hours in which there were some.
  await expect(hours).toHaveCount(2)
  await expect(hours.last()).toContainText('4')
  await expect(new KeyPage(page).row.locator('td[data-label="Last Used"] time')).toBeVisible()
})

test('the chart has a scale, and tells the sessions of an hour', async ({ page, keyward, alice }) => {
  await sessionsBefore(keyward, 3, 11)
  await sessionsBefore(keyward, 9, 4)
  await openKeyPage(page, keyward.url, alice)
  const { section, number, chart } = usage(page)
  await expect(number(text('key-usage.peak'))).toHaveText('11')
  await expect(section.locator('.usage-scale')).toHaveText(['12', '6'])
  const told = section.getByRole('status')
  await expect(told).toContainText(text('key-usage.in-peak-hour', { when: '', sessions: 11 }).trim())

  // The first of 24 bars; that of nine hours ago is the fifteenth.
  await chart.focus()
  await page.keyboard.press('Home')
  await expect(told).toContainText(text('account.sessions-count', { all: 0 }))
  for (let step = 0; step < 14; step++) await page.keyboard.press('ArrowRight')
  await expect(told).toContainText(text('account.sessions-count', { all: 4 }))
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowRight')
  await expect(told).toContainText(text('account.sessions-count', { all: 0 }))

  const box = await chart.boundingBox()
  if (!box) throw new Error('the chart does not show')
  await page.mouse.move(box.x + (box.width * 14.5) / 24, box.y + 20)
  await expect(told).toContainText(text('account.sessions-count', { all: 4 }))
  await page.mouse.move(0, 0)
  await expect(told).toContainText(text('key-usage.in-peak-hour', { when: '', sessions: 11 }).trim())
})

test('guessing of the key is reported above everything else', async ({ keyPage: page }) => {
  await page.route('**/key-usage', async (route) => {
    const answer = await route.fetch()
    const guessing = { since: '2026-11-20T08:00:00Z', lastOn: '2026-11-20T09:00:00Z' }
    await route.fulfill({ response: answer, json: { ...(await answer.json()), guessing } })
  })
  await page.reload()
  await expect(page.getByText(text('key-usage.guessing-title'))).toBeVisible()
  await expect(page.getByText(saying('key-usage.guessing-text', { when: /.+/ }))).toBeVisible()
})

test('the dialogs name the clients that will stop', async ({ keyPage: page, keyward, alice }) => {
  const key = await alice.reveal()
  for (let number = 1; number <= 6; number++) {
    expect((await openSession(keyward.url, key, undefined, `job/${number}`)).status).toBe(200)
  }
  const { client, number } = usage(page)
  await expect(async () => {
    await page.reload()
    await expect(client('job/6')).toBeVisible({ timeout: 5_000 })
  }).toPass()
  await expect(number(text('key-usage.active-sessions'))).toHaveText('6')
  const keyPage = new KeyPage(page)
  for (const button of [keyPage.edit, keyPage.regenerate, keyPage.delete]) {
    await button.click()
    const users = keyPage.dialog.getByRole('group', { name: text('key-usage.heading') })
    await expect(users.getByRole('heading')).toHaveText(new RegExp(`^${text('key-usage.breaks', { clients: 6 })}\\s*${text('key-usage.live', { sessions: 6 })}$`))
    await expect(users.getByRole('row')).toHaveCount(5)
    await expect(users.getByRole('row').nth(1)).toContainText(/alice\s*job\/\d\s*127\.0\.0\.1/)
    await expect(users).toContainText(text('key-usage.more-last-day', { clients: 2 }))
    await page.keyboard.press('Escape')
  }
})

test('what can\'t be loaded does not stand in the way of a change', async ({ page, keyward, alice, guard }) => {
  guard.expectNetworkErrors()
  await page.route('**/key-usage', (route) => route.abort())
  await openKeyPage(page, keyward.url, alice)
  const { section, number } = usage(page)
  await expect(section.getByRole('button', { name: text('common.try-again') })).toBeVisible()
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  await expect(keyPage.dialog).toContainText(text('key-usage.unknown'))
  await keyPage.confirm(text('common.regenerate')).click()
  await expect(keyPage.dialog).toBeHidden()
  expect(await keyPage.shownKey()).toBe(await alice.reveal())
  await page.unroute('**/key-usage')
  await askAgain(section)
  await expect(number(text('key-usage.active-sessions'))).toHaveText('0')
})

test('clients that still have the previous key are named', async ({ keyPage: page, keyward, alice }) => {
  const old = await alice.reveal()
  const keyPage = new KeyPage(page)
  await keyPage.doRegenerate()
  const { section } = usage(page)
  await expect(section.getByText(saying('key-usage.not-tried', { since: /.+/ }))).toBeVisible()
  for (const agent of ['forgotten-cron/0.3', 'forgotten-cron/0.3']) {
    expect((await openSession(keyward.url, old, undefined, agent)).status).toBe(400)
  }
  await expect(async () => {
    await page.reload()
    await expect(section.getByText(text('key-usage.still-used', { clients: 1 }))).toBeVisible({ timeout: 5_000 })
    await expect(section.getByRole('listitem')).toContainText(saying('key-usage.attempts', { admin: 'alice', address: '127.0.0.1', client: 'forgotten-cron/0.3', attempts: 2, first: /.+/, last: /.+/ }), { timeout: 5_000 })
  }).toPass()
  // Who has no key is not told one.
  expect(await page.content()).not.toContain(old)
})

test('without a key only the deleted one is spoken of', async ({ keyPage: page, alice, guard }) => {
  guard.expectStatus(404)
  const { section, number } = usage(page)
  await expect(number(text('key-usage.key-age'))).toHaveText(text('api-key.less-than-a-day'))
  await alice.delete()
  await page.reload()
  await expect(section.getByText(saying('key-usage.not-tried-deleted', { since: /.+/ }))).toBeVisible()
  await expect(section.getByText(text('key-usage.a-day'))).toHaveCount(0)
  await expect(page.getByLabel(/hide.*after/i)).toHaveCount(0)
})

test('an old key says so in its row, and offers to regenerate', async ({ keyPage: page, keyward }) => {
  const keyPage = new KeyPage(page)
  await expect(keyPage.row).toContainText(text('api-key.less-than-a-day'))
  await expect(keyPage.row.getByRole('button', { name: text('common.regenerate') })).toHaveCount(0)
  await keyward.sql('UPDATE api_keys SET last_modified_on = last_modified_on - 120 * 86400000')
  await page.reload()
  await expect(keyPage.row).toContainText(text('api-key.old', { age: text('api-key.days', { days: 120 }) }))
  await keyPage.row.getByRole('button', { name: text('common.regenerate') }).click()
  await expect(keyPage.dialog).toHaveAccessibleName(text('api-key.regenerate-title', { organization: 'Acme' }))
})

test('view only shows who uses the key', async ({ page, keyward, alice }) => {
  await keyward.permission('READ_ONLY')
  await openKeyPage(page, keyward.url, alice)
  await expect(usage(page).number(text('key-usage.active-sessions'))).toHaveText('0')
})
