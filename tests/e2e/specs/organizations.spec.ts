import { openSession } from '../harness/cloudApi.ts'
import { expectRefused, lookAgain } from '../harness/gestures.ts'
import { everything } from '../harness/keyPage.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { OrganizationsPage } from '../harness/organizations.ts'
import { expect, test } from '../harness/test.ts'
import { text, windowTitle } from '../harness/text.ts'

test.beforeEach(async ({ keyward }) => {
  await keyward.addOrganizations(['Globex', 'Initech'])
})

test('all that one has a role in, found by a search, and opened', async ({ page, keyward, alice }) => {
  const organizations = await OrganizationsPage.open(page, keyward.url, alice)
  await expect(organizations.rows).toHaveCount(3)
  await expect(organizations.row('Globex')).toContainText(text('organizations.subscription-active'))
  await expect(organizations.row('Globex')).toContainText(text('organizations.key-enabled'))
  await expect(organizations.row('Globex')).toContainText(text('api-key.days', { days: 0 }))
  await expect(organizations.row('Globex')).toContainText('Service Provider')
  await organizations.search.fill('INI')
  await expect(organizations.rows).toHaveCount(1)
  await expect(page.getByText(text('organizations.found', { shown: 1, all: 3 }), { exact: true })).toBeVisible()
  await organizations.search.fill('nowhere')
  await expect(organizations.rows).toHaveCount(0)
  await expect(page.getByText(text('organizations.found', { shown: 0, all: 3 }))).toBeVisible()
  await organizations.search.fill('')
  await page.getByRole('main').getByRole('link', { name: 'Globex', exact: true }).click()
  await expect(page).toHaveTitle(windowTitle(text('api-key.title'), 'Globex'))
})

test('one key for several organizations replaces the old keys', async ({ page, keyward, alice }) => {
  const old = await alice.reveal()
  expect((await openSession(keyward.url, old)).status).toBe(200)
  const organizations = await OrganizationsPage.open(page, keyward.url, alice)
  await organizations.sameKey.click()
  await organizations.button(text('organizations.next')).click()
  await expect(organizations.key).toHaveAccessibleDescription(/exactly 12 characters/)
  await expect(organizations.dialog.getByText(text('organizations.none-chosen'))).toBeVisible()
  await organizations.button(text('organizations.generate')).click()
  await expect(organizations.key).toHaveValue(/^[A-Za-z0-9]{12}$/)
  const key = await organizations.key.inputValue()
  await organizations.choice('Acme').check()
  await organizations.choice('Initech').check()
  await organizations.button(text('organizations.next')).click()
  await expect(organizations.outcome('Acme')).toContainText(text('organizations.usage', { sessions: 1, clients: 1 }))
  await expect(organizations.outcome('Initech')).toContainText(text('organizations.usage', { sessions: 0, clients: 0 }))
  await organizations.button(text('organizations.back')).click()
  await expect(organizations.key).toHaveValue(key)
  await expect(organizations.choice('Acme')).toBeChecked()
  await organizations.button(text('organizations.next')).click()
  await organizations.button(text('organizations.replace', { count: 2 })).click()
  await expect(organizations.dialog.getByText(text('organizations.set-in-all', { count: 2 }))).toBeVisible()
  // The key is there a last time.
  await expect(organizations.dialog).not.toContainText(key)
  await organizations.button(text('controls.reveal')).click()
  await expect(organizations.dialog.getByRole('code')).toHaveText(key)
  await organizations.button(text('common.close')).click()
  expect(await everything(page)).not.toContain(key)
  await expect(organizations.row('Acme')).toContainText('alice')
  await expect(organizations.row('Globex')).toContainText('Service Provider')
  expect(await alice.reveal()).toBe(key)
  expect((await openSession(keyward.url, old)).status).toBe(400)
})

test('a failure says why and is retried without repeating the rest', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(412)
  guard.expectStatus(422)
  const organizations = await OrganizationsPage.open(page, keyward.url, alice)
  await organizations.sameKey.click()
  await organizations.key.fill('SameKey00001')
  for (const name of ['Acme', 'Globex', 'Initech']) await organizations.choice(name).check()
  await organizations.button(text('organizations.next')).click()
  await expect(organizations.outcome('Initech')).toContainText(text('key-usage.active-sessions').slice(1))
  await alice.regenerate()
  await organizations.button(text('organizations.replace', { count: 3 })).click()
  await expect(organizations.outcome('Acme')).toContainText(text('problems.stale-version'))
  await expect(organizations.outcome('Globex')).toContainText(text('organizations.set'))
  await expect(organizations.dialog.getByText(text('organizations.set-in-some', { done: 2, all: 3 }))).toBeVisible()
  await organizations.button(text('organizations.try-again', { organization: 'Acme' })).click()
  await expect(organizations.dialog.getByText(text('organizations.set-in-all', { count: 3 }))).toBeVisible()
  expect(await alice.reveal()).toBe('SameKey00001')
  expect(await keyward.sql('SELECT GROUP_CONCAT(version) FROM (SELECT version FROM api_keys ORDER BY version)')).toBe('2,2,3')
})

test('where it can not be set, the reason is there', async ({ page, keyward, alice }) => {
  await keyward.sql("UPDATE organizations SET subscription = 'expired' WHERE name = 'Globex'")
  await keyward.sql("UPDATE api_keys SET sealed_key = NULL WHERE organization_id = (SELECT id FROM organizations WHERE name = 'Initech')")
  const organizations = await OrganizationsPage.open(page, keyward.url, alice)
  await expect(organizations.row('Globex')).toContainText(text('organizations.subscription-expired'))
  await expect(organizations.row('Initech')).toContainText(text('common.none'))
  await expect(organizations.row('Initech'), 'a key that is not there has no age').not.toContainText('days')
  await expectRefused(organizations.sameKey, text('organizations.too-few'))
  await keyward.sql("UPDATE organizations SET subscription = 'active'")
  await lookAgain(page)
  await organizations.sameKey.click()
  await expect(organizations.choice('Initech')).toBeDisabled()
  await expect(organizations.choice('Initech')).toHaveAccessibleDescription(new RegExp(text('organizations.no-key')))
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`each step is accessible in ${colorScheme} at ${width}`, async ({ page, keyward, alice }) => {
      test.slow()
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 640 })
      const fine = async () => {
        await expectNoFindings(page)
        await expectFits(page)
      }
      const organizations = await OrganizationsPage.open(page, keyward.url, alice)
      await fine()
      await organizations.sameKey.click()
      await organizations.button(text('organizations.next')).click()
      await expect(organizations.key).toHaveAttribute('aria-invalid', 'true')
      await fine()
      await organizations.button(text('organizations.generate')).click()
      await organizations.choice('Globex').check()
      await organizations.button(text('organizations.next')).click()
      await expect(organizations.outcome('Globex')).toContainText(text('key-usage.active-sessions').slice(1))
      await fine()
      await organizations.button(text('organizations.replace', { count: 1 })).click()
      await expect(organizations.dialog.getByText(text('organizations.set-in-all', { count: 1 }))).toBeVisible()
      await fine()
    })
  }
}
