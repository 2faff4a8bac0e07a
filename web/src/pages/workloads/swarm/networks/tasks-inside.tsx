import type { Network, Task } from '@wheelhouse/contract'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { Table } from '../../../../ui/list/table.tsx'
import { Panel } from '../../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { useNodes, useTasks } from '../ask.ts'
import { taskGlyph, taskName } from '../words.ts'

/** Of a network of a Swarm: its tasks on every node, as the manager knows them. One engine tells only of its own containers. */
export function TasksInside({ network }: { network: Network }) {
  const may = useMay()
  const nodes = useNodes({}, may('swarm.read'))
  const swarm = nodes.data?.find(({ targetId }) => targetId === network.targetId)?.swarmId
  const tasks = useTasks({ swarm: swarm ?? '' }, swarm !== undefined)
  if (swarm === undefined) return null
  const addressIn = (task: Task): string | undefined =>
    task.networks.find(({ networkId }) => networkId === network.networkId)?.address ?? undefined
  const inside = (tasks.data ?? []).filter((task) => addressIn(task) !== undefined)
  return (
    <Panel title="Tasks in it, on every node" meta={tasks.data ? String(inside.length) : ''} flush>
      {tasks.error && (
        <div className="p-3">
          <TroubleBox trouble={wordsFor(tasks.error)} retry={() => void tasks.refetch()} />
        </div>
      )}
      {tasks.data && inside.length === 0 && <p className="text-ink-3 p-4">No task of the Swarm is in it.</p>}
      {inside.length > 0 && (
        <Table
          label="Tasks in it"
          rows={inside}
          keyOf={(task) => task.id}
          hrefOf={(task) => paths.service(task.serviceId)}
          columns={[
            {
              key: 'task',
              label: 'Task',
              width: 'minmax(140px, 1.6fr)',
              phone: 'title',
              render: (task) => (
                <>
                  <Glyph state={taskGlyph(task)} label={task.state} />
                  <span className="cut">{taskName(task)}</span>
                </>
              ),
            },
            {
              key: 'node',
              label: 'Node',
              width: 'minmax(90px, 1fr)',
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
              key: 'address',
              label: 'Address',
              width: 'minmax(110px, 1fr)',
              phone: 'line',
              render: (task) => <span className="mono">{addressIn(task)}</span>,
            },
          ]}
        />
      )}
    </Panel>
  )
}
