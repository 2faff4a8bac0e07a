import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Node } from '@wheelhouse/contract'
import { ArrowDown, ArrowUp, DoorOpen, type LucideIcon, Pause, Play, Tags, Trash2, Waves } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { PlanDialog } from '../../../../acts/plan-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import type { MenuEntry } from '../../../../ui/control/menu.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { LeaveDialog } from '../leave-dialog.tsx'
import { LabelDialog } from './label-dialog.tsx'

type Availability = Node['availability']
type Layer = 'drain' | 'promote' | 'demote' | 'labels' | 'remove' | 'leave'
const done: Record<Availability, string> = { active: 'takes tasks', pause: 'takes no new tasks', drain: 'is drained' }

interface Props {
  /** Of its Swarm. */
  readonly swarmName: string
  readonly onGone?: () => void
}

/** What can be done with a node, and the dialog that is open. What moves tasks or managers shows its plan first. */
export function useNodeActs(
  node: Node,
  { swarmName, onGone }: Props,
): { readonly entries: readonly MenuEntry[]; readonly layer: ReactNode } {
  const may = useMay()
  const cache = useQueryClient()
  const [layer, setLayer] = useState<Layer | null>(null)
  const one = { swarm: node.swarmId, node: node.nodeId }
  const heard = (): void => void cache.invalidateQueries({ queryKey: ['nodes'] })
  const set = useMutation({
    mutationFn: (availability: Availability) => client.nodes.update({ ...one, availability }),
    onSuccess: (row) => {
      const before = node.availability
      heard()
      toast({
        state: row.availability === 'active' ? 'succeeded' : 'paused',
        title: `${node.hostname} ${done[row.availability]}`,
        action: { label: 'Undo', hint: 'Z', run: () => set.mutate(before) },
      })
    },
    onError: (error) =>
      toast({ state: 'failed', title: `${node.hostname} did not change`, detail: wordsFor(error).what, stays: true }),
  })
  if (!may('swarm.manage', { targetId: node.swarmId })) return { entries: [], layer: null }
  const entry = (label: string, icon: LucideIcon, run: () => void, danger = false): MenuEntry => ({
    label,
    icon,
    run,
    danger,
  })
  const { availability, role } = node
  const entries = [
    ...(availability === 'active' ? [] : [entry('Activate', Play, () => set.mutate('active'))]),
    ...(availability === 'drain' ? [] : [entry('Drain…', Waves, () => setLayer('drain'))]),
    ...(availability === 'pause' ? [] : [entry('Pause', Pause, () => set.mutate('pause'))]),
    role === 'worker'
      ? entry('Promote…', ArrowUp, () => setLayer('promote'))
      : entry('Demote…', ArrowDown, () => setLayer('demote')),
    entry('Labels…', Tags, () => setLayer('labels')),
    ...(node.targetId === null ? [] : [entry('Leave the Swarm…', DoorOpen, () => setLayer('leave'), true)]),
    entry('Remove node…', Trash2, () => setLayer('remove'), true),
  ]
  const close = (): void => setLayer(null)
  const finish = (title: string) => (): void => {
    heard()
    toast({ state: 'succeeded', title })
    close()
  }
  const change = (input: { availability?: Availability; role?: Node['role'] }) => ({
    what: 'nodes.update',
    input: { ...one, ...input },
    plan: () => client.nodes.update.plan({ ...one, ...input }),
    run: () => client.nodes.update({ ...one, ...input }),
    onClose: close,
    calm: true,
  })
  const { hostname } = node
  return {
    entries,
    layer: (
      <>
        {layer === 'drain' && (
          <PlanDialog
            {...change({ availability: 'drain' })}
            title={`Drain ${hostname} of ${swarmName}?`}
            keep="Keep its tasks"
            act={() => `Drain ${hostname}`}
            onDone={finish(`${hostname} is drained: its tasks move to other nodes`)}
          />
        )}
        {layer === 'promote' && (
          <PlanDialog
            {...change({ role: 'manager' })}
            title={`Make ${hostname} a manager of ${swarmName}?`}
            keep="Keep it a worker"
            act={() => `Promote ${hostname}`}
            onDone={finish(`${hostname} is a manager`)}
          />
        )}
        {layer === 'demote' && (
          <PlanDialog
            {...change({ role: 'worker' })}
            calm={false}
            title={`Make ${hostname} a worker of ${swarmName}?`}
            keep="Keep it a manager"
            act={() => `Demote ${hostname}`}
            onDone={finish(`${hostname} is a worker`)}
          />
        )}
        {layer === 'labels' && (
          <LabelDialog node={node} onDone={finish(`${hostname} has its labels`)} onClose={close} />
        )}
        {layer === 'leave' && node.targetId !== null && (
          <LeaveDialog
            swarm={swarmName}
            target={node.targetId}
            name={hostname}
            onDone={() => {
              heard()
              close()
              onGone?.()
            }}
            onClose={close}
          />
        )}
        {layer === 'remove' && <RemoveNode node={node} swarmName={swarmName} onGone={onGone} onClose={close} />}
      </>
    ),
  }
}

/** A node that is up is not removed unless told so twice. */
function RemoveNode({
  node,
  swarmName,
  onGone,
  onClose,
}: {
  node: Node
  swarmName: string
  onGone: (() => void) | undefined
  onClose: () => void
}) {
  const cache = useQueryClient()
  const up = node.state === 'ready'
  const input = { swarm: node.swarmId, node: node.nodeId, ...(up ? { force: true } : {}) }
  return (
    <PlanDialog
      title={`Remove node ${node.hostname} from ${swarmName}?`}
      keep="Keep node"
      act={() => `Remove node ${node.hostname}`}
      typeName={up ? node.hostname : undefined}
      what="nodes.remove"
      input={input}
      plan={() => client.nodes.remove.plan(input)}
      run={() => client.nodes.remove(input)}
      onDone={() => {
        void cache.invalidateQueries({ queryKey: ['nodes'] })
        toast({ state: 'stopped', title: `${node.hostname} is removed` })
        onClose()
        onGone?.()
      }}
      onClose={onClose}
    />
  )
}
