import type { TerminalClientMessage } from '@wheelhouse/contract'
import type { TerminalServerMessage } from '@wheelhouse/contract/wire'
import { Complaint } from '../failure.ts'

const size = (): { columns: number; rows: number } => ({
  columns: process.stdout.columns || 80,
  rows: process.stdout.rows || 24,
})

/** Both ends as one terminal: bytes as they are typed and printed, sizes as the window changes. Answers the exit code. */
export function terminalSession(socket: WebSocket, open: { argv: readonly string[]; user?: string }): Promise<number> {
  const tell = (message: TerminalClientMessage): void => socket.send(JSON.stringify(message))
  const { stdin, stdout } = process
  const onKey = (bytes: Buffer): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(new Uint8Array(bytes))
  }
  const onResize = (): void => {
    if (socket.readyState === WebSocket.OPEN) tell({ type: 'resize', ...size() })
  }
  const restore = (): void => {
    stdin.off('data', onKey)
    stdout.off('resize', onResize)
    stdin.setRawMode(false)
    stdin.pause()
  }
  return new Promise<number>((resolve, reject) => {
    let opened = false
    let ended = false
    const end = (settle: () => void): void => {
      if (ended) return
      ended = true
      if (opened) restore()
      socket.close()
      settle()
    }
    socket.onopen = () =>
      tell({
        type: 'open',
        ...size(),
        ...(open.argv.length > 0 ? { argv: [...open.argv] } : {}),
        ...(open.user ? { user: open.user } : {}),
      })
    socket.onmessage = (event: MessageEvent) => {
      const data = event.data as string | ArrayBuffer
      if (typeof data !== 'string') {
        stdout.write(new Uint8Array(data))
        return
      }
      const message = JSON.parse(data) as TerminalServerMessage
      if (message.type === 'opened') {
        opened = true
        stdin.setRawMode(true)
        stdin.resume()
        stdin.on('data', onKey)
        stdout.on('resize', onResize)
      } else if (message.type === 'exit') end(() => resolve(message.exitCode ?? 1))
      else end(() => reject(new Complaint('failed', message.errorCode, message.message)))
    }
    socket.onclose = ({ code, reason }) =>
      end(() =>
        reject(
          new Complaint(
            'unreachable',
            'CONNECTION_LOST',
            reason || `The connection to the terminal was lost (${code}). The command may still run.`,
          ),
        ),
      )
  })
}
