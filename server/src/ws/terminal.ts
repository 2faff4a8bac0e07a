import { Failure, type TerminalServerMessage, TerminalClientMessage } from '@wheelhouse/contract'
import type { ExecSession } from '@wheelhouse/driver'
import type { RawData, WebSocket } from 'ws'
import type { Caller } from '../dispatch/index.ts'
import { failureOf } from '../http/error-answer.ts'

/** Opens an interactive command in a service, after its permission was asked for and the audit told. */
export type OpenTerminal = (
  caller: Caller,
  serviceId: string,
  request: { argv: readonly string[] | null; columns: number; rows: number; user?: string },
) => Promise<ExecSession>

const heldBytes = 1_048_576
const earlyBytes = 65_536

/** Carries one terminal over one socket. When either side goes, the other goes too: nothing is left running. */
export function serveTerminal(socket: WebSocket, caller: Caller, serviceId: string, open: OpenTerminal): void {
  let session: ExecSession | null = null
  let opening = false
  let early: Buffer[] = []
  const tell = (message: TerminalServerMessage): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  const fail = (error: unknown): void => {
    const failure = failureOf(error)
    tell({ type: 'error', errorCode: failure.code, message: failure.message })
    socket.close(4000, failure.code)
  }

  async function pump(running: ExecSession): Promise<void> {
    for await (const chunk of running.output) {
      if (socket.readyState !== socket.OPEN) return
      socket.send(chunk.data)
      // A client that does not read must not make us hold its output: the command waits instead.
      while (socket.bufferedAmount > heldBytes && socket.readyState === socket.OPEN) {
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    tell({ type: 'exit', exitCode: await running.exitCode() })
    socket.close(1000, 'the command has ended')
  }

  async function start(request: Extract<TerminalClientMessage, { type: 'open' }>): Promise<void> {
    if (opening) throw new Failure('STATE_CONFLICT', 'This terminal is open already.')
    opening = true
    const { columns, rows, user } = request
    const opened = await open(caller, serviceId, {
      argv: request.argv ?? null,
      columns,
      rows,
      ...(user === undefined ? {} : { user }),
    })
    if (socket.readyState !== socket.OPEN) return opened.end()
    session = opened
    tell({ type: 'opened' })
    for (const data of early) opened.write(data)
    early = []
    await pump(opened)
  }

  async function receive(data: RawData, binary: boolean): Promise<void> {
    const bytes = data as Buffer
    if (binary) {
      if (session) session.write(bytes)
      else if (early.reduce((sum, chunk) => sum + chunk.length, bytes.length) <= earlyBytes) early.push(bytes)
      return
    }
    let message: TerminalClientMessage
    try {
      message = TerminalClientMessage.parse(JSON.parse(bytes.toString('utf8')))
    } catch {
      throw new Failure('MALFORMED_BODY', 'Send bytes as binary frames, and open, resize or end as JSON text frames.')
    }
    if (message.type === 'open') await start(message)
    else if (message.type === 'resize') await session?.resize(message.columns, message.rows)
    else session?.closeInput()
  }

  socket.on('message', (data, binary) => void receive(data, binary).catch(fail))
  socket.on('close', () => void session?.end().catch(() => undefined))
}
