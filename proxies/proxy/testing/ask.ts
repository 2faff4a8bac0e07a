import { type Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'

export interface Wish {
  readonly port: number
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: Buffer
  /** A connection of its own when left out. */
  readonly agent?: Agent | false
  /** Ask again, three times at most, when the connection was reset before a byte of the answer. */
  readonly again?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One request; rejects when no whole answer came within 20 s. */
export async function ask(wish: Wish): Promise<Answer> {
  for (let round = 0; ; round++) {
    try {
      return await once(round === 0 ? wish : { ...wish, agent: false })
    } catch (error) {
      if (!wish.again || round === 3 || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
    }
  }
}

function once({ port, path = '/', method = 'GET', headers = {}, body, agent }: Wish): Promise<Answer> {
  return new Promise((done, fail) => {
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    const options = { host: '127.0.0.1', port, path, method, headers: { ...headers, ...length }, timeout: 20_000 }
    const sent = httpRequest({ ...options, agent: agent ?? false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', () => fail(new Error('the answer broke off')))
      answer.on('end', () =>
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer in 20 s')))
    sent.on('error', fail)
    sent.end(body)
  })
}

/** Who answers. */
export const who = async (port: number, headers: Record<string, string> = {}): Promise<string> =>
  (await ask({ port, headers })).body.toString()

export interface Upgraded {
  readonly socket: Socket
  readonly instance: string
}

/** A connection that changed to the protocol `echo`. */
export function upgradeTo(port: number): Promise<Upgraded> {
  return new Promise((done, fail) => {
    const headers = { connection: 'Upgrade', upgrade: 'echo' }
    const sent = httpRequest({ host: '127.0.0.1', port, path: '/socket', headers, agent: false })
    sent.on('upgrade', (answer, socket) => {
      socket.on('error', () => {})
      done({ socket, instance: String(answer.headers['x-instance']) })
    })
    sent.on('response', (answer) => fail(new Error(`not upgraded: ${answer.statusCode}`)))
    sent.on('error', fail)
    sent.end()
  })
}

/** Sends a line and waits for it to come back. */
export function echo(socket: Socket, line: string): Promise<void> {
  return new Promise((done, fail) => {
    const broken = (): void => fail(new Error('the upgraded connection broke'))
    let heard = ''
    const onData = (chunk: Buffer): void => {
      heard += chunk.toString()
      if (!heard.includes(line)) return
      socket.off('data', onData).off('close', broken)
      done()
    }
    socket.on('data', onData)
    socket.once('close', broken)
    socket.write(line)
  })
}
