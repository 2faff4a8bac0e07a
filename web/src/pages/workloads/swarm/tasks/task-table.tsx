import type { Task } from '@wheelhouse/contract'
import { SquareTerminal } from 'lucide-react'
import { services } from '../../../../api/fleet.ts'
import { useMay } from '../../../../api/may.ts'
import { useRow } from '../../../../api/row-store.ts'
import { paths } from '../../../../paths.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { type Column, Table } from '../../../../ui/list/table.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Tag } from '../../../../ui/state/badge.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { taskGlyph, taskName } from '../words.ts'

const ending = (task: Task): boolean => task.desired === 'shutdown' || task.desired === 'remove'

interface Props {
  readonly label: string
  readonly tasks: readonly Task[]
  /** What all of them share is not told again. */
  readonly without?: 'service' | 'node'
  /** Of a rollout: tells which are of the new version. */
  readonly versions?: boolean
}

/** Tasks with where they are and why they wait or ended. */
export function TaskTable({ label, tasks, without, versions = false }: Props) {
  const columns: (Column<Task> | false)[] = [
    {
      key: 'task',
      label: 'Task',
      width: 'minmax(200px, 1.8fr)',
      phone: 'title',
      render: (task) => (
        <>
          <Glyph state={taskGlyph(task)} label={task.state} />
          <span className="cut" title={task.id}>
            {taskName(task)}
          </span>
          {task.state !== 'running' && (
            <span className={`font-normal text-meta t-${taskGlyph(task)}`}>{task.state}</span>
          )}
          {ending(task) && task.state === 'running' && <span className="font-normal meta">ends</span>}
          {versions && task.current && <Tag>new</Tag>}
        </>
      ),
    },
    without !== 'node' && {
      key: 'node',
      label: 'Node',
      width: 'minmax(90px, 0.8fr)',
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
      key: 'why',
      label: 'Why',
      width: 'minmax(180px, 3fr)',
      phone: 'line',
      render: (task) =>
        task.reason === null ? null : (
          <span
            className={`whitespace-normal break-words text-meta ${taskGlyph(task) === 'failed' ? 't-failed' : taskGlyph(task) === 'degraded' ? 't-degraded' : 'text-ink-3'}`}
          >
            {task.reason}
          </span>
        ),
    },
    {
      key: 'image',
      label: 'Image',
      width: 'minmax(110px, 1.3fr)',
      phone: 'hide',
      render: (task) => (
        <span className="mono text-ink-3" title={task.image}>
          {task.image}
        </span>
      ),
    },
    {
      key: 'age',
      label: 'Since',
      width: '62px',
      num: true,
      phone: 'side',
      render: (task) => <Age at={task.changedAt} />,
    },
  ]
  return (
    <Table
      label={label}
      rows={tasks}
      keyOf={(task) => task.id}
      hrefOf={(task) => (without === 'service' ? null : paths.service(task.serviceId))}
      actsWidth="148px"
      acts={(task) => <TaskLinks task={task} />}
      columns={columns.filter((column) => column !== false)}
    />
  )
}

/** To its container, where that engine is registered and knows it, and to a shell in it, which says why where there can be none. */
function TaskLinks({ task }: { task: Task }) {
  const may = useMay()
  const container = useRow(services, task.containerServiceId ?? '')
  const place = container
    ? { targetId: container.targetId, serviceId: container.id }
    : { targetId: task.swarmId, serviceId: task.serviceId }
  return (
    <>
      {container && (
        <Go className="btn btn-ghost" href={paths.service(container.id)} aria-label={`Container of ${taskName(task)}`}>
          Container
        </Go>
      )}
      {task.state === 'running' && may('services.exec', place) && (
        <Go
          className="btn btn-ghost btn-icon"
          href={paths.taskTerminal(task.swarmId, task.id)}
          aria-label={`Terminal in ${taskName(task)}`}
          title="Terminal"
        >
          <SquareTerminal className="icon-s" aria-hidden />
        </Go>
      )}
    </>
  )
}
