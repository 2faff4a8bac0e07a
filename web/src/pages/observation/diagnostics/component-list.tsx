import { useQuery } from '@tanstack/react-query'
import type { Component } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { bytes, count, millis } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { findingGlyph } from './finding-list.tsx'

const worded = (key: string): string =>
  key
    .replace(/(Bytes|Ms)$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()

function figure(key: string, value: number | string | null): string {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (key.endsWith('Bytes')) return bytes(value)
  if (key.endsWith('Ms')) return millis(Math.abs(value))
  if (key.endsWith('Percent')) return `${value}%`
  return count(value)
}

const order: readonly Component['state'][] = ['error', 'warning', 'ok']
const states = { ok: 'All of it works', warning: 'Something needs somebody', error: 'Something does not work' } as const

/** Every part of the house, what needs somebody first. */
export function ComponentList() {
  const asked = useQuery({
    queryKey: keys.components,
    queryFn: () => client.diagnostics.components(),
    refetchInterval: 10_000,
  })
  if (asked.error) return <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton />
  const { items, state } = asked.data
  const sorted = items.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  return (
    <>
      <p className="pb-3">
        <Badge state={findingGlyph[state]}>{states[state]}</Badge>
      </p>
      <div className="panels">
        {sorted.map((one) => (
          <Panel
            key={one.id}
            title={one.name}
            span={6}
            beside={<Glyph state={findingGlyph[one.state]} label={one.state} />}
          >
            <p className={one.state === 'error' ? 'text-failed-ink' : 'text-ink'}>{one.message}</p>
            {one.advice && <p className="pt-1">{one.advice}</p>}
            <dl className="meta flex flex-wrap gap-x-4 gap-y-0.5 pt-2">
              {Object.entries(one.figures).map(([key, value]) => (
                <div key={key} className="flex gap-1.5">
                  <dt>{worded(key)}</dt>
                  <dd className="text-ink-2">{figure(key, value)}</dd>
                </div>
              ))}
            </dl>
          </Panel>
        ))}
      </div>
    </>
  )
}
