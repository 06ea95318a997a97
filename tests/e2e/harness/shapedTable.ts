import { type Locator, type Page, expect } from '@playwright/test'
import { text } from './text.ts'

/** A table whose columns a person shapes. */
export class ShapedTable {
  readonly table: Locator
  readonly open: Locator
  readonly menu: Locator
  readonly reset: Locator

  constructor(
    readonly page: Page,
    caption: string,
  ) {
    this.table = page.getByRole('table', { name: caption })
    this.open = page.getByRole('button', { name: text('table.columns'), exact: true })
    this.menu = page.getByRole('group', { name: text('table.columns'), exact: true })
    this.reset = this.menu.getByRole('button', { name: text('table.reset') })
  }

  /** The heading of a column. */
  heading(name: string): Locator {
    return this.table.getByRole('columnheader', { name, exact: true })
  }

  /** The button that sorts by a column. */
  sort(name: string): Locator {
    return this.heading(name).getByRole('button')
  }

  /** The check box of a column in the menu. */
  shown(name: string): Locator {
    return this.menu.getByRole('checkbox', { name, exact: true })
  }

  /** A control of the menu, such as *Move Role up*. */
  control(name: string): Locator {
    return this.menu.getByRole('button', { name, exact: true })
  }

  /** The headings from left to right, without that of the actions. */
  async expectHeadings(names: string[]): Promise<void> {
    await expect(this.table.locator('th[data-column]')).toHaveText(names)
  }

  /** The texts of a column, from top to bottom. */
  cells(label: string): Locator {
    return this.table.locator(`td[data-label="${label}"]`)
  }

  /** What a screen reader was last told about the columns. */
  async expectSaid(text: string): Promise<void> {
    await expect(this.page.getByRole('status').filter({ hasText: text })).toHaveCount(1)
  }

  /** Drags a heading to where another is, or behind it. */
  async drag(name: string, to: string, side: 'before' | 'behind'): Promise<void> {
    const [from, target] = [await this.place(name), await this.place(to)]
    await this.page.mouse.move(from.x + 20, from.y + from.height / 2)
    await this.page.mouse.down()
    const x = side === 'before' ? target.x + 4 : target.x + target.width - 4
    await this.page.mouse.move(x, target.y + target.height / 2, { steps: 5 })
    await this.page.mouse.up()
  }

  /** Moves the right border of a heading. */
  async dragBorder(name: string, by: number): Promise<void> {
    const { x, y, width, height } = await this.place(name)
    await this.page.mouse.move(x + width - 3, y + height / 2)
    await this.page.mouse.down()
    await this.page.mouse.move(x + width - 3 + by, y + height / 2, { steps: 5 })
    await this.page.mouse.up()
  }

  async width(name: string): Promise<number> {
    return Math.round((await this.place(name)).width)
  }

  private async place(name: string) {
    await expect(this.heading(name)).toBeVisible()
    const place = await this.heading(name).boundingBox()
    if (!place) throw new Error(`${name} does not show`)
    return place
  }
}
