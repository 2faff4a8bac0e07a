import { createHash, randomBytes } from 'node:crypto'
import { Failure, type triggers } from '@wheelhouse/contract'
import type { State } from '@wheelhouse/platform/state'
import type { Handler } from '../../dispatch/index.ts'
import { fire, makerOf, thing } from './fire.ts'
import type { TriggerRoom } from './room.ts'
import { readPush } from './push.ts'
import { deliveryHolds, deliveryOf, replayWindowMs } from './signature.ts'

const dayMs = 86_400_000
/** A signature without a time holds for ever: for so long a copy of it is known. */
const untimedMs = 7 * dayMs
/** A delivery under way that its instance never finished may be sent again after this. */
const startingMs = 60_000

interface Answer {
  readonly deploymentId: string | null
  readonly jobId: string | null
  readonly message: string
}
interface Kept {
  readonly answer: Answer | null
}

/** Takes one delivery. An unknown webhook, one that is off and a wrong signature answer the same. */
export function receive(room: TriggerRoom): Handler<typeof triggers.receive> {
  // Unknown webhooks are compared with a secret too: a large body takes as long for them.
  const decoy = randomBytes(32).toString('base64url')
  return async ({ id }, { exchange, audit, caller: visitor }) => {
    const delivery = deliveryOf(exchange)
    const { body, timestamp, signature } = delivery
    const trigger = await room.store.find(id)
    const holds = deliveryHolds(trigger?.secret ?? decoy, delivery, room.now())
    if (!trigger || !trigger.enabled || trigger.kind !== 'webhook' || !holds)
      throw new Failure(
        'SIGNATURE_REFUSED',
        'There is no such webhook, or the signature does not match. Sign the body as it is sent with the secret of the webhook, or send that as GitLab does.',
      )
    audit({ resource: `trigger:${id}`, actor: { id: trigger.ownerId, username: trigger.owner } })

    const about = shown(body)
    const act = async (): Promise<Answer> => {
      const reason = ['webhook', trigger.name, about].filter(Boolean).join(' ')
      const who = () => makerOf(room, trigger, visitor.userAgent, visitor.ip)
      const fired = await fire(room, trigger, who, 'webhook', reason)
      return {
        ...fired,
        message: `${trigger.name} started ${thing[trigger.action.do]}${about ? ` for ${about}` : ''}.`,
      }
    }
    const name = delivery.name === null ? null : `delivery:${delivery.name}`
    const key = (text: string): string => `hook:${id}:${digest(text)}`
    const inTime = (then: () => Promise<Answer>, text: string, ttlMs: number, copy: Copy) => (): Promise<Answer> =>
      once(room.state, key(text), ttlMs, copy, then)
    const signed = `signature:${signature?.toLowerCase()}`
    // A signed time makes the signature itself the name of the delivery: a copy of it cannot be sent under another. Without one the
    // name comes first, so that a delivery which is sent again is answered; the same signature under another name is a copy.
    // Whoever saw a delivery that only shows the secret can make any other: there a copy is no worse than that.
    const fresh = timestamp === null && signature !== null ? inTime(act, signed, untimedMs, 'refused') : act
    const one = name === null ? fresh : inTime(fresh, name, dayMs, 'answered')
    const answer = await (timestamp === null ? one : inTime(one, signed, 2 * replayWindowMs, 'answered'))()
    audit({ after: answer })
    return answer
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url')
type Copy = 'answered' | 'refused'

/**
 * Acts once a key; a repeat answers what the first did, or is refused. One that failed started nothing and may be sent again.
 */
async function once(state: State, key: string, ttlMs: number, copy: Copy, act: () => Promise<Answer>): Promise<Answer> {
  if (!(await state.add(key, { answer: null } satisfies Kept, startingMs))) {
    const kept = await state.get<Kept>(key)
    if (kept?.answer && copy === 'answered') return kept.answer
    if (kept?.answer)
      throw new Failure(
        'STATE_CONFLICT',
        'This very body was delivered before, with the same signature. To deliver the same body again, sign a time with it: x-wheelhouse-timestamp.',
      )
    throw new Failure('STATE_CONFLICT', 'This delivery is being handled. Send it again in a minute to see its result.')
  }
  try {
    const answer = await act()
    await state.set(key, { answer } satisfies Kept, ttlMs)
    return answer
  } catch (error) {
    await state.delete(key)
    throw error
  }
}

/** Branch and commit of a body that has them, for the history. */
function shown(body: Uint8Array): string {
  const { refs, commit } = readPush(body)
  return [refs[0]?.replace(/^refs\/(heads|tags)\//, ''), commit].filter(Boolean).join(' ')
}
