import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './freePort.ts'

const CONFIGURATION = fileURLToPath(new URL('../../../docs/proxies/nginx.conf', import.meta.url))
/** Debian keeps it where only root's PATH leads. */
const PROGRAM = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx'

/** A real nginx on plain HTTP: with the configuration of the documentation, in front of an application, or with that of an export. */
export class Nginx {
  private process: ChildProcess | undefined
  private folder = ''
  url = ''

  async start(gateway: string, application: string): Promise<void> {
    // nginx can't choose one itself.
    const port = await freePort()
    const folder = await this.makeFolder()
    const adapted = (await readFile(CONFIGURATION, 'utf8'))
      .replace('server 127.0.0.1:8080;', `server ${new URL(gateway).host};`)
      .replace('server 127.0.0.1:9000;', `server ${new URL(application).host};`)
      .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
      .replace(/^ *ssl_certificate.*\n/gm, '')
      .replaceAll('/var/log/nginx', folder)
    await this.run(port, adapted)
  }

  /** Serves an exported portal. */
  async serve(port: number, configuration: string): Promise<void> {
    await this.makeFolder()
    await this.run(port, `server { listen 127.0.0.1:${port}; include "${configuration}"; }`)
  }

  private async makeFolder(): Promise<string> {
    this.folder = await mkdtemp(path.join(tmpdir(), 'keyward-nginx-'))
    return this.folder
  }

  private async run(port: number, configuration: string): Promise<void> {
    const file = path.join(this.folder, 'nginx.conf')
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((it) => `${it}_temp_path ${this.folder}/${it};`)
    const http = `http { access_log off; ${folders.join(' ')}\n${configuration} }`
    await writeFile(file, `user root; daemon off; pid ${this.folder}/pid; error_log stderr notice; events {}\n${http}`)
    this.process = spawn(PROGRAM, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    this.process.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    while (!said.includes('start worker process ')) {
      const more = await Promise.race([once(this.process.stderr!, 'data'), once(this.process, 'close')])
      if (!(more[0] instanceof Buffer)) throw new Error(`nginx ended: ${said}`)
    }
    this.url = `http://127.0.0.1:${port}`
  }

  async stop(): Promise<void> {
    if (this.process?.exitCode === null) {
      const end = once(this.process, 'exit')
      this.process.kill()
      await end
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
