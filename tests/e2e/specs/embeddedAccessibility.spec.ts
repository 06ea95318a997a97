import type { Page } from '@playwright/test'
import axe from 'axe-core'
import type { KeywardPortalElement } from '../../../src/embed.d.ts'
import { isChromium } from '../harness/browser.ts'
import { expect, inside, signIn, test } from '../harness/embedded.ts'
import { KeyPage } from '../harness/keyPage.ts'
import type { Keyward } from '../harness/keyward.ts'
import { STANDARDS, expectNoFindings } from '../harness/looks.ts'
import { SandboxTokensPage } from '../harness/sandboxTokens.ts'
import { SignInForm } from '../harness/signInForm.ts'

/** A page that is fine itself, as wide as the window. */
function around(keyward: Keyward, attributes: string): string {
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Intranet</title>
    <style>:root { color-scheme: light dark } body { margin: 0 }</style>
    <script type="module" src="${keyward.url}/embed.js"></script>
    <main><h1>Intranet</h1><keyward-portal base="${keyward.url}" ${attributes}></keyward-portal></main>`
}

/**
 * Axe finds nothing in the frame, and nothing has to be moved sideways, on a desktop and on a phone, in light and in dark. The
 * colors alone differ between the last two. Axe itself finds its way from the page into the frame only with a second page.
 */
async function look(page: Page, where: string): Promise<void> {
  const frame = inside(page).locator('html')
  await expect(inside(page).locator('.skeleton, .bar, [aria-busy=true]')).toHaveCount(0)
  await frame.evaluate((_, axe) => ('axe' in window ? undefined : new Function(axe)()), axe.source)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 })
      await expect.poll(() => frame.evaluate((root) => root.clientWidth), where).toBe(width)
      const options = colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : { runOnly: STANDARDS, rules: { 'target-size': { enabled: true } } }
      const { findings, overflow, checked } = await frame.evaluate(async (root, options) => {
        const { violations, passes } = await (window as unknown as { axe: typeof axe }).axe.run(options)
        const findings = violations.map(({ id, nodes }) => [id, ...nodes.map((node) => `${String(node.target)}: ${node.failureSummary}`)])
        return { findings, checked: passes.length, overflow: root.scrollWidth - root.clientWidth }
      }, options)
      expect.soft(findings, `${where}, ${colorScheme}, ${width}`).toEqual([])
      expect.soft([checked > 0, overflow], `${where}, ${colorScheme}, ${width}`).toEqual([true, 0])
    }
  }
}

test('the portal in another page is accessible', async ({ page, keyward, intranet, organization }) => {
  test.slow()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  intranet.pages.set('/', around(keyward, `organization="${organization}"`))
  await page.goto(intranet.origin)
  const frame = inside(page)
  await expect(new SignInForm(frame.locator('body')).username).toBeVisible()
  // Of the page around it, axe sees the frame as one element.
  await expectNoFindings(page)
  await look(page, 'sign-in')
  await signIn(frame)
  await look(page, 'as a whole')
  await new KeyPage(frame as unknown as Page).regenerate.click()
  await look(page, 'with a dialog')

  const modes = { 'one page': { page: 'api-key' }, 'read-only': { readonly: '' }, 'with an accent': { style: '--keyward-accent: #ffe000' } }
  for (const [where, attributes] of Object.entries(modes)) {
    await page.locator('keyward-portal').evaluate((element, attributes) => {
      for (const name of ['page', 'readonly', 'style']) element.removeAttribute(name)
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
      ;(element as KeywardPortalElement).updateTheme()
    }, attributes)
    await expect(frame.locator('tbody tr')).toHaveCount(1)
    await look(page, where)
  }
})

/** Those that are no color by themselves change nothing. */
const SENSELESS = ['', 'no color', '#12345', 'rgb(255 0 0 / 10%)', 'url(https://evil.example/)', 'currentcolor']
const ACCENTS = ['#000000', '#ffffff', '#ffff00', '#00ff00', '#0000ff', '#ff00ff', '#8a1f5c', '#e2001a', '#ff6600', 'hsl(141 73% 42%)', 'navy', '#808080']

test('text, buttons and rings stand out with any accent', async ({ page, keyward, intranet, organization }) => {
  test.slow()
  intranet.pages.set('/', around(keyward, `organization="${organization}" page="sandbox-tokens"`))
  await page.goto(intranet.origin)
  const frame = inside(page)
  await new SignInForm(frame.locator('body')).signIn()
  const tokens = new SandboxTokensPage(frame as unknown as Page)
  await tokens.doAdd('mail-gw')
  await keyward.sql(`INSERT INTO sandbox_token_clients (token_id, client_address, user_agent, last_seen_on)
    SELECT id, '127.0.0.1', 'curl', last_modified_on FROM sandbox_tokens`)
  await page.reload()
  const link = tokens.usage('mail-gw')
  await expect(link).toBeVisible()
  await page.keyboard.press('Tab')
  await tokens.add.focus()
  await expect(tokens.add).toBeFocused()
  await page.mouse.move(0, 0)

  const colors = new Map<string, string[]>()
  for (const [at, accent] of [...SENSELESS, ...ACCENTS].entries()) {
    // The radius tells when the frame has heard of the accent.
    const radius = `${(at % 15) + 1}px`
    // It hears twenty messages a second.
    await expect(async () => {
      await page.locator('keyward-portal').evaluate(
        (element: KeywardPortalElement, [accent = '', radius = '']) => {
          element.style.setProperty('--keyward-accent', accent)
          element.style.setProperty('--keyward-radius', radius)
          element.updateTheme()
        },
        [accent, radius],
      )
      await expect(frame.locator('html')).toHaveAttribute('style', new RegExp(`--radius: ${radius};`), { timeout: 500 })
    }).toPass()
    const measured = await link.evaluate(measure, await tokens.add.elementHandle())
    colors.set(accent, measured.map(({ color }) => color))
    for (const { theme, contrasts } of measured) {
      for (const [what, contrast, needed] of contrasts) expect.soft(contrast, `${what}: ${accent}, ${theme}`).toBeGreaterThanOrEqual(needed)
    }
  }
  for (const accent of SENSELESS) expect(colors.get(accent), accent).toEqual(colors.get(''))
  // What can be read already stays as it is.
  expect(colors.get('#8a1f5c')?.[0]).toBe('rgb(138, 31, 92)')
  expect(colors.get('#ffff00')?.[1]).toBe('rgb(255, 255, 0)')
  expect(new Set([...colors.values()].map(String)).size).toBe(1 + ACCENTS.length)

  // Playwright doesn't pass it on to Firefox.
  if (!isChromium(page.context())) return
  await page.emulateMedia({ contrast: 'more' })
  await expect(async () => {
    for (const { theme, contrasts } of await link.evaluate(measure, await tokens.add.elementHandle())) {
      // WCAG 2.2, 1.4.6.
      for (const [what, contrast, needed] of contrasts) expect(contrast, `${what}, more contrast, ${theme}`).toBeGreaterThanOrEqual(what === 'a link' ? 7 : needed)
    }
  }).toPass({ timeout: 10_000 })
})

interface Measured {
  theme: string
  /** Of the link. */
  color: string
  /** What there is to tell apart, its contrast, and the one that it needs (WCAG 2.2, 1.4.3 and 1.4.11). */
  contrasts: [string, number, number][]
}

/** Measures in both themes. */
function measure(link: Element, button: Element | null): Measured[] {
  const root = document.documentElement
  if (!button) throw new Error('no button')
  const luminance = (color: string) => {
    const [, ...parts] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color) ?? []
    if (parts.length === 0) throw new Error(`${color} isn't opaque`)
    const [red = 0, green = 0, blue = 0] = parts.map((part) => {
      const share = Number(part) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (one: string, other: string) => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const ground = (element: Element | null): string => {
    const color = element ? getComputedStyle(element).backgroundColor : 'rgb(255, 255, 255)'
    return /^rgba\(.*, 0\)$/.test(color) ? ground(element?.parentElement ?? null) : color
  }
  const token = (name: string) => {
    const probe = document.createElement('i')
    probe.style.color = `var(--${name})`
    document.body.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
  const still = new CSSStyleSheet()
  still.replaceSync('* { transition: none !important }')
  document.adoptedStyleSheets.push(still)
  const measured = ['light', 'dark'].map((theme): Measured => {
    root.dataset['theme'] = theme
    const [linked, pressed] = [getComputedStyle(link), getComputedStyle(button)]
    const onSoft = ['text', 'text-soft', 'text-faint', 'accent', 'accent-strong'].map(
      (name): [string, number, number] => [`${name} on what is chosen`, contrast(token(name), token('accent-soft')), 4.5],
    )
    return {
      theme,
      color: linked.color,
      contrasts: [
        ['a link', contrast(linked.color, ground(link)), 4.5],
        ['a primary button', contrast(pressed.color, ground(button)), 4.5],
        ['a primary button, hovered', contrast(pressed.color, token('accent-strong')), 4.5],
        ['the ring', contrast(pressed.outlineColor, ground(button.parentElement)), 3],
        ...onSoft,
      ],
    }
  })
  document.adoptedStyleSheets.pop()
  return measured
}
