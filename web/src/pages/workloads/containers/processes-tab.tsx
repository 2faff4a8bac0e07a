import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { bytes, plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'

const everyMs = 3000
const numbers = new Set(['PID', 'PPID', 'C', '%CPU', '%MEM', 'VSZ', 'RSS'])
const command = new Set(['CMD', 'COMMAND'])

// What ps calls its columns, in words; what it has no word for keeps its own.
const words: Readonly<Record<string, string>> = {
  PID: 'Process id',
  PPID: 'Parent',
  USER: 'User',
  UID: 'User',
  STAT: 'State',
  C: 'CPU',
  '%CPU': 'CPU',
  '%MEM': 'Memory',
  RSS: 'Memory',
  VSZ: 'Address space',
  STIME: 'Started',
  START: 'Started',
  TTY: 'Terminal',
  TIME: 'CPU time',
  ELAPSED: 'Running for',
  CMD: 'Command',
  COMMAND: 'Command',
}
// Those that ps tells in kB of 1024.
const kilobytes = new Set(['RSS', 'VSZ'])

/** A value with its unit. */
export function valueOf(title: string, value: string): string {
  if (kilobytes.has(title) && /^\d+$/.test(value)) return bytes(Number(value) * 1024)
  return title.startsWith('%') || title === 'C' ? `${value}%` : value
}

interface Process {
  readonly key: string
  readonly values: readonly string[]
}

/** The processes of a container, as the engine's host counts them. */
export function ProcessesTab({ service }: { service: Service }) {
  const runs = service.state !== 'stopped' && service.state !== 'failed' && !service.stale
  const asked = useQuery({
    queryKey: keys.processes(service.id),
    queryFn: () => client.containers.top({ id: service.id }),
    enabled: runs,
    refetchInterval: everyMs,
    placeholderData: (before) => before,
    retry: false,
  })
  if (!runs) return <Empty title={`${service.name} does not run: it has no processes.`} />
  if (asked.error && !asked.data)
    return (
      <div className="page">
        <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
      </div>
    )
  if (!asked.data) return <Skeleton />
  const { titles, processes } = asked.data
  const pid = Math.max(0, titles.indexOf('PID'))
  const rows = processes.map((values): Process => ({ key: values[pid] ?? values.join(' '), values }))
  const last = titles.findIndex((title) => command.has(title))
  // What is run comes first: it is what a person looks for.
  const order = titles.map((_, index) => index).toSorted((a, b) => Number(b === last) - Number(a === last))
  return (
    <div className="page">
      <Panel
        title="Processes"
        meta={`${plural(rows.length, 'process', 'processes')}, numbered as on the host; read every ${everyMs / 1000} s`}
        flush
      >
        {asked.error && (
          <div className="p-3">
            <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
          </div>
        )}
        <Table
          label={`Processes of ${service.name}`}
          rows={rows}
          keyOf={(row) => row.key}
          columns={order.map((index) => {
            const title = titles[index] ?? ''
            return {
              key: title,
              label: words[title] ?? title,
              width: index === last ? 'minmax(180px, 1fr)' : '84px',
              num: numbers.has(title),
              phone: index === last ? ('title' as const) : title === 'PID' ? ('side' as const) : ('meta' as const),
              render: (row: Process) => (
                <span className={index === last ? 'mono cut' : 'cut'} title={row.values[index]}>
                  {valueOf(title, row.values[index] ?? '')}
                </span>
              ),
            }
          })}
        />
      </Panel>
    </div>
  )
}
