import type { Service } from '@wheelhouse/contract'
import { useCallback, useMemo } from 'react'
import { LogsTab } from '../../service/logs/logs-tab.tsx'
import { useTasks } from '../ask.ts'

/** The log of all tasks of a service; each line says whose it is. */
export function TaskLogs({ service }: { service: Service }) {
  const tasks = useTasks({ swarm: service.targetId, service: service.id, past: true })
  const names = useMemo(
    () =>
      new Map(
        (tasks.data ?? []).map(({ id, slot, nodeName }) => [
          id,
          slot === null ? (nodeName ?? id.slice(0, 8)) : `${slot} ${nodeName ?? ''}`,
        ]),
      ),
    [tasks.data],
  )
  const sourceOf = useCallback(
    (task: string | null) => (task === null ? '' : (names.get(task) ?? task.slice(0, 8))),
    [names],
  )
  return <LogsTab service={service} sourceOf={sourceOf} />
}
