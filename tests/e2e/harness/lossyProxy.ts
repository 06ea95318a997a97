import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

/**
 * Stands between browser and gateway, and can lose an answer: the request goes through, and when the gateway has answered
 * it, the connection is cut.
 */
export class LossyProxy {
  url = ''
  private readonly server = createServer((client) => this.join(client))
  private readonly sockets = new Set<Socket>()
  private doomed: string | undefined
  private lost: (() => void) | undefined
  private meanwhile: (() => Promise<void>) | undefined

  private constructor(private readonly gateway: URL) {}

  static async before(gateway: string): Promise<LossyProxy> {
    const proxy = new LossyProxy(new URL(gateway))
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    proxy.url = `http://127.0.0.1:${(proxy.server.address() as AddressInfo).port}`
    return proxy
  }

  /**
   * Loses the answer to the next request whose head begins so, such as `POST /api`, after `meanwhile`: a browser may repeat
   * the request at once. Resolves when it is lost.
   */
  loseAnswerTo(start: string, meanwhile?: () => Promise<void>): Promise<void> {
    this.doomed = start
    this.meanwhile = meanwhile
    return new Promise((resolve) => (this.lost = resolve))
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private join(client: Socket): void {
    const gateway = connect(Number(this.gateway.port), this.gateway.hostname)
    let swallow = false
    client.on('data', (chunk: Buffer) => {
      if (this.doomed !== undefined && chunk.toString('latin1').startsWith(this.doomed)) {
        this.doomed = undefined
        swallow = true
      }
      gateway.write(chunk)
    })
    gateway.on('data', (chunk: Buffer) => {
      if (!swallow) {
        client.write(chunk)
        return
      }
      void Promise.resolve(this.meanwhile?.()).then(() => {
        client.destroy()
        gateway.destroy()
        this.lost?.()
      })
    })
    for (const [socket, other] of [[client, gateway], [gateway, client]] as const) {
      this.sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.sockets.delete(socket)
        other.destroy()
      })
    }
  }
}
