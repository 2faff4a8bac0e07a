import type { Task, Topology } from '@wheelhouse/contract'
import { paths } from '../../../../paths.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { Table } from '../../../../ui/list/table.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { taskGlyph, taskName } from '../words.ts'

/** The map as text: each task with its node and the networks it is in. */
export function MapTable({ topology, tasks }: { topology: Topology; tasks: ReadonlyMap<string, Task> }) {
  const names = new Map(topology.nodes.map(({ id, name }) => [id, name]))
  const rows = topology.nodes.flatMap(({ id, kind }) => {
    const task = kind === 'task' ? tasks.get(id) : undefined
    return task ? [task] : []
  })
  return (
    <Table
      label="Tasks with their nodes and networks"
      rows={rows}
      keyOf={(task) => task.id}
      hrefOf={(task) => paths.service(task.serviceId)}
      columns={[
        {
          key: 'task',
          label: 'Task',
          width: 'minmax(160px, 1.2fr)',
          phone: 'title',
          render: (task) => (
            <>
              <Glyph state={taskGlyph(task)} label={task.state} />
              <span className="cut">{taskName(task)}</span>
              {task.state !== 'running' && (
                <span className={`font-normal text-meta t-${taskGlyph(task)}`}>{task.state}</span>
              )}
            </>
          ),
        },
        {
          key: 'node',
          label: 'Node',
          width: 'minmax(100px, 0.8fr)',
          phone: 'side',
          render: (task) =>
            task.nodeId === null ? (
              <span className="text-ink-3">none yet</span>
            ) : (
              <Go className="link" href={paths.swarmNode(task.swarmId, task.nodeId)}>
                {task.nodeName ?? task.nodeId}
              </Go>
            ),
        },
        {
          key: 'networks',
          label: 'Networks',
          width: 'minmax(180px, 2fr)',
          phone: 'line',
          render: (task) => {
            const own = topology.edges.filter(({ from }) => from === task.id)
            return own.length === 0 ? (
              <span className="text-ink-3">none known</span>
            ) : (
              own.map(({ to, label }) => `${names.get(to) ?? to}${label === '' ? '' : ` (${label})`}`).join(', ')
            )
          },
        },
      ]}
    />
  )
}
