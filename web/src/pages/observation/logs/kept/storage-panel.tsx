import { useQuery } from '@tanstack/react-query'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { duration } from '../../../../ui/format/age.ts'
import { bytes, count, plural } from '../../../../ui/format/number.ts'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { Meter } from '../../../../ui/state/meter.tsx'

/** What kept lines take, what they may take, and what was lost. */
export function StoragePanel() {
  const asked = useQuery({
    queryKey: keys.logStorage,
    queryFn: () => client.logHistory.storage({}),
    refetchInterval: 15_000,
  })
  if (asked.error)
    return (
      <div className="p-4">
        <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
      </div>
    )
  const held = asked.data
  if (!held) return <div className="storage-strip" aria-busy="true" />
  return (
    <>
      {!held.enabled && (
        <div className="strip" role="status">
          <Glyph state="paused" />
          <span>
            Lines are not kept now: the keeping of logs is off in the settings of the control plane. What was kept
            before is still found.
          </span>
        </div>
      )}
      {held.problem !== null && (
        <div className="strip" role="alert">
          <Glyph state="degraded" />
          <span>{held.problem}</span>
        </div>
      )}
      <div className="storage-strip">
        <div>
          <p className="figure">
            {bytes(held.bytes)}
            <small>of {bytes(held.budgetBytes)}</small>
          </p>
          <span className="flex pt-1.5">
            <Meter value={held.bytes} of={held.budgetBytes} label="Room for kept lines" />
          </span>
        </div>
        <Told title="Kept for" value={held.keepMs === null ? 'as long as there is room' : duration(held.keepMs)} />
        <Told title="Services" value={`${count(held.sources)}, ${count(held.followed)} followed now`} />
        <Told
          title="Lost for lack of room"
          value={held.lostLines === 0 ? 'none since the start' : plural(held.lostLines, 'line')}
          bad={held.lostLines > 0}
        />
        <Told
          title="Places not readable"
          value={held.brokenPlaces === 0 ? 'none' : plural(held.brokenPlaces, 'place')}
          bad={held.brokenPlaces > 0}
        />
      </div>
    </>
  )
}

function Told({ title, value, bad = false }: { title: string; value: string; bad?: boolean }) {
  return (
    <div>
      <p className="meta">{title}</p>
      <p className={bad ? 't-degraded' : 'text-ink'}>{value}</p>
    </div>
  )
}
