import { Failure } from '@wheelhouse/contract'
import type { Caller, TerminalSeat } from '../../dispatch/index.ts'
import { keptWhileUnreachable } from './leave.ts'
import type { Terminal } from './terminal.ts'
import type { Viewer } from './viewer.ts'

export interface SeatParts {
  readonly terminal: Terminal
  readonly viewer: Viewer
  leaveOf(caller: Caller): Promise<'write' | 'read'>
}

/** What one viewer's socket may do. Who only looks on is not heard. */
export function seatOf({ terminal, viewer, leaveOf }: SeatParts): TerminalSeat {
  const pen = (): void => {
    if (!viewer.writes)
      throw new Failure('FORBIDDEN', 'You only look on. Ask to type first.', { permission: 'services.exec' })
  }
  return {
    type: (data) => {
      if (viewer.writes) terminal.type(data)
    },
    async resize(columns, rows) {
      if (viewer.writes) await terminal.resize({ columns, rows })
    },
    closeInput: () => {
      if (viewer.writes) terminal.closeInput()
    },
    async ask(writes) {
      if (writes && (await leaveOf(viewer.caller)) !== 'write')
        throw new Failure('FORBIDDEN', 'You may look on here, but not type. An administrator can allow it.', {
          permission: 'services.exec',
        })
      viewer.writes = writes
      terminal.tellViewers()
    },
    share(on) {
      pen()
      terminal.shared = on
      terminal.tellViewers()
      if (on) return
      // Who came by the link alone goes with it.
      for (const one of terminal.viewers) if (!one.mayWrite) expel(terminal, one, 'it is not shared any more')
    },
    drained: () => viewer.catchUp(),
    async reauthorise(caller) {
      viewer.caller = caller
      const leave = await leaveOf(caller).catch(keptWhileUnreachable)
      if (leave === null) return expel(terminal, viewer, 'your rights have changed')
      viewer.mayWrite = leave === 'write'
      viewer.writes &&= viewer.mayWrite
      terminal.tellViewers()
    },
    leave: () => terminal.detach(viewer),
    abandon: () => {
      terminal.detach(viewer)
      if (terminal.viewers.size === 0) void terminal.end('its client went at once')
    },
  }
}

function expel(terminal: Terminal, viewer: Viewer, reason: string): void {
  terminal.detach(viewer)
  viewer.close(4403, reason)
}
