import type { Terminal } from '@wheelhouse/contract'
import { Complaint } from '../failure.ts'
import type { Column } from '../presentation/table.ts'
import { age, bytes, until } from '../presentation/units.ts'
import { nothingCalled } from '../resolve.ts'
import type { Noun } from './noun.ts'

export const terminalColumns: readonly Column<Terminal>[] = [
  { head: 'TERMINAL', cell: (t) => ({ text: t.id.slice(0, 8), paint: 'bold' }) },
  { head: 'SERVICE', cell: (t) => t.serviceName, shrink: 12 },
  { head: 'COMMAND', cell: (t) => t.command.join(' '), shrink: 12, drop: 4 },
  { head: 'OF', cell: (t) => t.openedBy, drop: 3 },
  {
    head: 'VIEWERS',
    cell: (t) =>
      t.viewers.map(({ username, writes }) => (writes ? username : `${username} (looks on)`)).join(', ') || '-',
    shrink: 10,
  },
  { head: 'STATE', cell: (t) => ({ text: t.state, paint: t.state === 'detached' ? 'yellow' : undefined }) },
  { head: 'ENDS', sparse: true, cell: (t, look) => (t.expiresAt === null ? '' : until(t.expiresAt, look.now)) },
  { head: 'PRINTED', align: 'right', wide: true, cell: (t) => bytes(t.receivedBytes) },
  { head: 'AGE', align: 'right', cell: (t, look) => age(t.openedAt, look.now), drop: 2 },
  { head: 'ID', wide: true, cell: (t) => ({ text: t.id, paint: 'dim' }), drop: 5 },
]

export const terminalNoun: Noun<Terminal> = {
  name: 'terminals',
  aliases: ['terminal', 'term'],
  filters: ['query', 'service', 'limit'],
  columns: terminalColumns,
  empty: 'No terminals are open. Open one with wh exec -it <service>.',
  list: (client, query) => client.terminals.list(query),
  one: async (client, name) => {
    const { items } = await client.terminals.list({ limit: 1000 })
    const found = items.filter((one) => one.id.startsWith(name) || one.serviceName === name || one.serviceId === name)
    const [first, second] = found
    if (!first)
      throw nothingCalled(
        'terminal',
        name,
        items.map((one) => one.id.slice(0, 8)),
      )
    if (!second) return first
    const lines = found.map((one) => `${one.id.slice(0, 8)}  ${one.serviceName}, of ${one.openedBy}`)
    throw new Complaint('conflict', 'AMBIGUOUS', `${found.length} terminals are meant by "${name}". Use an id.`, lines)
  },
  key: (t) => t.id.slice(0, 8),
  id: (t) => t.id,
}
