import { Failure } from '@wheelhouse/contract'
import { type Caller, requirePermission } from '../../dispatch/index.ts'
import { permissionFor } from './action.ts'
import type { FiredBy, TriggerRoom } from './room.ts'
import type { TriggerRecord } from './store.ts'

export interface Fired {
  readonly deploymentId: string | null
  readonly jobId: string | null
}

/** Its maker with the rights of now, as `who` of the act; throws FORBIDDEN when that is no longer anyone. */
export async function makerOf(room: TriggerRoom, trigger: TriggerRecord, userAgent: string, ip = ''): Promise<Caller> {
  const { ownerId, ownerToken, owner, name } = trigger
  const maker = await room.auth.callerFor({ userId: ownerId, tokenId: ownerToken }, { face: 'system', ip, userAgent })
  if (maker) return maker
  const what = ownerToken === null ? `${owner} may not sign in any more` : `the API token of ${owner} has ended`
  throw new Failure(
    'FORBIDDEN',
    `${name} did nothing: it acts for ${owner}, and ${what}. Save its action to take it over.`,
  )
}

/** Starts what the trigger does with the rights of `caller`, keeps how it went, and tells of it. Throws what refused it. */
export async function fire(
  room: TriggerRoom,
  trigger: TriggerRecord,
  who: () => Caller | Promise<Caller>,
  by: FiredBy['kind'],
  reason: string,
): Promise<Fired> {
  const { id, name, action } = trigger
  try {
    const caller = await who()
    requirePermission(caller, permissionFor(action))
    const fired: Fired = { deploymentId: null, jobId: null, ...(await start(room, trigger, caller, by, reason)) }
    const result =
      fired.deploymentId === null ? `Started job ${fired.jobId}` : `Started deployment ${fired.deploymentId}`
    await room.store.finished(id, room.now(), result)
    room.announce({
      type: 'trigger.fired',
      actor: caller.username,
      stack: trigger.stack,
      message: `${name} started ${thing[action.do]}.`,
      data: { triggerId: id, kind: trigger.kind, by, do: action.do, ...fired },
    })
    return fired
  } catch (error) {
    const why =
      error instanceof Failure ? error.message : 'It failed here. The log of the control plane has the details.'
    if (!(error instanceof Failure)) room.log.error({ err: error, trigger: id }, 'a trigger failed')
    await room.store.finished(id, room.now(), `Refused: ${why}`.slice(0, 1_000))
    room.announce({
      type: action.do === 'backup' && by === 'schedule' ? 'backup.failed' : 'trigger.fired',
      severity: 'error',
      stack: trigger.stack,
      message: `${name} did not start ${thing[action.do]}: ${why}`,
      data: { triggerId: id, kind: trigger.kind, by, do: action.do, deploymentId: null, jobId: null },
    })
    throw error
  }
}

export const thing = { deploy: 'a deployment', backup: 'a backup', drill: 'a restore drill' } as const

function start(
  room: TriggerRoom,
  { name, action }: TriggerRecord,
  caller: Caller,
  kind: FiredBy['kind'],
  reason: string,
): Promise<Partial<Fired>> {
  if (action.do === 'deploy') return room.actions.deploy(action, caller, action.reason ?? reason, { kind, name })
  if (action.do === 'backup') return room.actions.backup(action, caller)
  return room.actions.drill(action, caller)
}
