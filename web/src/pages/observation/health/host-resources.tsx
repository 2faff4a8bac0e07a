import type { Target } from '@wheelhouse/contract'
import { targets } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { bytes, percent } from '../../../ui/format/number.ts'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Meter } from '../../../ui/state/meter.tsx'

const glyphs = { connected: 'running', connecting: 'starting', unreachable: 'unknown' } as const

/** What the hosts have left, one card a host. */
export function HostResources({ target }: { target: string }) {
  const hosts = useRows(targets).filter(
    (host) => (target === '' || host.id === target || host.name === target) && host.kind !== 'swarm',
  )
  if (hosts.length === 0) return null
  return (
    <ul className="grid gap-3 px-(--gutter) pb-3 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4" aria-label="Resources">
      {hosts.map((host) => (
        <li key={host.id} className={`panel p-3 ${host.stale ? 'hatch' : ''}`}>
          <Go href={paths.target(host.id)} className="flex items-center gap-2 name">
            <Glyph state={glyphs[host.state]} label={host.state} />
            <span className="cut">{host.name}</span>
          </Go>
          {host.usage ? (
            <Usage usage={host.usage} />
          ) : (
            <p className="meta pt-1">{host.reason ?? 'It tells nothing of its resources.'}</p>
          )}
        </li>
      ))}
    </ul>
  )
}

function Usage({ usage }: { usage: NonNullable<Target['usage']> }) {
  const { cpuPercent, memoryBytes, memoryTotalBytes, diskBytes, diskTotalBytes } = usage
  const line = (label: string, text: string, value: number | null, of: number | null) => (
    <div className="pt-1">
      <div className="flex justify-between gap-2 meta">
        <span>{label}</span>
        <span className="text-ink-2">{text}</span>
      </div>
      <Meter value={value} of={of} label={label} />
    </div>
  )
  const left = diskBytes !== null && diskTotalBytes !== null ? `${bytes(diskTotalBytes - diskBytes)} free` : '–'
  return (
    <div>
      {line('CPU', cpuPercent === null ? '–' : percent(cpuPercent), cpuPercent, 100)}
      {line(
        'Memory',
        memoryBytes === null ? '–' : `${bytes(memoryBytes)} of ${bytes(memoryTotalBytes ?? 0)}`,
        memoryBytes,
        memoryTotalBytes,
      )}
      {line('Disk', left, diskBytes, diskTotalBytes)}
    </div>
  )
}
