import { notFound, type terminals } from '@wheelhouse/contract'
import { type Caller, callerMay, type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import type { Terminal } from './terminal.ts'
import type { Terminals } from './terminals.ts'

const placeOf = ({ parts: { service } }: Terminal) => ({ targetId: service.targetId, serviceId: service.id })

export function terminalHandlers(open: Terminals): Handlers<typeof terminals> {
  function one(id: string, caller: Caller): Terminal {
    const terminal = open.find(id)
    // To those who may see nothing of its service it is not there.
    if (!terminal || !callerMay(caller, 'services.read', placeOf(terminal))) throw notFound('terminal', id)
    requirePermission(caller, 'services.exec', placeOf(terminal))
    return terminal
  }
  return {
    list: async ({ service, q, ...query }, { caller }) => {
      const rows = open
        .all()
        .filter((terminal) => !terminal.ended && callerMay(caller, 'services.exec', placeOf(terminal)))
        .map((terminal) => terminal.view())
        .filter((view) => service === undefined || view.serviceId === service || view.serviceName === service)
        .filter((view) => q === undefined || view.serviceName.toLowerCase().includes(q.toLowerCase()))
        .sort((a, b) => b.openedAt.localeCompare(a.openedAt) || a.id.localeCompare(b.id))
      return paged(rows, query)
    },
    get: async ({ id }, { caller }) => one(id, caller).view(),
    end: async ({ id }, { caller, audit }) => {
      const terminal = one(id, caller)
      audit({ resource: `terminal:${id}`, before: { serviceId: terminal.parts.service.id } })
      await terminal.end(`${caller.username} ended it`)
      return { ok: true }
    },
  }
}
