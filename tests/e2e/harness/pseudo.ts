import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expectLoaded } from './loaded.ts'
import { expect } from './test.ts'

/** A browser that wants the language in which each text of the catalogue is in brackets, longer, and with accents. */
export const PSEUDO = 'en-XA'

/** The portal that has it: `cargo xtask pseudo` makes it of the built one. */
export const PSEUDO_PORTAL =
  process.env['E2E_PSEUDO'] ?? fileURLToPath(new URL('../../../target/xtask/pseudo-portal', import.meta.url))

/**
 * Every readable text on the page is in brackets, except what stays in every language: names, keys, URLs, times, codes.
 * None of it is cut off, and none lies over something else.
 */
export async function expectTranslated(page: Page, where: string): Promise<void> {
  expect.soft(await faults(page), where).toEqual([])
}

/** No text is cut off, and none lies over something else, in whatever language. */
export async function expectNothingCut(page: Page, where: string): Promise<void> {
  const found = await faults(page)
  expect.soft(found.filter((fault) => !fault.startsWith(UNTRANSLATED)), where).toEqual([])
}

const UNTRANSLATED = 'not in the catalogue'

async function faults(page: Page): Promise<string[]> {
  await expectLoaded(page)
  return page.evaluate(() => {
    const dialogs = document.querySelectorAll('dialog[open]')
    const root = dialogs[dialogs.length - 1] ?? document.body
    const isData = (element: Element) => Boolean(element.closest('[translate=no], code, time, script, style'))
    const left = (text: string) => {
      let rest = text
      for (let before = ''; before !== rest; ) {
        before = rest
        rest = rest.replace(/⟦[^⟦⟧]*⟧/g, '')
      }
      return /\p{L}/u.test(rest) ? rest.trim() : ''
    }
    const shows = (element: Element) => element.checkVisibility({ visibilityProperty: true })
    const faults: string[] = []
    const blocks = new Map<Element, string>()
    const boxes: { element: Element; text: string; box: DOMRect }[] = []
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement
      const text = node.textContent ?? ''
      if (!element || !text.trim() || !shows(element) || isData(element)) continue
      let block = element
      while (block.parentElement && getComputedStyle(block).display === 'inline') block = block.parentElement
      blocks.set(block, (blocks.get(block) ?? '') + text)
      if (element.closest('.visually-hidden, option')) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const box of range.getClientRects()) {
        if (box.width > 1 && box.height > 1) boxes.push({ element, text, box })
      }
    }
    for (const text of blocks.values()) if (left(text)) faults.push(`not in the catalogue: ${left(text)}`)
    for (const element of root.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
      if (!shows(element) || isData(element)) continue
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        const text = left(element.getAttribute(name) ?? '')
        if (text) faults.push(`not in the catalogue: ${name}=${text}`)
      }
    }
    if (left(document.title)) faults.push(`not in the catalogue: the title ${document.title}`)
    // Columns of a set width show the whole text on hover, and can be widened.
    const isSized = (element: Element) => Boolean(element.closest('.table-sized'))
    const scrolls = (style: CSSStyleDeclaration) => /auto|scroll/.test(style.overflowX + style.overflowY)
    for (const { element, text, box } of boxes.filter(({ element }) => !isSized(element))) {
      for (let around: Element | null = element; around && around !== document.documentElement; around = around.parentElement) {
        const style = getComputedStyle(around)
        if (scrolls(style)) break
        const edge = around.getBoundingClientRect()
        const isClipped = style.overflowX !== 'visible' && (box.right > edge.right + 1 || box.left < edge.left - 1)
        if (isClipped || (around === document.body && box.right > innerWidth + 1)) {
          faults.push(`cut off: ${text}`)
          break
        }
      }
    }
    const isFixed = (element: Element) => {
      for (let around: Element | null = element; around && around !== root; around = around.parentElement) {
        if (/fixed|sticky|absolute/.test(getComputedStyle(around).position)) return true
      }
      return false
    }
    const still = boxes.filter(({ element }) => !isFixed(element) && !isSized(element))
    still.forEach((one, index) => {
      for (const other of still.slice(index + 1)) {
        const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left)
        const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top)
        const isSame = one.element === other.element || one.element.contains(other.element) || other.element.contains(one.element)
        if (!isSame && width > 2 && height > 4) faults.push(`over each other: ${one.text} and ${other.text}`)
      }
    })
    return [...new Set(faults)]
  })
}
