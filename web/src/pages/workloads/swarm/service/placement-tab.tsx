import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { useTasks } from '../ask.ts'
import { TaskTable } from '../tasks/task-table.tsx'
import { fitSentence, PlacementTable } from './placement-table.tsx'

/** Where its tasks are, where one more would go, and why not elsewhere. */
export function PlacementTab({ service }: { service: Service }) {
  const asked = useQuery({
    queryKey: keys.placement(service.id),
    queryFn: ({ signal }) => client.swarmServices.placement({ id: service.id }, { signal }),
    placeholderData: (before) => before,
  })
  const tasks = useTasks({ swarm: service.targetId, service: service.id, past: true })
  if (!asked.data)
    return asked.error ? (
      <div className="page">
        <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
      </div>
    ) : (
      <Skeleton />
    )
  return (
    <div className="page">
      <div className="panels">
        <Panel title="Would one more fit" meta={fitSentence(asked.data)} flush>
          <PlacementTable placement={asked.data} />
        </Panel>
        <Panel title="Where it is and was" meta={tasks.data ? String(tasks.data.length) : ''} flush>
          {tasks.data && tasks.data.length > 0 ? (
            <TaskTable label={`All tasks of ${service.name}`} tasks={tasks.data} without="service" />
          ) : (
            <p className="px-3 pb-3 text-ink-3">No task is known of.</p>
          )}
        </Panel>
      </div>
    </div>
  )
}
