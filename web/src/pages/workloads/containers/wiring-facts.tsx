import type { ReactNode } from 'react'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { bytes } from '../../../ui/format/number.ts'
import type { Wiring } from './wiring.ts'

type Fact = readonly [string, ReactNode] | null

/** Rows for the facts of a container: where it hangs, what it keeps, and its bounds, with ways to each. */
export function wiringFacts({ networks, mounts, restart, memoryBytes, cpus }: Wiring, targetId: string): Fact[] {
  const bounds = [cpus === null ? '' : `${cpus} cores`, memoryBytes === null ? '' : bytes(memoryBytes)].filter(Boolean)
  return [
    networks.length > 0
      ? [
          'Networks',
          <span key="networks" className="flex flex-col">
            {networks.map(({ name, address }) => (
              <span key={name} className="flex flex-wrap gap-x-2">
                <Go className="link" href={paths.network(targetId, name)}>
                  {name}
                </Go>
                {address && <span className="mono text-ink-3">{address}</span>}
              </span>
            ))}
          </span>,
        ]
      : null,
    mounts.length > 0
      ? [
          'Mounts',
          <span key="mounts" className="flex flex-col">
            {mounts.map(({ type, source, destination, readOnly }) => (
              <span key={destination} className="flex flex-wrap gap-x-2">
                <span className="mono">{destination}</span>
                {type === 'volume' ? (
                  <Go className="link" href={paths.volume(targetId, source)}>
                    {source}
                  </Go>
                ) : (
                  <span className="text-ink-3">{source === '' ? type : source}</span>
                )}
                {readOnly && <span className="text-ink-3">read only</span>}
              </span>
            ))}
          </span>,
        ]
      : null,
    restart === null ? null : ['Restart policy', restart],
    ['Limits', bounds.length === 0 ? 'none' : bounds.join(', ')],
  ]
}
