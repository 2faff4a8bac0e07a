import type { Connection } from '../connect.ts'
import type { Shell } from '../shell.ts'
import { type TerminalStart, TerminalSession } from './terminal-session.ts'

/** Runs a terminal in this one; the exit code of its command becomes ours. */
export async function showTerminal(shell: Shell, connection: Connection, start: TerminalStart): Promise<void> {
  const end = await new TerminalSession((path) => connection.terminal(path), start).run()
  if ('exitCode' in end) {
    process.exitCode = end.exitCode
    return
  }
  const { id, serviceName } = end.left
  shell.say(
    `\nYou left the terminal in ${serviceName}; its command runs on. Join it again: wh attach -it ${id.slice(0, 8)}`,
  )
}
