import { type Locator, type Page, expect } from '@playwright/test'
import { towards } from './gestures.ts'

/** How many stops a page has at most. One that has more holds the focus. */
const MOST_STOPS = 120

/**
 * A person without a mouse. Wherever the focus goes on the way, it must be seen: with a ring around it, in the window, and with
 * nothing over it (WCAG 2.4.7 and 2.4.11).
 */
export class Keyboard {
  constructor(readonly page: Page) {}

  /** Goes by Tab, or back by Shift+Tab, until the control has the focus. */
  async to(control: Locator): Promise<void> {
    await expect(control).toBeVisible()
    const key = await towards(control)
    for (let step = 0; step < MOST_STOPS; step++) {
      if (await control.evaluate((element) => element === document.activeElement)) return
      await this.page.keyboard.press(key)
      const { name, fault } = await this.stop()
      expect(fault, `the focus is seen on ${name}`).toBe('')
    }
    await expect(control, 'can be reached by Tab').toBeFocused()
  }

  /** Goes to a control and presses a key there. */
  async press(control: Locator, key = 'Enter'): Promise<void> {
    await this.to(control)
    await this.page.keyboard.press(key)
  }

  /** Goes to a field, and types over what is in it. */
  async type(field: Locator, text: string): Promise<void> {
    await this.to(field)
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.type(text)
  }

  /** Goes to a group of choices, and on to one of them by the arrow keys. */
  async choose(choice: Locator): Promise<void> {
    const group = this.page.locator(`[name="${await choice.getAttribute('name')}"]`)
    const checked = group.and(this.page.locator(':checked'))
    await this.to((await checked.count()) > 0 ? checked : group.first())
    for (let step = 0; step < MOST_STOPS && !(await choice.isChecked()); step++) {
      await this.page.keyboard.press((await checked.count()) > 0 ? 'ArrowDown' : 'Space')
    }
    await expect(choice).toBeFocused()
  }

  /**
   * Once through everything that has the focus by Tab, from the start of the page. Answers how many stops there are, and faults. One
   * walk for a page: in Firefox it ends at the window's own controls, and a driver can't come back from them.
   */
  async walk(): Promise<{ stops: number; faults: string[] }> {
    await this.page.evaluate(() => {
      // What loses the focus stays the place that Tab goes on from.
      document.body.tabIndex = -1
      document.body.focus()
      document.body.removeAttribute('tabindex')
    })
    const faults: string[] = []
    const seen = new Set<string>()
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      await this.page.keyboard.press('Tab')
      const { id, name, fault } = await this.stop()
      if (id === '' || seen.has(id)) return { stops, faults }
      seen.add(id)
      if (fault !== '') faults.push(`${name}: ${fault}`)
    }
    return { stops: MOST_STOPS, faults: [...faults, 'the focus never comes back'] }
  }

  /** What has the focus: a name that is its own, what it's called, and what keeps it from being seen. */
  private async stop(): Promise<{ id: string; name: string; fault: string }> {
    return this.page.evaluate(() => {
      const element = document.activeElement
      // The browser's own controls come between the last stop and the first.
      if (!element || element === document.body || element instanceof HTMLDialogElement) return { id: '', name: '', fault: '' }
      element.setAttribute('data-stop', element.getAttribute('data-stop') ?? String(document.querySelectorAll('[data-stop]').length + 1))
      const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim() || element.outerHTML.slice(0, 80)
      const answer = (fault: string) => ({ id: element.getAttribute('data-stop') ?? '', name, fault })

      // What is drawn in place of a control has the ring for it.
      let ringed: Element | null = element
      const hasRing = (it: Element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(it)
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && it.getBoundingClientRect().width > 1
      }
      for (let up = 0; ringed && up < 3 && !hasRing(ringed); up++) ringed = ringed.parentElement
      if (!ringed || !hasRing(ringed)) return answer('no ring')

      const box = ringed.getBoundingClientRect()
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)]
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)]
      if (right - left < 1 || bottom - top < 1) return answer('beyond the window')
      const inset = 2
      const xs = [left + inset, (left + right) / 2, right - inset]
      const ys = [top + inset, (top + bottom) / 2, bottom - inset]
      const isMine = (x: number, y: number) => {
        const hit = document.elementFromPoint(x, y)
        return hit !== null && (ringed.contains(hit) || hit.contains(ringed))
      }
      return answer(xs.some((x) => ys.some((y) => isMine(x, y))) ? '' : 'something is over it')
    })
  }
}
