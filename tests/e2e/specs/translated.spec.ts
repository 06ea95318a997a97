import { AuditLog } from '../harness/auditLog.ts'
import { RolesPage } from '../harness/administration.ts'
import { KeyPage } from '../harness/keyPage.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { expect, test } from '../harness/test.ts'
import { text } from '../harness/text.ts'

test.use({ flags: ['--rate-limit-session', 'off'] })

// What translators and extensions do with a page: each text, as soon as it is there, goes into an element of theirs, or gives way
// to another text. `translate="no"` would keep most of them away; this heeds nothing.
for (const way of ['wrapped', 'replaced'] as const) {
  test(`every text is ${way} from outside, and the page goes on`, async ({ page, keyward, alice }) => {
    test.slow()
    await page.addInitScript((way) => {
      const translate = (root: Node) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
        const texts: Text[] = root instanceof Text ? [root] : []
        while (walker.nextNode()) texts.push(walker.currentNode as Text)
        for (const text of texts) {
          const parent = text.parentElement
          if (!parent || !text.data.trim() || parent.closest('script, style, font, option, #start')) continue
          const font = document.createElement('font')
          if (way === 'wrapped') {
            text.replaceWith(font)
            font.append(text)
          } else {
            font.textContent = text.data
            text.replaceWith(font)
          }
        }
      }
      new MutationObserver((changes) => {
        for (const change of changes) change.addedNodes.forEach(translate)
      }).observe(document, { childList: true, subtree: true })
    }, way)

    await page.context().addCookies([alice.cookieFor(keyward.url)])
    await page.goto(`${keyward.url}/o/${alice.organization}/api-key`)
    const keyPage = new KeyPage(page)
    await keyPage.reveal.click()
    const before = await keyPage.shownKey()
    await keyPage.hide.click()
    await expect(keyPage.reveal).toBeVisible()
    await keyPage.edit.click()
    await keyPage.newKey.fill('short')
    await keyPage.confirm(text('api-key.replace')).click()
    await expect(keyPage.newKey).toHaveAccessibleDescription(new RegExp(text('api-key.wrong-length', { length: 5 })))
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: text('controls.discard') }).click()
    await keyPage.doRegenerate()
    const after = await alice.reveal()
    expect(after).not.toBe(before)
    expect(await keyPage.shownKey()).toBe(after)

    const tokens = await SandboxTokensPage.open(page, keyward.url, alice)
    await tokens.doAdd('mail-gw')
    await tokens.act('mail-gw', text('common.edit'))
    await tokens.name.fill('mail-2')
    await tokens.confirm(text('common.save'))
    await expect(tokens.row('mail-2')).toHaveCount(1)
    await tokens.act('mail-2', text('common.delete'))
    await tokens.confirm(text('common.delete'))
    await expect(page.getByText(text('sandbox-tokens.empty-title'))).toBeVisible()

    const roles = await RolesPage.open(page, keyward.url, alice)
    await roles.add.click()
    await roles.name.fill('Watchers')
    await roles.keyManagement(text('roles.key-view')).check()
    await roles.confirm(text('common.add'))
    await page.getByRole('searchbox').fill('watch')
    await expect(roles.rows).toHaveCount(1)

    const log = await AuditLog.open(page, keyward.url, alice)
    await log.filter(text('audit-log.result')).selectOption({ index: 1 })
    await page.getByRole('button', { name: text('audit-log.clear') }).click()
    await expect(log.rows.first()).toBeVisible()
    await page.getByRole('button', { name: text('frame.sign-out') }).first().click()
    await expect(page.getByRole('heading', { name: text('common.sign-in') })).toBeVisible()
  })
}
