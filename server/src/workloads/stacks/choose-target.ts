import { Failure, type StackFormat } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../dispatch/index.ts'
import type { StackRoom } from './room.ts'
import type { StackTarget } from './stack-targets.ts'

const seenBy = (caller: Caller, targetId: string): boolean =>
  callerMay(caller, 'stacks.read', { targetId }) || callerMay(caller, 'stacks.apply', { targetId })

/** The target that is named, or the only one that takes such a file. Throws NOT_FOUND and STACK_INVALID. */
export function targetFor(
  room: StackRoom,
  asked: string | undefined,
  format: StackFormat,
  caller: Caller,
): StackTarget {
  const kinds: readonly string[] = format === 'compose' ? ['docker', 'swarm'] : ['process']
  const words =
    format === 'compose'
      ? 'A Compose file needs a Docker engine or a Swarm'
      : 'wheelhouse.yaml needs a target of processes'
  if (asked !== undefined) {
    const target = room.targets.resolve(asked)
    // A service manager keeps processes too; it is taken only where it is named.
    if (kinds.includes(target.kind) || (format === 'wheelhouse' && target.kind === 'os-service')) return target
    throw new Failure('STACK_INVALID', `${words}, and ${target.name} is none. Choose another target.`)
  }
  // Those he may not see are neither meant nor named.
  const seen = room.targets.list().filter((target) => kinds.includes(target.kind) && seenBy(caller, target.id))
  const fitting = unnamed(seen)
  if (fitting.length === 1) return fitting[0]!
  if (fitting.length === 0) throw new Failure('NOT_FOUND', `${words}, and there is none. Register one first.`)
  throw new Failure('NOT_FOUND', `${words}: name one of ${fitting.map((target) => target.name).join(', ')}.`)
}

/** A Swarm stands on engines that are targets too, so it is taken only where it is named or nothing else is there. */
function unnamed(fitting: readonly StackTarget[]): readonly StackTarget[] {
  const engines = fitting.filter(({ kind }) => kind !== 'swarm')
  return engines.length > 0 ? engines : fitting
}

/** A Compose file means other things to a Swarm, so where it goes is known before it is read. */
export function isForSwarm(room: StackRoom, asked: string | undefined, caller: Caller): boolean {
  const seen = room.targets.list().filter((target) => seenBy(caller, target.id))
  if (asked !== undefined)
    return seen.some(({ id, name, kind }) => kind === 'swarm' && (id === asked || name === asked))
  const fitting = unnamed(seen.filter(({ kind }) => kind === 'docker' || kind === 'swarm'))
  return fitting.length === 1 && fitting[0]!.kind === 'swarm'
}
