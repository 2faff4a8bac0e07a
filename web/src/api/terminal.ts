import type { TerminalClientMessage } from '@wheelhouse/contract'
import { socketProtocol, type TerminalServerMessage, ticketProtocol } from '@wheelhouse/contract/wire'
import { client } from './client.ts'
import { socketUrl } from './live.ts'

export interface TerminalEvents {
  onBytes(bytes: Uint8Array): void
  onOpened(): void
  /** The command ended, or could not start. */
  onExit(reason: string): void
  /** The connection went away while the command may still run. */
  onDrop(): void
}

export interface TerminalLink {
  type(bytes: Uint8Array): void
  resize(columns: number, rows: number): void
  close(): void
}

export interface TerminalStart {
  readonly serviceId: string
  readonly argv?: readonly string[]
  readonly columns: number
  readonly rows: number
}

/** Opens a terminal inside a service. Bytes travel as binary frames, everything else as JSON. */
export async function openTerminal(start: TerminalStart, events: TerminalEvents): Promise<TerminalLink> {
  const { ticket } = await client.auth.ticket()
  const socket = new WebSocket(socketUrl(`/ws/containers/${encodeURIComponent(start.serviceId)}/exec`), [
    socketProtocol,
    ticketProtocol + ticket,
  ])
  socket.binaryType = 'arraybuffer'
  let over = false
  const send = (message: TerminalClientMessage): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }
  const end = (reason: string): void => {
    if (over) return
    over = true
    events.onExit(reason)
    socket.close(1000)
  }
  socket.addEventListener('open', () =>
    send({ type: 'open', ...(start.argv ? { argv: [...start.argv] } : {}), columns: start.columns, rows: start.rows }),
  )
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => {
    if (typeof data !== 'string') return events.onBytes(new Uint8Array(data))
    const message = JSON.parse(data) as TerminalServerMessage
    if (message.type === 'opened') events.onOpened()
    else if (message.type === 'error') end(message.message)
    else if (message.type === 'exit')
      end(message.exitCode === null ? 'The shell ended.' : `The shell ended with exit code ${message.exitCode}.`)
  })
  socket.addEventListener('close', () => {
    if (over) return
    over = true
    events.onDrop()
  })
  return {
    type: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>)
    },
    resize: (columns, rows) => send({ type: 'resize', columns, rows }),
    close: () => {
      over = true
      send({ type: 'end' })
      socket.close(1000)
    },
  }
}
