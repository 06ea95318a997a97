import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Keyward } from './keyward.ts'

/** React as npm has it, for a page without a bundler: the modules that it consists of, each before those that need it. */
const REACT = {
  react: 'react/cjs/react.production.js',
  scheduler: 'scheduler/cjs/scheduler.production.js',
  'react-dom': 'react-dom/cjs/react-dom.production.js',
  'react-dom/client': 'react-dom/cjs/react-dom-client.production.js',
}

/** Vue as npm has it for a page without a bundler, with the compiler of templates. */
const VUE = 'vue/dist/vue.esm-browser.prod.js'

/** A site of someone else, with pages that may frame the portal. */
export class Intranet {
  /** Its pages, by path. */
  readonly pages = new Map<string, string>()
  origin = ''
  private server: Server | undefined

  async start(host = '127.0.0.1'): Promise<void> {
    this.server = createServer((request, response) => {
      void this.body(request.url ?? '/').then((body) => {
        response.statusCode = body === undefined ? 404 : 200
        response.setHeader('content-type', request.url?.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8')
        response.end(body)
      })
    }).listen(0, host === 'localhost' ? '127.0.0.1' : host)
    await once(this.server, 'listening')
    this.origin = `http://${host}:${(this.server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.server?.closeAllConnections()
    this.server?.close()
  }

  private async body(path: string): Promise<string | undefined> {
    if (path === '/favicon.ico') return ''
    if (path === '/vue.js') return installed(VUE)
    return path === '/react.js' ? react() : this.pages.get(path)
  }
}

/** The text of a file of a package. */
function installed(file: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../node_modules/${file}`, import.meta.url)), 'utf8')
}

async function react(): Promise<string> {
  const modules = Object.entries(REACT).map(async ([name, file]) => {
    return `(function (exports) {${await installed(file)}\n})(modules['${name}'] = {});`
  })
  return `const modules = {}; const require = (name) => modules[name];\n${(await Promise.all(modules)).join('\n')}`
}

/** Starts the portal again over HTTPS at a host that is of another site than `127.0.0.1`, for these origins to frame. */
export async function serveFramed(keyward: Keyward, origins: string[], flags: string[] = []): Promise<void> {
  await keyward.stop()
  const [certificate, key] = [`${keyward.data}/tls.crt`, `${keyward.data}/tls.key`]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate])
  const { port } = new URL(keyward.address)
  const tls = ['--tls-certificate', certificate, '--tls-key', key, '--public-url', `https://localhost:${port}`]
  await keyward.start([...tls, '--frame-ancestors', origins.join(), ...flags])
}
