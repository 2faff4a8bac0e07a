import { maySomewhere } from '@wheelhouse/contract/identity/authority'
import { useRouterState } from '@tanstack/react-router'
import { useAlerts, useAlertsFeed } from '../api/alerts.ts'
import { deployments, isLive } from '../api/deployments.ts'
import { services, targets } from '../api/fleet.ts'
import { useRows } from '../api/row-store.ts'
import { useMe } from '../api/session.ts'
import { paths } from '../paths.ts'
import { Go } from '../ui/control/link.tsx'
import { useParam } from '../ui/control/use-url.ts'
import { footEntries, type NavEntry, navigation } from './nav.ts'
import { inScopeOf } from './scope.ts'
import { Wheel } from './wheel.tsx'

/** The entries a person may use at all. */
export function useNavigation(): { groups: typeof navigation; foot: readonly NavEntry[] } {
  const me = useMe()
  const fits = (entry: NavEntry): boolean => !entry.permission || maySomewhere(me, entry.permission)
  const groups = navigation
    .map((group) => ({ ...group, entries: group.entries.filter(fits) }))
    .filter((group) => group.entries.length > 0)
  return { groups, foot: footEntries.filter(fits) }
}

export function useIsCurrent(): (href: string) => boolean {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  return (href) => (href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`))
}

function Entry({
  entry,
  count,
  target = '',
  onPick,
}: {
  entry: NavEntry
  target?: string
  count?: number | string | undefined
  onPick?: (() => void) | undefined
}) {
  const isCurrent = useIsCurrent()
  return (
    <Go
      href={inScopeOf(entry.href, target)}
      title={entry.label}
      aria-current={isCurrent(entry.href) ? 'page' : undefined}
      onClick={onPick}
    >
      <entry.icon className="icon" aria-hidden />
      <span className="word">{entry.label}</span>
      {count !== undefined && count !== 0 && <span className="count word">{count}</span>}
    </Go>
  )
}

/** Five groups; only the number that needs someone is red. */
export function Sidebar({ onPick }: { onPick?: () => void }) {
  const { groups, foot } = useNavigation()
  const [target] = useParam('target')
  const serviceCount = useRows(services).length
  const targetCount = useRows(targets).length
  useAlertsFeed()
  const alerting = useAlerts({ limit: 1 }).data?.counts ?? {}
  const live = useRows(deployments).filter((each) => isLive(each) && each.state !== 'queued').length
  const counts: Record<string, number | string> = {
    [paths.services()]: serviceCount,
    [paths.targets()]: targetCount,
    [paths.alerts()]: Object.values(alerting).reduce((sum, each) => sum + each, 0),
    [paths.deployments()]: live === 0 ? 0 : `${live} live`,
  }
  return (
    <nav className="side" aria-label="Main">
      <div className="brand">
        <Wheel />
        <span className="word">Wheelhouse</span>
      </div>
      {groups.map((group) => (
        <div key={group.label ?? 'top'} className="nav">
          {group.label && <h3>{group.label}</h3>}
          {group.entries.map((entry) => (
            <Entry key={entry.href} entry={entry} count={counts[entry.href]} target={target} onPick={onPick} />
          ))}
        </div>
      ))}
      <div className="nav mt-auto pt-4">
        {foot.map((entry) => (
          <Entry key={entry.href} entry={entry} onPick={onPick} />
        ))}
      </div>
    </nav>
  )
}
