import { useQuery } from '@tanstack/react-query'
import type { EngineEvent, Target } from '@wheelhouse/contract'
import { useEffect, useMemo, useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { live } from '../../../api/live.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { clock } from '../../../ui/format/age.ts'
import { plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { eventDetail, eventGlyph, eventKey, isChatter, mergedEvents, eventName } from './event-words.ts'

const types = ['container', 'image', 'volume', 'network', 'daemon', 'service', 'node', 'secret', 'config', 'plugin']
const ranges: Readonly<Record<string, { readonly label: string; readonly ms: number }>> = {
  '15m': { label: '15 min', ms: 900_000 },
  '1h': { label: '1 h', ms: 3_600_000 },
  '6h': { label: '6 h', ms: 21_600_000 },
  '24h': { label: '24 h', ms: 86_400_000 },
}
const heldMost = 2000
const shownStep = 200

/** Events of an engine, those of the last while and those that come. Engines remember only their last few hundred. */
export function EngineEvents({ target }: { target: Target }) {
  const [type, setType] = useParam('type')
  const [range, setRange] = useParam('range', '1h')
  const [chatter, setChatter] = useParam('checks', 'hidden')
  const [q, setQ] = useParam('q')
  const setParams = useSetParams()
  const [came, setCame] = useState<readonly EngineEvent[]>([])
  const [ended, setEnded] = useState<string | null>(null)
  const [open, setOpen] = useState<string | null>(null)
  const [most, setMost] = useState(shownStep)
  const filter = { target: target.id, ...(type ? { types: type } : {}), ...(q ? { q } : {}) }
  const rangeMs = (ranges[range] ?? ranges['1h'])?.ms ?? 3_600_000
  const asked = useQuery({
    queryKey: keys.engineEvents({ ...filter, rangeMs }),
    queryFn: ({ signal }) =>
      client.engines.events({ ...filter, since: new Date(Date.now() - rangeMs).toISOString() }, { signal }),
    placeholderData: (before) => before,
    refetchOnWindowFocus: false,
  })
  const { refetch } = asked
  useEffect(() => {
    setCame([])
    setEnded(null)
    return live.subscribe(
      'engine',
      { target: target.id, ...(type ? { types: type } : {}), ...(q ? { q } : {}) },
      {
        onEvents: (events) => setCame((before) => [...before, ...events].slice(-heldMost)),
        onGap: () => void refetch(),
        onReady: (resumed) => {
          if (!resumed) void refetch()
        },
        onEnd: (reason) => setEnded(reason),
      },
    )
  }, [target.id, type, q, refetch])
  const rows = useMemo(
    () => mergedEvents(asked.data?.items ?? [], came).filter((event) => chatter === 'shown' || !isChatter(event)),
    [asked.data, came, chatter],
  )
  const shown = rows.slice(0, most)
  const filtered = type !== '' || q !== ''
  return (
    <Panel
      title="Events"
      meta={asked.data && `${plural(rows.length, 'event')}, newest first${ended === null ? ', live' : ''}`}
      flush
      foot={asked.data?.truncated && <span>There are more in this time than are shown. Choose less of it.</span>}
    >
      <div className="toolbar">
        <FilterBox label="Filter events" placeholder="Filter by name, id, image" value={q} onChange={setQ} />
        <Pick
          label="Type"
          value={type}
          onPick={setType}
          options={[{ value: '', label: 'any' }, ...types.map((value) => ({ value, label: value }))]}
        />
        <Pick
          label="Last"
          value={range}
          onPick={setRange}
          options={Object.entries(ranges)
            .toSorted(([a], [b]) => Number(b === '1h') - Number(a === '1h'))
            .map(([value, { label }]) => ({ value, label }))}
        />
        <Pick
          label="Checks, commands, mounts"
          value={chatter}
          onPick={setChatter}
          options={[
            { value: 'hidden', label: 'hidden' },
            { value: 'shown', label: 'shown' },
          ]}
        />
      </div>
      {ended !== null && <p className="meta px-3 pb-2">Not live any more: {ended}</p>}
      {asked.error && (
        <div className="p-3">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton />}
      {asked.data && rows.length === 0 && (
        <Empty
          title={filtered ? 'No event matches.' : 'Nothing happened in this time.'}
          action={filtered && <Button onClick={() => setParams({ q: null, type: null })}>Clear filters</Button>}
        />
      )}
      {shown.length > 0 && (
        <Table
          label="Events of the engine"
          rows={shown}
          keyOf={eventKey}
          onOpen={(row) => setOpen(open === eventKey(row) ? null : eventKey(row))}
          below={(row) =>
            open === eventKey(row) && (
              <div className="px-(--gutter) py-2 bg-sunken">
                <Facts
                  rows={[
                    [
                      'At',
                      <span key="at" className="mono">
                        {row.at}
                      </span>,
                    ],
                    [
                      'Id',
                      <span key="id" className="mono break-all">
                        {row.actorId}
                      </span>,
                    ],
                    ...Object.entries(row.attributes).map(
                      ([key, value]) =>
                        [
                          key,
                          <span key={key} className="mono break-all">
                            {value}
                          </span>,
                        ] as const,
                    ),
                  ]}
                />
              </div>
            )
          }
          columns={[
            {
              key: 'name',
              label: 'Name',
              width: 'minmax(140px, 1.4fr)',
              phone: 'title',
              render: (row) => <span className="cut">{eventName(row)}</span>,
            },
            {
              key: 'action',
              label: 'Action',
              width: 'minmax(120px, 1fr)',
              render: (row) => {
                const glyph = eventGlyph(row)
                return (
                  <span className="inline-flex items-center gap-2">
                    {glyph && <Glyph state={glyph} label={glyph} />}
                    {row.action}
                  </span>
                )
              },
            },
            { key: 'type', label: 'Type', width: '90px', render: (row) => row.type },
            {
              key: 'detail',
              label: 'Detail',
              width: 'minmax(120px, 1.6fr)',
              phone: 'line',
              render: (row) => <span className="mono text-ink-3">{eventDetail(row)}</span>,
            },
            {
              key: 'at',
              label: 'At',
              width: '90px',
              num: true,
              phone: 'side',
              render: (row) => (
                <time dateTime={row.at} title={row.at}>
                  {clock(Date.parse(row.at))}
                </time>
              ),
            },
          ]}
        />
      )}
      {rows.length > most && (
        <div className="p-3 text-center">
          <Button onClick={() => setMost(most + shownStep)}>Show older</Button>
        </div>
      )}
    </Panel>
  )
}
