import type { Stack, stacks } from '@wheelhouse/contract'
import { type Caller, type Handlers, requirePermission } from '../../../dispatch/index.ts'
import { allowanceOf } from '../../../inventory/policies/index.ts'
import { requireConnected } from '../reconcile/present.ts'
import type { StackRoom } from '../room.ts'
import { composeLabel } from '../compose/labels.ts'
import { requireFound } from './adopt.ts'
import { fromContainers } from './from-containers.ts'
import { fromFiles } from './from-files.ts'
import { fromSwarm } from './from-swarm.ts'

/** Files for stacks that were started elsewhere. `seen` finds a stack the caller may see, or throws NOT_FOUND. */
export function adoptionHandlers(
  room: StackRoom,
  seen: (id: string, caller: Caller) => Promise<Stack>,
): Pick<Handlers<typeof stacks>, 'draft'> {
  return {
    draft: async ({ id }, { caller }) => {
      const stack = await seen(id, caller)
      requirePermission(caller, 'stacks.apply', { targetId: stack.targetId })
      const target = requireConnected(room.targets.resolve(stack.targetId))
      await requireFound(room, target, stack.name)
      const answer = { name: stack.name, format: 'compose' as const, targetId: target.id, targetName: target.name }
      if (target.kind === 'swarm') {
        const { source, kept, notes } = await fromSwarm(room, target, stack.name)
        return { ...answer, from: 'containers', source, directory: null, files: {}, kept: [...kept], notes: [...notes] }
      }
      const written = await fromContainers(room, target, stack.name)
      const services = written.running.map(({ service }) => service)
      const asking = { allowance: allowanceOf(caller, target.id), rules: room.rulesFor(target.id) }
      const found = await fromFiles(target, stack.name, services, asking)
      if ('source' in found)
        return { ...answer, from: 'files', ...found, files: { ...found.files }, kept: [], notes: [] }
      const directory = services[0]?.labels[`${composeLabel}project.working_dir`] ?? null
      return {
        ...answer,
        from: 'containers',
        source: written.source,
        directory: directory?.startsWith('/') ? directory : null,
        files: {},
        kept: [...written.kept],
        notes: [...(found.why === null ? [] : [found.why]), ...written.notes],
      }
    },
  }
}
