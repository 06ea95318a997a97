import { allowCopying } from '../harness/browser.ts'
import { actByKeyboard, expectRefused, lookAgain, menuOf, tabTo } from '../harness/gestures.ts'
import { everything } from '../harness/keyPage.ts'
import { expectFits, expectNoFindings } from '../harness/looks.ts'
import { LossyProxy } from '../harness/lossyProxy.ts'
import { SandboxTokensPage, submit } from '../harness/sandboxTokens.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test('a token is added, used, renamed, regenerated and deleted', async ({ page, keyward, alice }) => {
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  await expect(page.getByText(text('sandbox-tokens.empty-title'))).toBeVisible()
  await expect(page.getByText(`${keyward.url}/zscsb`)).toBeVisible()
  const first = await tokens.doAdd('mail-gw')
  await expect(tokens.row('mail-gw')).toContainText(text('sandbox-tokens.new'))
  await expect(tokens.add).toBeFocused()
  expect(await submit(keyward.url, first)).toBe(204)

  await tokens.act('mail-gw', text('common.edit'))
  await expect(tokens.name).toHaveValue('mail-gw')
  await tokens.name.fill('proxy')
  await tokens.confirm(text('common.save'))
  await expect(tokens.row('proxy')).toContainText('alice')
  expect(await submit(keyward.url, first)).toBe(204)

  await tokens.used('proxy')
  await tokens.act('proxy', text('common.regenerate'))
  await expect(tokens.dialog.getByText(text('sandbox-tokens.breaks-clients'))).toBeVisible()
  await expect(tokens.dialog).toContainText('127.0.0.1 (scanner/1.0)')
  await tokens.confirm(text('common.regenerate'))
  const second = await tokens.shown('proxy')
  expect(second).not.toBe(first)
  expect(await submit(keyward.url, first)).toBe(401)
  expect(await submit(keyward.url, second)).toBe(204)

  await tokens.act('proxy', text('common.delete'))
  // When this comes, the buttons move.
  await expect(tokens.dialog).toContainText('127.0.0.1 (scanner/1.0)')
  await tokens.confirm(text('common.delete'))
  await expect(page.getByText(text('sandbox-tokens.empty-title'))).toBeVisible()
  expect(await submit(keyward.url, second)).toBe(401)
})

test('one secret is revealed at a time, and hides again', async ({ page, keyward, alice }) => {
  await page.clock.install()
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  const one = await tokens.doAdd('one')
  const two = await tokens.doAdd('two')
  expect(await everything(page)).not.toContain(one)
  await tokens.of('one', 'reveal').click()
  expect(await tokens.shown('one')).toBe(one)
  expect(await everything(page)).not.toContain(two)
  await tokens.of('one', 'hide').click()
  expect(await everything(page)).not.toContain(one)
  await tokens.of('two', 'reveal').click()
  await tokens.shown('two')
  await page.clock.runFor(35_000)
  await expect(tokens.of('two', 'reveal')).toBeVisible()
  expect(await everything(page)).not.toContain(two)

  await allowCopying(page.context())
  await tokens.of('one', 'copy').click()
  await expect(page.getByRole('status').filter({ hasText: text('controls.copied') })).toBeVisible()
  expect(await everything(page)).not.toContain(one)
  await tokens.find.click()
  await tokens.dialog.getByLabel(text('sandbox-tokens.title')).press('Control+V')
  await expect(tokens.dialog.getByLabel(text('sandbox-tokens.title'))).toHaveValue(one)
})

test('there are five at most', async ({ page, keyward, alice }) => {
  test.slow()
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  for (const name of ['one', 'two', 'three', 'four', 'five']) await tokens.doAdd(name)
  await expect(tokens.rows).toHaveCount(5)
  await expectRefused(tokens.add, text('problems.sandbox-token-limit'))
  await tokens.act('two', text('common.delete'))
  await tokens.confirm(text('common.delete'))
  await expect(tokens.add).toBeEnabled()
})

test('an invalid name is rejected beside the field and stays', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(409)
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  await tokens.doAdd('one')
  await tokens.add.click()
  for (const [name, wrong] of [['', text('fields.missing')], ['eleven char', text('fields.too-long', { max: 10 })], ['ONE', new RegExp(text('problems.sandbox-token-exists'))]] as const) {
    await tokens.name.fill(name)
    await tokens.button(text('common.add')).click()
    await expect(tokens.name).toHaveAccessibleDescription(wrong)
    await expect(tokens.name).toHaveValue(name)
  }
  await tokens.name.fill('two')
  await tokens.confirm(text('common.add'))
  await expect(tokens.rows).toHaveCount(2)
})

test('a token is identified; anything else isn\'t sent', async ({ page, keyward, alice, guard }) => {
  guard.expectStatus(404)
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  const token = await tokens.doAdd('mail-gw')
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/find')) asked.push(request.url())
  })
  await tokens.find.click()
  const field = tokens.dialog.getByLabel(text('sandbox-tokens.title'))
  const slip = token.slice(0, -1) + (token.endsWith('x') ? 'y' : 'x')
  for (const [pasted, wrong] of [[slip, new RegExp(text('fields.token-checksum'))], ['a password', new RegExp(text('fields.token-form'))]] as const) {
    await field.fill(pasted)
    await field.press('Enter')
    await expect(field).toHaveAccessibleDescription(wrong)
    await expect(field).toBeFocused()
  }
  expect(asked).toEqual([])
  await field.fill(` ${token} `)
  await tokens.button(text('sandbox-tokens.find-verb')).click()
  await expect(tokens.dialog.getByText(text('sandbox-tokens.found-title', { token: 'mail-gw' }))).toBeVisible()
  await tokens.button(text('common.close')).click()
  await tokens.act('mail-gw', text('common.regenerate'))
  await tokens.confirm(text('common.regenerate'))
  await tokens.find.click()
  await field.fill(token)
  await tokens.button(text('sandbox-tokens.find-verb')).click()
  await expect(tokens.dialog.getByText(text('sandbox-tokens.not-found-title'))).toBeVisible()
  expect(asked.every((url) => !url.includes('sbx_'))).toBe(true)
})

test('who uses a token', async ({ page, keyward, alice }) => {
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  const token = await tokens.doAdd('mail-gw')
  await expect(tokens.row('mail-gw')).toContainText(text('sandbox-tokens.never-used'))
  for (const agent of ['scanner/1.0', 'scanner/1.0', 'curl/8']) expect(await submit(keyward.url, token, agent)).toBe(204)
  // The gateway notes it beside the requests.
  await expect.poll(() => keyward.sql('SELECT SUM(requests) FROM sandbox_token_client_hours')).toBe('3')
  await tokens.used('mail-gw')
  await tokens.usage('mail-gw').click()
  const clients = tokens.dialog.getByRole('table', { name: text('sandbox-tokens.usage-caption') }).getByRole('row').filter({ has: page.getByRole('cell') })
  await expect(clients).toHaveCount(2)
  await expect(clients.filter({ hasText: 'scanner/1.0' }).getByRole('cell')).toHaveText(['127.0.0.1', 'scanner/1.0', '2', '2', /\d/])
  await tokens.confirm(text('common.close'))
  await expect(tokens.usage('mail-gw')).toBeFocused()
})

test('a lost answer: one token is made, and it shows', async ({ page, keyward, alice, guard }) => {
  guard.expectNetworkErrors()
  const proxy = await LossyProxy.before(keyward.address)
  const tokens = await SandboxTokensPage.open(page, proxy.url, alice)
  await tokens.add.click()
  await tokens.name.fill('one')
  const lost = proxy.loseAnswerTo('POST /api')
  await tokens.button(text('common.add')).click()
  await lost
  await expect(tokens.dialog).toBeHidden()
  const token = await tokens.shown('one')
  await expect(tokens.rows).toHaveCount(1)
  expect(await submit(keyward.url, token)).toBe(204)
  proxy.close()
})

test('two admins: the second is told, and nothing happens twice', async ({ page, context, keyward, alice, guard }) => {
  guard.expectStatus(412)
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  await tokens.doAdd('one')
  await tokens.act('one', text('common.regenerate'))
  const other = await SandboxTokensPage.open(await context.newPage(), keyward.url, alice)
  await other.act('one', text('common.regenerate'))
  await other.confirm(text('common.regenerate'))
  const token = await other.shown('one')
  await tokens.button(text('common.regenerate')).click()
  await expect(tokens.dialog.getByText(text('api-key.stale-title'))).toBeVisible()
  expect(await submit(keyward.url, token)).toBe(204)
  await tokens.button(text('common.cancel')).click()
  await other.act('one', text('common.delete'))
  await other.confirm(text('common.delete'))
  await tokens.page.bringToFront()
  await lookAgain(page)
  await expect(page.getByText(text('sandbox-tokens.empty-title'))).toBeVisible()
})

test('an auditor sees the tokens and no secret, and why', async ({ page, keyward, alice }) => {
  await (await SandboxTokensPage.open(page, keyward.url, alice)).doAdd('one')
  await keyward.role('Auditor')
  await page.reload()
  const tokens = new SandboxTokensPage(page)
  await expect(tokens.rows).toHaveCount(1)
  const denied = text('problems.permission-denied')
  await expect(page.getByText(text('common.view-only'))).toBeVisible()
  await expect(tokens.of('one', 'reveal').locator('.icon')).toHaveCSS('opacity', '0.4')
  const actions = [await tokens.action('one', text('common.edit')), await tokens.action('one', text('common.regenerate')), await tokens.action('one', text('common.delete'))]
  for (const control of [tokens.add, tokens.of('one', 'reveal'), tokens.of('one', 'copy'), ...actions]) await expectRefused(control, denied)
})

test('with the keyboard alone', async ({ page, keyward, alice }) => {
  const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
  await tabTo(page, tokens.add)
  await page.keyboard.press('Enter')
  await expect(tokens.name).toBeFocused()
  await page.keyboard.type('one')
  await page.keyboard.press('Enter')
  await expect(tokens.add).toBeFocused()
  await actByKeyboard(page, text('common.regenerate'), 'one')
  await expect(tokens.button(text('common.cancel'))).toBeFocused()
  await tabTo(page, tokens.button(text('common.regenerate')))
  await page.keyboard.press('Enter')
  await expect(menuOf(page, 'one')).toBeFocused()
  await tokens.shown('one')
  await actByKeyboard(page, text('common.delete'), 'one')
  await expect(tokens.dialog).toHaveAccessibleName(text('sandbox-tokens.delete-title', { token: 'one', organization: 'Acme' }))
  await page.keyboard.press('Escape')
  await expect(menuOf(page, 'one')).toBeFocused()
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test.describe(`in ${colorScheme}, ${width} px wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 640 } })

      test('the tab fits and is accessible, with each dialog', async ({ page, keyward, alice }) => {
        test.slow()
        const fine = async () => {
          await expectNoFindings(page)
          await expectFits(page)
        }
        const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
        await expect(page.getByText(text('sandbox-tokens.empty-title'))).toBeVisible()
        await fine()
        const token = await tokens.doAdd('0123456789')
        await submit(keyward.url, token)
        await fine()
        for (const action of [text('common.edit'), text('common.regenerate'), text('common.delete')] as const) {
          await tokens.act('0123456789', action)
          await expect(tokens.dialog).toBeVisible()
          await fine()
          await page.keyboard.press('Escape')
        }
        await tokens.add.click()
        await tokens.button(text('common.add')).click()
        await expect(tokens.name).toHaveAttribute('aria-invalid', 'true')
        await fine()
        await page.keyboard.press('Escape')
        await tokens.find.click()
        await tokens.dialog.getByLabel(text('sandbox-tokens.title')).fill(token)
        await tokens.button(text('sandbox-tokens.find-verb')).click()
        await expect(tokens.dialog.getByText(text('sandbox-tokens.found-title', { token: '0123456789' }))).toBeVisible()
        await fine()
        await page.keyboard.press('Escape')
        await tokens.used('0123456789')
        await tokens.usage('0123456789').click()
        await expect(tokens.dialog.getByRole('table')).toBeVisible()
        await fine()
      })
    })
  }
}
