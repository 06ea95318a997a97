import { ADMIN, ORGANIZATION } from '../harness/keyward.ts'
import { PortalApi } from '../harness/portalApi.ts'
import { saying, text } from '../harness/text.ts'
import { KEYS, expect, test } from '../harness/webkit.ts'

const organization = (choice: string) => text('controls.chosen', { label: text('common.organization'), choice })

test('sign-in, key page, dialog, menu and pages work in WebKit', async ({ keyward, webkit }) => {
  await keyward.addOrganizations(['Globex'])
  const alice = await PortalApi.signIn(keyward.address)
  const before = await alice.reveal()

  await test.step('sign in by keyboard', async () => {
    await webkit.open(keyward.url)
    await webkit.find('input', text('sign-in.user-name'))
    // The page moves the focus there by itself. A key that comes while it is drawn may get lost.
    await expect.poll(() => webkit.focused()).toBe(text('sign-in.user-name'))
    await webkit.press(...ADMIN.username)
    const next = async () => {
      await webkit.press(KEYS.tab)
      return webkit.focused()
    }
    await expect.poll(next).toBe(text('sign-in.password'))
    await webkit.press(...ADMIN.password)
    // It takes some keys in after the answer to them.
    const typed = () => [...document.querySelectorAll('input')].map((input) => input.value)
    await expect.poll(() => webkit.evaluate(typed)).toEqual([ADMIN.username, ADMIN.password])
    await webkit.press(KEYS.enter)
    await webkit.find('h1', text('api-key.title'))
  })

  await test.step('reveal the key and hide it', async () => {
    await webkit.click(await webkit.find('button', text('controls.reveal')))
    await webkit.find('button', text('controls.hide'))
    expect(await webkit.evaluate(() => document.querySelector('.key-cell code')?.textContent)).toBe(before)
    await webkit.click(await webkit.find('button', text('controls.hide')))
    await webkit.find('button', text('controls.reveal'))
    expect(await webkit.evaluate(() => document.documentElement.outerHTML)).not.toContain(before)
  })

  await test.step('a dialog keeps the focus, and Escape closes it', async () => {
    await webkit.click(await webkit.find('.key-foot button', text('common.edit')))
    await webkit.find('dialog', text('api-key.edit-title', { organization: ORGANIZATION }))
    await expect.poll(() => webkit.focused()).toBe(text('api-key.new-api-key'))
    for (let press = 0; press < 8; press++) {
      await webkit.press(KEYS.tab)
      expect(await webkit.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null)).toBe(true)
    }
    await webkit.press(KEYS.escape)
    await expect.poll(() => webkit.evaluate(() => document.querySelector('dialog') === null)).toBe(true)
    await expect.poll(() => webkit.focused()).toBe(text('common.edit'))
  })

  await test.step('regenerate the key', async () => {
    await webkit.click(await webkit.find('button', text('common.regenerate')))
    await webkit.find('dialog', text('api-key.regenerate-title', { organization: ORGANIZATION }))
    await webkit.click(await webkit.find('dialog button', text('common.regenerate')))
    await webkit.find('button', text('controls.hide'))
    const shown = await webkit.evaluate(() => document.querySelector('.key-cell code')?.textContent)
    expect(shown).not.toBe(before)
    expect(shown).toBe(await alice.reveal())
  })

  await test.step('the list of organizations stands below its button and is used by keyboard', async () => {
    await webkit.click(await webkit.find('.rail button', organization(ORGANIZATION)))
    await webkit.find('input', text('frame.search-organizations'))
    const gap = await webkit.evaluate(() => {
      const [button, list] = ['.rail .menu-button', '.rail .picker'].map((it) => document.querySelector(it)?.getBoundingClientRect())
      return button && list ? [list.top - button.bottom, list.left - button.left] : []
    })
    expect(gap).toEqual([4, 0])
    await webkit.press(KEYS.down, KEYS.enter)
    await webkit.find('.rail button', organization('Globex'))
    await expect.poll(() => webkit.evaluate(() => document.title)).toMatch(saying('frame.window-of', { page: text('api-key.title'), organization: 'Globex', product: text('frame.product') }))
  })

  await test.step('a page of the whole program has its list, menu and dialog', async () => {
    await webkit.click(await webkit.find('.rail a', text('administrators.title')))
    await webkit.find('h1', text('administrators.title'))
    await webkit.click(await webkit.find('button', text('controls.actions-on', { name: ADMIN.username })))
    await webkit.find('.menu-actions', text('controls.actions-on', { name: ADMIN.username }))
    await webkit.press(KEYS.escape)
    await expect.poll(() => webkit.evaluate(() => document.querySelector('.menu-actions:popover-open') === null)).toBe(true)
    await webkit.click(await webkit.find('button', text('administrators.invite-admin')))
    await webkit.find('dialog', text('administrators.invite-title', { organization: 'Globex' }))
    await webkit.press(KEYS.escape)
    await expect.poll(() => webkit.evaluate(() => document.querySelector('dialog') === null)).toBe(true)
  })
})
