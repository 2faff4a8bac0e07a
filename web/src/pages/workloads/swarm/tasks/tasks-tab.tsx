import type { Swarm, Task } from '@wheelhouse/contract'
import { wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { Pick } from '../../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../../ui/control/use-url.ts'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { useNodes, useTasks } from '../ask.ts'
import { TaskTable } from './task-table.tsx'

// A list of its own: the contract's would bring its schemas along.
const states: readonly Task['state'][] = [
  'pending',
  'preparing',
  'starting',
  'running',
  'complete',
  'failed',
  'rejected',
  'shutdown',
  'orphaned',
]

/** All tasks of a Swarm, those that need somebody first. */
export function TasksTab({ swarm }: { swarm: Swarm }) {
  const [q, setQ] = useParam('q')
  const [state, setState] = useParam('state')
  const [node, setNode] = useParam('node')
  const [past, setPast] = useParam('past')
  const setParams = useSetParams()
  const nodes = useNodes({ swarm: swarm.targetId })
  const asked = useTasks({
    swarm: swarm.targetId,
    ...(q ? { q } : {}),
    ...(state ? { state } : {}),
    ...(node ? { node } : {}),
    ...(past === '1' ? { past: true } : {}),
  })
  const filtered = q !== '' || state !== '' || node !== ''
  return (
    <>
      <div className="toolbar">
        <FilterBox label="Filter tasks" placeholder="Filter by service, id, image" value={q} onChange={setQ} />
        <Pick
          label="State"
          value={state}
          onPick={setState}
          options={[{ value: '', label: 'any' }, ...states.map((value) => ({ value, label: value }))]}
        />
        <Pick
          label="Node"
          value={node}
          onPick={setNode}
          options={[
            { value: '', label: 'any' },
            ...(nodes.data ?? []).map(({ nodeId, hostname }) => ({ value: nodeId, label: hostname })),
          ]}
        />
        <Pick
          label="Show"
          value={past}
          onPick={setPast}
          options={[
            { value: '', label: 'present' },
            { value: '1', label: 'ended too' },
          ]}
        />
      </div>
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton />}
      {asked.data && asked.data.length === 0 && (
        <Empty
          title={filtered ? 'No task matches.' : 'No tasks.'}
          action={
            filtered && <Button onClick={() => setParams({ q: null, state: null, node: null })}>Clear filters</Button>
          }
        >
          {filtered ? 'The filters hide the others.' : 'A service has as many tasks as it is told to.'}
        </Empty>
      )}
      {asked.data && asked.data.length > 0 && <TaskTable label="Tasks" tasks={asked.data} />}
    </>
  )
}
