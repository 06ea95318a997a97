import type { Locator } from '@playwright/test'
import { ALL_PERMISSIONS, AdministratorsPage, RolesPage } from '../harness/administration.ts'
import { AuditLog } from '../harness/auditLog.ts'
import { setColorScheme } from '../harness/browser.ts'
import { lookAgain, tabTo } from '../harness/gestures.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { manyAuditRows, manyOrganizations } from '../harness/many.ts'
import { OrganizationsPage } from '../harness/organizations.ts'
import type { PortalApi } from '../harness/portalApi.ts'
import { printed } from '../harness/print.ts'
import { ShapedTable } from '../harness/shapedTable.ts'
import { SignInForm } from '../harness/signInForm.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

const COLUMNS = [text('common.name'), text('common.role'), text('common.status'), text('administrators.last-sign-in'), text('administrators.active-sessions')]

async function invite(alice: PortalApi): Promise<void> {
  await alice.invite('bob@acme.example', 'Key Manager')
  await alice.invite('Carol@acme.example', 'Auditor')
}

test('columns shaped with the mouse persist', async ({ page, keyward, alice }) => {
  await invite(alice)
  await AdministratorsPage.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('administrators.title'))
  await table.expectHeadings(COLUMNS)

  await table.open.click()
  await table.shown(text('common.status')).uncheck()
  await table.expectSaid(text('table.is-hidden', { column: 'Status' }))
  await page.keyboard.press('Escape')
  await table.drag(text('administrators.active-sessions'), text('common.name'), 'before')
  await table.drag(text('common.name'), text('administrators.last-sign-in'), 'behind')
  const shaped = [text('administrators.active-sessions'), text('common.role'), text('administrators.last-sign-in'), text('common.name')]
  await table.expectHeadings(shaped)
  await expect(table.table.getByRole('row').nth(1).getByRole('cell').first()).toHaveText(/portal/)

  const before = await table.width(text('common.role'))
  await table.dragBorder(text('common.role'), 60)
  expect(await table.width(text('common.role'))).toBe(before + 60)
  await table.sort(text('common.name')).click()
  await expect(table.cells(text('common.name'))).toHaveText([/^alice/, /^bob/, /^carol/])
  await table.sort(text('common.name')).click()
  await expect(table.cells(text('common.name'))).toHaveText([/^carol/, /^bob/, /^alice/])
  await expect(table.heading(text('common.name'))).toHaveAttribute('aria-sort', 'descending')

  const isAsLeft = async () => {
    await table.expectHeadings(shaped)
    expect(await table.width(text('common.role'))).toBe(before + 60)
    await expect(table.cells(text('common.name'))).toHaveText([/^carol/, /^bob/, /^alice/])
  }
  await page.reload()
  await isAsLeft()
  await page.getByRole('button', { name: text('frame.sign-out') }).click()
  const signIn = new SignInForm(page)
  await signIn.signIn()
  await expect(page.getByRole('button', { name: text('frame.sign-out') })).toBeVisible()
  await page.goto(`${keyward.url}/o/${alice.organization}/administrators`)
  await isAsLeft()

  // The order of the rows stays.
  await table.open.click()
  await table.reset.click()
  await table.expectHeadings(COLUMNS)
  await expect(table.table).not.toHaveClass(/table-given/)
  await expect(table.cells(text('common.name'))).toHaveText([/^carol/, /^bob/, /^alice/])
})

test('columns are shaped by keyboard, and each step is announced', async ({ page, keyward, alice }) => {
  await invite(alice)
  await AdministratorsPage.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('administrators.title'))
  await tabTo(page, table.open)
  await page.keyboard.press('Enter')
  await expect(table.menu).toBeVisible()

  await tabTo(page, table.shown(text('common.role')))
  await page.keyboard.press('Space')
  await table.expectSaid(text('table.is-hidden', { column: 'Role' }))
  await expect(table.shown(text('common.role'))).toBeFocused()
  await expect(table.shown(text('common.role'))).not.toBeChecked()
  await page.keyboard.press('Space')
  await table.expectSaid(text('table.is-shown', { column: 'Role' }))

  await tabTo(page, table.control(text('table.down', { column: 'Role' })))
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await table.expectSaid(text('table.place', { column: 'Role', position: 4, all: 5 }))
  await expect(table.control(text('table.down', { column: 'Role' }))).toBeFocused()
  await table.expectHeadings([text('common.name'), text('common.status'), text('administrators.last-sign-in'), text('common.role'), text('administrators.active-sessions')])

  const before = await table.width(text('common.name'))
  await tabTo(page, table.control(text('table.wider', { column: 'Name' })))
  await page.keyboard.press('Enter')
  await table.expectSaid(text('table.width', { column: text('common.name'), pixels: before + 24 }))
  expect(await table.width(text('common.name'))).toBe(before + 24)
  await page.keyboard.press('Escape')
  await expect(table.menu).toBeHidden()
  await expect(table.open).toBeFocused()

  await tabTo(page, table.sort(text('common.name')))
  await page.keyboard.press('Enter')
  await table.expectSaid(text('table.sorted-ascending', { column: 'Name' }))
  await expect(table.sort(text('common.name'))).toBeFocused()
  await page.keyboard.press('Enter')
  await table.expectSaid(text('table.sorted-descending', { column: 'Name' }))
})

test('one column stays', async ({ keyPage: page }) => {
  const table = new ShapedTable(page, text('api-key.title'))
  await table.open.click()
  for (const name of [text('common.last-modified-by'), text('common.last-modified-on'), text('api-key.age'), text('common.last-used')]) await table.shown(name).uncheck()
  await table.expectHeadings([text('api-key.actions')])
  // Without it nothing would tell that there is a key.
  await expect(table.shown(text('api-key.actions'))).toBeDisabled()
  await table.shown(text('api-key.actions')).click({ force: true })
  await expect(table.shown(text('api-key.actions'))).toBeChecked()
  await table.expectHeadings([text('api-key.actions')])
  await table.reset.click()
  await table.expectHeadings([text('api-key.actions'), text('common.last-modified-by'), text('common.last-modified-on'), text('api-key.age'), text('common.last-used')])
})

test('the key keeps working in whichever column it is', async ({ keyPage: page, alice }) => {
  const table = new ShapedTable(page, text('api-key.title'))
  await table.drag(text('common.last-modified-on'), text('api-key.actions'), 'before')
  await table.dragBorder(text('common.last-modified-by'), -40)
  await table.expectHeadings([text('common.last-modified-on'), text('api-key.actions'), text('common.last-modified-by'), text('api-key.age'), text('common.last-used')])
  await page.getByRole('button', { name: text('controls.reveal') }).click()
  await expect(table.cells(text('api-key.actions'))).toContainText(await alice.reveal())
})

test('the search looks in hidden columns too', async ({ page, keyward, alice }) => {
  await invite(alice)
  await AdministratorsPage.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('administrators.title'))
  await table.open.click()
  await table.shown(text('common.role')).uncheck()
  await page.keyboard.press('Escape')
  const search = page.getByRole('searchbox', { name: text('common.search') })
  await search.fill('key MAN')
  await expect(table.cells(text('common.name'))).toHaveText([/^bob/])
  await expect(page.getByText(text('administrators.found', { shown: 1, all: 3 }))).toBeVisible()
  await search.fill('nobody')
  await expect(page.getByText(text('administrators.none-found', { search: 'nobody' }))).toBeVisible()
  await search.fill('')
  await expect(table.cells(text('common.name'))).toHaveCount(3)
})

test('what is clipped shows whole on hover, and only that', async ({ page, keyward, alice }) => {
  const name = 'somebody.with-a-rather-long-name@department.acme.example'
  await alice.invite(name, 'Auditor')
  await AdministratorsPage.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('administrators.title'))
  await table.dragBorder(text('common.name'), -100)
  const cell = table.cells(text('common.name')).filter({ hasText: name }).locator('.cell')
  await cell.hover()
  await expect(cell).toHaveAttribute('title', name)
  const whole = table.cells(text('common.name')).filter({ hasText: /^alice/ }).locator('.cell')
  // Browsers round the widths that a script reads, each by where the element is.
  for (let tenths = 0; tenths < 10; tenths += 1) {
    await page.locator('#main').evaluate((main, padding) => (main.style.paddingInlineStart = padding), `${100 + tenths / 10}px`)
    await whole.hover()
    await expect(whole).not.toHaveAttribute('title')
    await table.cells(text('common.role')).first().hover()
  }
})

test('settings that make no sense do no harm', async ({ page, keyward, alice }) => {
  await page.addInitScript(() => {
    // Firefox runs this on an empty page first, which has no storage.
    if (origin !== 'null') localStorage.setItem('keyward.table.administrators', '!name:9,,role:x,role,nothing:70000;-nothing')
  })
  await AdministratorsPage.open(page, keyward.url, alice)
  await new ShapedTable(page, text('administrators.title')).expectHeadings([text('common.role'), text('common.status'), text('administrators.last-sign-in'), text('administrators.active-sessions')])
})

test('columns give way in narrow windows unless requested', async ({ page, keyward, alice }) => {
  await page.setViewportSize({ width: 1024, height: 768 })
  await OrganizationsPage.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('frame.organizations'))
  const seen = () => table.table.locator('th[data-column]').filter({ visible: true })
  await expect(seen()).toHaveText([text('common.name'), text('organizations.subscription'), text('api-key.actions'), text('common.last-modified-on')])
  await table.open.click()
  await expect(table.shown(text('organizations.cloud')), 'is checked only where it shows').not.toBeChecked()
  await table.shown(text('organizations.cloud')).check()
  await table.expectSaid(text('table.is-shown', { column: 'Cloud' }))
  const asked = [text('common.name'), text('organizations.cloud'), text('organizations.subscription'), text('api-key.actions'), text('common.last-modified-on')]
  await expect(seen()).toHaveText(asked)
  await page.setViewportSize({ width: 700, height: 768 })
  await page.reload()
  await expect(seen()).toHaveText([text('common.name'), text('organizations.cloud'), text('api-key.actions'), text('common.last-modified-on')])
  await page.setViewportSize({ width: 1280, height: 768 })
  await expect(seen()).toHaveText([text('common.name'), text('organizations.cloud'), text('organizations.subscription'), text('api-key.actions'), text('api-key.age'), text('common.last-modified-on')])
  expect(await page.locator('.table-box').evaluate((box) => box.scrollWidth - box.clientWidth), 'nothing is cut off').toBe(0)
  await page.setViewportSize({ width: 1440, height: 768 })
  await expect(seen()).toHaveText([text('common.name'), text('organizations.cloud'), text('organizations.subscription'), text('api-key.actions'), text('api-key.age'), text('common.last-modified-by'), text('common.last-modified-on')])
})

for (const width of [1440, 1024, 700]) {
  test(`a table is as wide as its page at ${width} pixels`, async ({ page, keyward, alice }) => {
    await page.setViewportSize({ width, height: 768 })
    await alice.invite('somebody.with-a-rather-long-name@department.acme.example', 'API Client Admin')
    const admins = await AdministratorsPage.open(page, keyward.url, alice)
    await expect(admins.rows).toHaveCount(2)
    const beyond = await page.locator('.table-frame').evaluate((frame) => frame.scrollWidth - frame.clientWidth)
    expect(beyond).toBe(0)
    await expectFits(page)
  })
}

test('the first column stays in sight while the rest scrolls', async ({ page, keyward, alice }) => {
  await page.setViewportSize({ width: 1280, height: 740 })
  await OrganizationsPage.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('frame.organizations'))
  await table.open.click()
  for (const column of [text('common.role'), text('administrators.active-sessions')]) await table.shown(column).check()
  await page.keyboard.press('Escape')
  await page.locator('.table-box').evaluate((box) => box.scrollTo({ left: 1e9 }))
  await expect(table.cells(text('administrators.active-sessions')).first()).toBeInViewport({ ratio: 1 })
  await expect(table.cells(text('common.name')).first()).toBeInViewport({ ratio: 1 })
  await expect(table.cells(text('administrators.active-sessions')).first()).toHaveCSS('text-align', 'right')
  await expectFits(page)
})

test('on a phone a row is a card of two lines with a menu', async ({ page, keyward, alice }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await invite(alice)
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  const box = async (locator: Locator) => (await locator.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  const row = admins.row('alice')
  const [card, name, state, role, menu] = [
    await box(row),
    await box(row.locator('[data-label=Name]')),
    await box(row.locator('[data-label=Status]')),
    await box(row.locator('[data-label=Role]')),
    await box(admins.menu('alice')),
  ]
  expect(Math.abs(name.y - state.y), 'name and state are in one line').toBeLessThan(4)
  expect(role.y).toBeGreaterThanOrEqual(name.y + name.height)
  expect(card.height).toBeLessThan(80)
  expect(menu.x + menu.width).toBeGreaterThan(card.x + card.width - 16)
  expect(menu.y).toBeLessThan(role.y)
})

test('on paper a table stays a table', async ({ page, keyward, alice }) => {
  await page.setViewportSize({ width: 500, height: 740 })
  const admins = await AdministratorsPage.open(page, keyward.url, alice)
  await expect(admins.rows).toHaveCount(1)
  await expect(new ShapedTable(page, text('administrators.title')).heading(text('common.name'))).toBeHidden()
  const { words } = await printed(page, { landscape: false })
  expect(words).toMatch(new RegExp(`${text('common.name')} +${text('common.role')} +${text('common.status')}`))
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`cards are sorted from the menu at 360 px in ${colorScheme}`, async ({ page, keyward, alice }) => {
    await setColorScheme(page, colorScheme)
    await page.setViewportSize({ width: 360, height: 740 })
    await invite(alice)
    await AdministratorsPage.open(page, keyward.url, alice)
    const table = new ShapedTable(page, text('administrators.title'))
    await table.open.click()
    await expect(table.control(text('table.wider', { column: 'Name' }))).toBeHidden()
    await expectNoFindings(page)
    await expectFits(page)
    await table.control(text('table.sort', { column: 'Name' })).click()
    await table.control(text('table.sort-ascending', { column: 'Name' })).click()
    await table.control(text('table.up', { column: 'Role' })).click()
    await page.keyboard.press('Escape')
    await expect(table.cells(text('common.name'))).toHaveText([/^carol/, /^bob/, /^alice/])
    await expect(table.table.getByRole('row').first().getByRole('cell').first()).toHaveText('Auditor')
    await expectNoFindings(page)
    await expectFits(page)
  })

  test(`the column menu is accessible in ${colorScheme}`, async ({ page, keyward, alice }) => {
    await setColorScheme(page, colorScheme)
    await keyward.sql(manyOrganizations(300))
    await OrganizationsPage.open(page, keyward.url, alice)
    await expectNoFindings(page)
    await new ShapedTable(page, text('frame.organizations')).open.click()
    await expectNoFindings(page)
    await expectFits(page)
  })
}

for (const width of [1280, 360]) {
  test(`rows beyond the screen are virtual at ${width} pixels`, async ({ page, keyward, alice }) => {
    await page.setViewportSize({ width, height: 740 })
    await keyward.sql(manyOrganizations(10_000))
    const organizations = await OrganizationsPage.open(page, keyward.url, alice)
    const table = new ShapedTable(page, text('frame.organizations'))
    await expect(page.getByText(text('organizations.count', { all: 10001 }))).toBeVisible()
    await expect(table.table).toHaveAttribute('aria-rowcount', '10002')
    expect(await organizations.rows.count()).toBeLessThan(60)

    // To the end, whichever it is that scrolls.
    await page.mouse.move(width / 2, 600)
    await expect(async () => {
      await page.evaluate(() => {
        for (const place of [document.scrollingElement, document.querySelector('.table-box')]) place?.scrollTo({ top: 1e9 })
      })
      await expect(organizations.row('Organization 09999')).toBeInViewport({ timeout: 500 })
    }).toPass()
    expect(await organizations.rows.count()).toBeLessThan(60)
    await expect(organizations.row('Organization 09999')).toHaveAttribute('aria-rowindex', '10002')

    await organizations.search.fill('organization 00042')
    await expect(organizations.rows).toHaveCount(1)
    await expect(organizations.row('Organization 00042')).toBeInViewport()
    await expectFits(page)
  })
}

test('a long table keeps the keyboard focus', async ({ page, keyward, alice }) => {
  await keyward.sql(manyOrganizations(300))
  const organizations = await OrganizationsPage.open(page, keyward.url, alice)
  await tabTo(page, organizations.rows.first().getByRole('link'))
  for (let row = 0; row < 80; row++) await page.keyboard.press('Tab')
  const focused = page.locator('a:focus')
  await expect(focused).toHaveAccessibleName(/^Organization 000\d\d$/)
  await expect(focused).toBeInViewport()
  await page.locator('.table-box').evaluate((place) => place.scrollTo({ top: 1e9 }))
  await expect(focused).toHaveCount(0)
  await expect(page.getByRole('group', { name: text('frame.organizations'), exact: true })).toBeFocused()
})

test('a row keeps its open menu when others come before it', async ({ page, keyward, alice }) => {
  await invite(alice)
  const administrators = await AdministratorsPage.open(page, keyward.url, alice)
  await tabTo(page, administrators.menu('carol@acme.example'))
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  const entries = page.getByRole('group', { name: 'Actions: carol@acme.example', exact: true })
  await expect(entries.locator(':focus')).toHaveCount(1)
  await alice.invite('aaron@acme.example', 'Auditor')
  await lookAgain(page)
  await expect(administrators.rows.first()).toContainText('aaron@acme.example')
  await expect(entries.locator(':focus')).toHaveCount(1)
})

test('a row keeps its menu, or its focus, when a row moves', async ({ page, keyward, alice }) => {
  const permissions = ALL_PERMISSIONS
  for (const name of ['Alpha', 'Beta']) await alice.add('roles', { name, permissions })
  const roles = await RolesPage.open(page, keyward.url, alice)
  await new ShapedTable(page, text('roles.title')).sort(text('common.role')).click()
  await expect(roles.rows.first()).toContainText('Alpha')
  await tabTo(page, roles.menu('Beta'))
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  const entries = page.getByRole('group', { name: 'Actions: Beta', exact: true })
  await expect(entries.locator(':focus')).toHaveCount(1)
  await alice.change('roles', 'Alpha', 'PUT', '', { name: 'Zeta', permissions })
  await lookAgain(page)
  await expect(roles.rows.last()).toContainText('Zeta')
  await expect(entries.locator(':focus')).toHaveCount(1)

  await page.keyboard.press('Escape')
  await tabTo(page, roles.menu('Zeta'))
  await alice.change('roles', 'Zeta', 'PUT', '', { name: 'Alpha', permissions })
  await lookAgain(page)
  await expect(roles.rows.first()).toContainText('Alpha')
  await expect(roles.menu('Alpha')).toBeFocused()
})

test('the keyboard goes through a long table faster than frames', async ({ page, keyward, alice }) => {
  await keyward.sql(manyOrganizations(300))
  // The events about scrolling come with frames: as late as can be.
  await page.addInitScript(() => window.addEventListener('scroll', (event) => event.stopImmediatePropagation(), true))
  const organizations = await OrganizationsPage.open(page, keyward.url, alice)
  await tabTo(page, organizations.rows.first().getByRole('link'))
  for (let row = 0; row < 80; row++) await page.keyboard.press('Tab')
  await expect(page.locator('a:focus')).toHaveAccessibleName(/^Organization 000\d\d$/)
  for (let row = 0; row < 60; row++) await page.keyboard.press('Shift+Tab')
  await expect(page.locator('a:focus')).toHaveAccessibleName(/^Organization 000[0-2]\d$/)
})

test('more rows of the audit log come as one scrolls', async ({ page, keyward, alice }) => {
  await keyward.sql(manyAuditRows(1000))
  const log = await AuditLog.open(page, keyward.url, alice)
  const table = new ShapedTable(page, text('roles.audit-log'))
  await expect(log.more).toBeVisible()
  const first = await log.loaded()
  await page.locator('.table-box').hover()
  await expect(async () => {
    await page.mouse.wheel(0, 5000)
    expect(await log.loaded()).toBeGreaterThan(first * 3)
  }).toPass()
  expect(await table.table.getByRole('row').count()).toBeLessThan(60)
})

test('rows are requested one page at a time', async ({ page, keyward, alice }) => {
  await keyward.sql(manyAuditRows(1000))
  const log = await AuditLog.open(page, keyward.url, alice)
  await expect(log.more).toBeVisible()
  // The answer in another order is slow, and the end of the old rows comes into sight meanwhile.
  const asked: string[] = []
  let answer = () => {}
  const slow = new Promise<void>((resolve) => (answer = resolve))
  await page.route(/audit-log\?/, async (route) => {
    asked.push(new URL(route.request().url()).search)
    await slow
    await route.continue()
  })
  await page.getByRole('button', { name: text('audit-log.timestamp'), exact: true }).click()
  await expect.poll(() => asked).toEqual(['?after=0'])
  const box = page.locator('.table-box')
  await box.evaluate(async (place) => {
    place.scrollTo({ top: 1e9 })
    for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
  })
  expect(asked).toEqual(['?after=0'])
  answer()
  await expect(log.rows.first()).toContainText('Command Line')
  await expect(log.rows.first()).toBeInViewport()
  expect(await log.loaded(), 'no more than shows').toBe(100)
})

test('rows that take the place of others are read from their start', async ({ page, keyward, alice }) => {
  await keyward.sql(manyAuditRows(1000))
  const log = await AuditLog.open(page, keyward.url, alice)
  const box = page.locator('.table-box')
  await expect(log.more).toBeVisible()
  const search = log.filter(text('common.search'))
  for (const [wanted, first, loaded] of [
    ['resource-99', 'resource-999', 11],
    ['', 'resource-1000', 100],
  ] as const) {
    // A few rows that end within the box, and their end in sight, are what many would come after.
    await box.evaluate((place) => place.scrollTo({ top: 1e9 }))
    await search.fill(wanted)
    await search.press('Enter')
    await expect(log.rows.first()).toContainText(first)
    await expect(log.rows.first()).toBeInViewport()
    expect(await log.loaded()).toBe(loaded)
  }
})
