import type { services } from '@wheelhouse/contract'
import { type Handlers, requireAgreed, shownJob } from '../../../dispatch/index.ts'
import type { ActOptions } from '../act.ts'
import { choose } from './choose.ts'
import { planBulk, titleOf } from './plan.ts'
import type { BulkData, BulkRoom } from './room.ts'

interface Input extends ActOptions {
  readonly act: BulkData['act']
}

/** Only what the act takes: what it does not know of would look in the audit as if it had counted. */
function optionsOf({ act, timeoutMs, signal, volumes }: Input): ActOptions {
  if (act === 'stop' || act === 'restart') return timeoutMs === undefined ? {} : { timeoutMs }
  if (act === 'kill') return signal === undefined ? {} : { signal }
  return act === 'remove' ? { volumes: volumes ?? false } : {}
}

/** Many services at once: judged one by one here, done by a job. */
export function bulkHandler(room: BulkRoom): Handlers<typeof services>['bulk'] {
  const { registry, jobs } = room
  return {
    plan: async (input, { caller }) =>
      planBulk(registry, input.act, await choose(room, caller, input.act, input.services), optionsOf(input)),
    run: async (input, { caller, audit, requestId }) => {
      const { act } = input
      const options = optionsOf(input)
      const wishes = await choose(room, caller, act, input.services)
      requireAgreed(input.digest, planBulk(registry, act, wishes, options))
      const { authority: _rights, ...who } = caller
      const targetIds = new Set(wishes.flatMap(({ targetId }) => targetId ?? []))
      const [only] = targetIds
      const data: BulkData = {
        act,
        options,
        wishes,
        ...(targetIds.size === 1 && only !== undefined ? { targetId: only } : {}),
        requesterId: caller.userId,
        asked: { caller: who, requestId },
      }
      const job = await jobs.enqueue('services.bulk', data, {
        title: titleOf(act, wishes),
        requestedBy: caller.username,
      })
      audit({
        resource: `job:${job.id}`,
        after: { jobId: job.id, act, services: wishes.map(({ id }) => id) },
      })
      return shownJob(job)
    },
  }
}
