import { targets } from '../../../../api/fleet.ts'
import { useMay } from '../../../../api/may.ts'
import { useRows } from '../../../../api/row-store.ts'
import { paths } from '../../../../paths.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { listed } from '../../../../ui/format/number.ts'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { useNodes } from '../ask.ts'

/** Which nodes of Swarms hold things that nobody here sees, for their engine is no target. Nothing where there are none. */
export function UnseenNodes({ what }: { readonly what: 'volumes' | 'local networks' }) {
  const may = useMay()
  const names = new Map(useRows(targets).map(({ id, name }) => [id, name]))
  const nodes = useNodes({}, may('swarm.read'))
  const unseen = (nodes.data ?? []).filter(({ targetId }) => targetId === null)
  const bySwarm = Map.groupBy(unseen, ({ swarmId }) => swarmId)
  if (unseen.length === 0) return null
  const one = unseen.length === 1
  const where = [...bySwarm].map(
    ([swarm, own]) =>
      `${listed(
        own.map(({ hostname }) => hostname),
        5,
      )} of the Swarm ${names.get(swarm) ?? swarm}`,
  )
  return (
    <div className="strip" role="status">
      <Glyph state="unknown" />
      <span className="grow text-ink-2">
        The {what} on {where.join(', and on ')} cannot be seen: the{' '}
        {one ? 'engine of that node is' : 'engines of those nodes are'} no target here, and a manager does not know
        them.
      </span>
      {may('targets.manage') && (
        <Go className="btn" href={`${paths.targets()}?add=1`}>
          Add {one ? 'its engine' : 'an engine'}…
        </Go>
      )}
    </div>
  )
}
