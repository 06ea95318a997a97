import type { Page } from '@playwright/test'
import { openSession } from '../harness/cloudApi.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { COLLEAGUE } from '../harness/keyward.ts'
import { expect, openKeyPage, test } from '../harness/test.ts'

// The limit of 2 sign-ins a second is not what these tests are about.
test.use({ flags: ['--rate-limit-session', 'off'] })

function usage(page: Page) {
  const section = page.getByRole('region', { name: 'Who uses the key' })
  const clients = section.getByRole('table', { name: 'Clients that use the key' })
  const client = (name: string) => clients.getByRole('row').filter({ hasText: name })
  return { section, clients, client }
}

test('nobody has used the key yet', async ({ keyPage: page }) => {
  const { section } = usage(page)
  await expect(section.getByText('No API session lives now.')).toBeVisible()
  await expect(section.getByText('Nobody has used this key in the last 24 hours.')).toBeVisible()
  await section.getByText('30 days').click()
  await expect(section.getByText('Nobody has used this key in the last 30 days.')).toBeVisible()
})

test('whoever signs in with the key shows, with their sessions', async ({ keyPage: page, keyward, alice }) => {
  await keyward.addColleague()
  const key = await alice.reveal()
  for (const agent of ['billing-job/2.1', 'billing-job/2.1', 'nightly/1']) {
    expect((await openSession(keyward.url, key, undefined, agent)).status).toBe(200)
  }
  expect((await openSession(keyward.url, key, COLLEAGUE, 'terraform/1.9')).status).toBe(200)
  const { section, client } = usage(page)
  await expect(async () => {
    await page.reload()
    // The one that came last: the others are written by then.
    await expect(client('terraform/1.9').getByRole('cell')).toContainText(['bob', '127.0.0.1', 'terraform/1.9', '1', '1'], { timeout: 1_000 })
  }).toPass()
  await expect(client('billing-job/2.1').getByRole('cell')).toContainText(['alice', '127.0.0.1', 'billing-job/2.1', '2', '2'])
  await expect(section.getByText('4 API sessions live now.')).toBeVisible()
  await expect(section.getByText('4 sessions opened in the last 24 hours')).toBeVisible()
  await section.getByText('Show the numbers').click()
  const hours = section.getByRole('table', { name: 'Sessions per hour' }).getByRole('row')
  await expect(hours).toHaveCount(25)
  await expect(hours.last()).toContainText('4')
})

test('somebody guesses the key: the page says so above everything else', async ({ keyPage: page }) => {
  await page.route('**/key-usage', async (route) => {
    const answer = await route.fetch()
    const guessing = { since: '2026-11-20T08:00:00Z', lastOn: '2026-11-20T09:00:00Z' }
    await route.fulfill({ response: answer, json: { ...(await answer.json()), guessing } })
  })
  await page.reload()
  await expect(page.getByText('Someone is guessing this key')).toBeVisible()
  await expect(page.getByText(/Find the admin and the address in the audit log/)).toBeVisible()
})

test('the dialogs say who will be refused, and wait for nothing', async ({ keyPage: page, keyward, alice }) => {
  const key = await alice.reveal()
  for (let number = 1; number <= 6; number++) {
    expect((await openSession(keyward.url, key, undefined, `job/${number}`)).status).toBe(200)
  }
  const { section, client } = usage(page)
  await expect(async () => {
    await page.reload()
    await expect(client('job/6')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await expect(section.getByText('6 API sessions live now.')).toBeVisible()
  const keyPage = new KeyPage(page)
  for (const button of [keyPage.edit, keyPage.regenerate, keyPage.delete]) {
    await button.click()
    const users = keyPage.dialog.getByRole('group', { name: 'Who uses the key' })
    await expect(users).toContainText('6 API sessions live now.')
    await expect(users.getByRole('listitem')).toHaveCount(4)
    await expect(users.getByRole('listitem').first()).toContainText('alice from 127.0.0.1 (job/')
    await expect(users).toContainText('2 more clients in the last 24 hours.')
    await page.keyboard.press('Escape')
  }
})

test('what can\'t be loaded does not stand in the way of a change', async ({ page, keyward, alice, guard }) => {
  guard.expectNetworkErrors()
  await page.route('**/key-usage', (route) => route.abort())
  await openKeyPage(page, keyward.url, alice)
  const { section } = usage(page)
  await expect(section.getByRole('button', { name: 'Try again' })).toBeVisible()
  const keyPage = new KeyPage(page)
  await keyPage.regenerate.click()
  await expect(keyPage.dialog).toContainText('You can go on all the same.')
  await keyPage.confirm('Regenerate').click()
  await expect(keyPage.dialog).toBeHidden()
  expect(await keyPage.shownKey()).toBe(await alice.reveal())
  await page.unroute('**/key-usage')
  await section.getByRole('button', { name: 'Try again' }).click()
  await expect(section.getByText('No API session lives now.')).toBeVisible()
})

test('whoever still has the old key is named', async ({ keyPage: page, keyward, alice }) => {
  const old = await alice.reveal()
  const keyPage = new KeyPage(page)
  await keyPage.doRegenerate()
  const { section } = usage(page)
  await expect(section.getByText('Nobody has tried the old key since it was replaced')).toBeVisible()
  for (const agent of ['forgotten-cron/0.3', 'forgotten-cron/0.3']) {
    expect((await openSession(keyward.url, old, undefined, agent)).status).toBe(400)
  }
  await expect(async () => {
    await page.reload()
    await expect(section.getByText('1 client still tries the old key')).toBeVisible({ timeout: 1_000 })
    await expect(section.getByRole('listitem')).toContainText('alice from 127.0.0.1 (forgotten-cron/0.3): 2 attempts since', { timeout: 1_000 })
  }).toPass()
  // Who has no key is not told one.
  expect(await page.content()).not.toContain(old)
})

test('an old key is called old, and a young one is not', async ({ keyPage: page, keyward }) => {
  const { section } = usage(page)
  await expect(section.getByText('No API session lives now.')).toBeVisible()
  await expect(section.getByText('days old')).toBeHidden()
  await keyward.sql('UPDATE api_keys SET last_modified_on = last_modified_on - 120 * 86400000')
  await page.reload()
  await expect(section.getByText('This key is 120 days old')).toBeVisible()
})

test('a role that only looks sees who uses the key', async ({ page, keyward, alice }) => {
  await keyward.permission('READ_ONLY')
  await openKeyPage(page, keyward.url, alice)
  await expect(usage(page).section.getByText('No API session lives now.')).toBeVisible()
})
