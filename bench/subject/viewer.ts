import { socketProtocol } from '@wheelhouse/contract/wire'
import { WebSocket } from 'ws'

// A process of viewers. Told {url, token, sockets, subscribe}; `measure` starts counting, `report` answers what was seen.
// It reads frames as bytes: parsing a million lines a second would measure the viewers.
export interface ViewerTask {
  readonly url: string
  readonly token: string | null
  readonly sockets: number
  /** The first message of each socket; null when frames come without being asked for. */
  readonly subscribe: unknown
}
export interface ViewerReport {
  readonly lines: number
  readonly ms: number
  readonly lags: number[]
  readonly gaps: number
}

let lines = 0
let gaps = 0
let lags: number[] = []
let since = 0

function read(data: Buffer): void {
  const now = performance.timeOrigin + performance.now()
  if (data.subarray(0, 14).toString('latin1') === '{"type":"gap",') gaps++
  if (data.subarray(0, 16).toString('latin1') !== '{"type":"batch",') return
  const first = data.indexOf(' n=')
  const last = data.lastIndexOf(' n=')
  if (first < 0) return
  const numberAt = (place: number): number => Number.parseInt(data.toString('latin1', place + 3, place + 15), 10)
  lines += numberAt(last) - numberAt(first) + 1
  // The first line of a batch has waited longest.
  lags.push(now - Number.parseFloat(data.toString('latin1', data.indexOf('t=1', 0) + 2, first)))
}

function open(task: ViewerTask): Promise<void> {
  const headers = task.token === null ? {} : { authorization: `Bearer ${task.token}` }
  const socket = new WebSocket(task.url, [socketProtocol], {
    headers,
    skipUTF8Validation: true,
    perMessageDeflate: false,
  })
  socket.on('message', read)
  return new Promise((done, fail) => {
    socket.once('error', fail)
    socket.once('open', () => {
      if (task.subscribe !== null) socket.send(JSON.stringify(task.subscribe))
      done()
    })
  })
}

async function told(message: { open?: ViewerTask; measure?: true; report?: true }): Promise<void> {
  if (message.open) {
    for (let made = 0; made < message.open.sockets; made++) await open(message.open)
    process.send?.('open')
  }
  if (message.measure) {
    lines = gaps = 0
    lags = []
    since = performance.now()
  }
  if (message.report) process.send?.({ lines, ms: performance.now() - since, lags, gaps } satisfies ViewerReport)
}

process.on('message', (message: Parameters<typeof told>[0]) => void told(message))
