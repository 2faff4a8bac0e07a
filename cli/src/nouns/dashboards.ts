import type { DashboardRow } from '@wheelhouse/contract'
import type { Column } from '../presentation/table.ts'
import { age } from '../presentation/units.ts'
import type { Noun } from './noun.ts'

const columns: readonly Column<DashboardRow>[] = [
  { head: 'DASHBOARD', cell: ({ name }) => ({ text: name, paint: 'bold' }), shrink: 16 },
  { head: 'OF', cell: ({ own, owner }) => (own ? 'you' : owner) },
  { head: 'SHARED', cell: ({ shared }) => (shared ? 'yes' : '') },
  { head: 'DEFAULT', cell: ({ isDefault }) => (isDefault ? 'yes' : ''), sparse: true },
  { head: 'WIDGETS', cell: ({ widgetCount }) => String(widgetCount), align: 'right' },
  { head: 'ABOUT', cell: ({ description }) => description, shrink: 16, drop: 3 },
  { head: 'AGE', cell: ({ changedAt }, look) => age(changedAt, look.now), align: 'right' },
  { head: 'ID', wide: true, cell: ({ id }) => ({ text: id, paint: 'dim' }) },
]

export const dashboardNoun: Noun<DashboardRow> = {
  name: 'dashboards',
  aliases: ['dashboard', 'boards'],
  filters: ['query', 'limit'],
  columns,
  empty: 'No dashboards yet. Make one in the browser, or with wh dashboard import.',
  list: (client, query) => client.dashboards.list(query),
  one: (client, name) => client.dashboards.get({ id: name }),
  key: ({ name }) => name,
  id: ({ id }) => id,
}
