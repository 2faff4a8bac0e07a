import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { labVariables } from '../../test/lab/variables.ts'
import { NotHere } from '../figure.ts'

const label = 'wheelhouse.bench'
const atOnce = 8

/** The lab's Docker engine, spoken to without any of our code. */
export interface Engine {
  readonly address: string
  call(method: string, path: string, body?: unknown): Promise<string>
  stream(path: string): Promise<IncomingMessage>
  /** Created, not started: `bench-<name>-0` and on. Answers their ids. */
  create(count: number, name: string): Promise<string[]>
  /** Removes every container the benches have made, also in runs that were cut short. */
  sweep(): Promise<void>
  close(): void
}

export function openEngine(): Engine {
  const address = { ...labVariables(), ...process.env }.WHEELHOUSE_TEST_DOCKER
  if (!address) throw new NotHere('there is no Docker engine; npm run lab -- up brings one')
  const socketPath = address.replace(/^unix:\/\//, '')
  const agent = new Agent({ keepAlive: true })
  const ask = (method: string, path: string, body?: unknown): Promise<IncomingMessage> =>
    new Promise((done, fail) => {
      const payload = body === undefined ? '' : JSON.stringify(body)
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
      request({ socketPath, agent, method, path, headers }, done).once('error', fail).end(payload)
    })
  async function call(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await ask(method, path, body)
    const said = await text(answer)
    if ((answer.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${said}`)
    return said
  }
  const each = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
    const waiting = [...items]
    const worker = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
  return {
    address,
    call,
    stream: (path) => ask('GET', path),
    async create(count, name) {
      const ids: string[] = []
      const spec = { Image: 'lab/busybox:1', Labels: { [label]: '1' }, HostConfig: { NetworkMode: 'none' } }
      await each(Array.from({ length: count }).keys().toArray(), async (index) => {
        const made = JSON.parse(await call('POST', `/containers/create?name=bench-${name}-${index}`, spec)) as {
          Id: string
        }
        ids.push(made.Id)
      })
      return ids
    },
    async sweep() {
      const filters = encodeURIComponent(JSON.stringify({ label: [label] }))
      const found = JSON.parse(await call('GET', `/containers/json?all=1&filters=${filters}`)) as { Id: string }[]
      await each(found, async ({ Id }) => void (await call('DELETE', `/containers/${Id}?force=1`)))
    },
    close: () => agent.destroy(),
  }
}
