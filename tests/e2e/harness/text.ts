import { readFileSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FluentBundle, FluentResource } from '@fluent/bundle'

type Arguments = Record<string, string | number>

const folder = fileURLToPath(new URL('../../../locales/en/', import.meta.url))

/** The catalogue of the portal, one bundle a file. */
const bundles = new Map(
  readdirSync(folder).map((file) => {
    // The portal isolates only what is written from right to left.
    const bundle = new FluentBundle('en', { useIsolating: false })
    bundle.addResource(new FluentResource(readFileSync(folder + file, 'utf8')))
    return [basename(file, '.ftl'), bundle] as const
  }),
)

/** What the page says where the code says the same: `text('api-key.edit-title', { organization: 'Acme' })`. */
export function text(key: string, values: Arguments = {}): string {
  const [file = '', id = ''] = key.split('.')
  const bundle = bundles.get(file)
  const pattern = bundle?.getMessage(id)?.value
  if (!bundle || !pattern) {
    throw new Error(`the catalogue has no ${key}`)
  }
  const errors: Error[] = []
  const filled = bundle.formatPattern(pattern, values, errors)
  if (errors[0]) {
    throw new Error(`${key}: ${errors[0].message}`)
  }
  // Elements of the page: those around text are not read, in the place of the others is what they say.
  return filled.replace(/\n/g, ' ').replace(/<([a-z-]+)\/>/g, (_, name: string) => String(values[name])).replace(/<\/?[a-z]+>/g, '')
}

/** The same as a pattern for the whole of what is said; arguments may be patterns. */
export function saying(key: string, values: Record<string, string | number | RegExp> = {}): RegExp {
  const marked = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value instanceof RegExp ? `\u{e000}${name}\u{e001}` : value]),
  )
  const escaped = text(key, marked).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const source = escaped.replace(/\u{e000}(.+?)\u{e001}/gu, (_, name: string) => (values[name] as RegExp).source)
  return new RegExp(`^${source}$`)
}

/** The title of the window on a page with this name, of an organization where it has one. */
export function windowTitle(page: string, organization?: string): string {
  const product = text('frame.product')
  return organization ? text('frame.window-of', { page, organization, product }) : text('frame.window', { page, product })
}
