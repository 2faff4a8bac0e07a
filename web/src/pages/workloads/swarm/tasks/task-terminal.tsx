import { useParams } from '@tanstack/react-router'
import type { Node, Task } from '@wheelhouse/contract'
import { targets } from '../../../../api/fleet.ts'
import { useMay } from '../../../../api/may.ts'
import { useRow } from '../../../../api/row-store.ts'
import { paths } from '../../../../paths.ts'
import { Unready } from '../../../../shell/unready.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Empty } from '../../../../ui/page/told.tsx'
import { Badge } from '../../../../ui/state/badge.tsx'
import { Shell } from '../../terminals/shell.tsx'
import { useNodes, useTasks } from '../ask.ts'
import { taskGlyph, taskName } from '../words.ts'

/** A shell in a task by its id: the control plane finds the node it runs on. Where it cannot reach in, it says why and what to do. */
export function TaskTerminal() {
  const { swarm = '', task: id = '' } = useParams({ strict: false })
  const asked = useTasks({ swarm, q: id, past: true })
  const nodes = useNodes({ swarm })
  const name = useRow(targets, swarm)?.name ?? 'Swarm'
  const crumbs = [
    { label: 'Swarms', href: paths.swarms() },
    { label: name, href: paths.swarm(swarm) },
    { label: 'Tasks', href: paths.swarm(swarm, 'tasks') },
  ]
  const wayOut = { label: 'Open tasks', href: paths.swarm(swarm, 'tasks') }
  if (!asked.data || !nodes.data)
    return <Unready title="Terminal" crumbs={crumbs} asked={asked.error ? asked : nodes} wayOut={wayOut} />
  const task = asked.data.find((one) => one.id === id)
  if (!task)
    return (
      <>
        <PageHead title="Terminal" crumbs={crumbs} />
        <Empty
          title={`There is no task ${id}.`}
          action={
            <Go className="btn" href={wayOut.href}>
              {wayOut.label}
            </Go>
          }
        >
          A Swarm forgets tasks that ended some time ago.
        </Empty>
      </>
    )
  const node = nodes.data.find(({ nodeId }) => nodeId === task.nodeId)
  return (
    <div className="fill">
      <PageHead
        title={`Terminal in ${taskName(task)}`}
        tab={`${taskName(task)}, terminal`}
        crumbs={[...crumbs.slice(0, 2), { label: task.serviceName, href: paths.service(task.serviceId) }]}
        badge={<Badge state={taskGlyph(task)}>{task.state}</Badge>}
        meta={
          node && (
            <>
              on{' '}
              <Go className="hover:text-ink" href={paths.swarmNode(swarm, node.nodeId)}>
                {node.hostname}
              </Go>
            </>
          )
        }
      />
      <Inside key={task.id} task={task} node={node} />
    </div>
  )
}

function Inside({ task, node }: { task: Task; node: Node | undefined }) {
  const may = useMay()
  const name = taskName(task)
  const ofService = (
    <Go className="btn" href={paths.service(task.serviceId)}>
      Open {task.serviceName}
    </Go>
  )
  if (task.state !== 'running')
    return (
      <Empty title={`${name} is ${task.state}.`} action={ofService}>
        {task.reason ?? 'A terminal needs it to run.'} Another task of {task.serviceName} may run.
      </Empty>
    )
  if (node && node.targetId === null)
    return (
      <Empty
        title={`Nothing reaches into ${name}: the engine of ${node.hostname} is no target here.`}
        action={
          <>
            {may('targets.manage') && (
              <Go className="btn btn-primary" href={`${paths.targets()}?add=1`}>
                Add the engine of {node.hostname}…
              </Go>
            )}
            {ofService}
          </>
        }
      >
        A Swarm runs no commands in its tasks: the engine of the node does. Add it as a target, such as{' '}
        <span className="mono">ssh://you@{node.address}</span> or{' '}
        <span className="mono">tcp://{node.address}:2376</span>
        {may('targets.manage') ? '.' : ', or ask an administrator to.'}
      </Empty>
    )
  return <Shell at={{ id: task.id, name }} />
}
