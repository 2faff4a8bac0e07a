import { Failure, type QuickAct, serviceAllows, type WidgetContent, type WidgetSpec } from '@wheelhouse/contract'
import { type CallContext, type Caller, callerMay } from '../../../dispatch/index.ts'
import type { WidgetRoom } from '../room.ts'
import { seenService } from './about.ts'

type Shown = Extract<WidgetContent, { kind: 'actions' }>

/** Which buttons work for this viewer now. What they do is asked of the operations themselves, which judge anew. */
export const actions = (
  room: WidgetRoom,
  { acts }: Extract<WidgetSpec, { kind: 'actions' }>,
  { caller }: CallContext,
): Shown => ({ kind: 'actions', acts: acts.map((act) => judged(room, act, caller)) })

const yes = { allowed: true, why: null, serviceId: null, state: null }
const no = (why: string): Shown['acts'][number] => ({ allowed: false, why, serviceId: null, state: null })

function judged(room: WidgetRoom, act: QuickAct, caller: Caller): Shown['acts'][number] {
  if (act.do === 'open') return yes
  if (act.do === 'rollback') {
    const may =
      callerMay(caller, 'deployments.run') || (caller.authority?.grants ?? []).some(({ role }) => role === 'developer')
    return may ? yes : no('It needs deployments.run.')
  }
  try {
    const { id, name, targetId, state } = seenService(room, act.service, 'services.read', caller)
    const known = { serviceId: id, state }
    if (!callerMay(caller, 'services.operate', { targetId, serviceId: id }))
      return { ...known, allowed: false, why: `You may see ${name}, not operate it.` }
    const fits = serviceAllows[state].includes(act.do)
    return { ...known, allowed: fits, why: fits ? null : `${name} is ${state}.` }
  } catch (error) {
    // Gone, not to be seen, or a name that several have.
    if (error instanceof Failure) return no(error.message)
    throw error
  }
}
