import { randomBytes } from 'node:crypto'
import { Failure, type stackSources } from '@wheelhouse/contract'
import type { Handler } from '../../dispatch/index.ts'
import { deliveryHolds, deliveryOf, readPush } from '../triggers/index.ts'
import type { SourceRoom } from './room.ts'
import { startSync } from './sync.ts'

/** Takes one delivery. An unknown webhook and a wrong signature answer the same; a copy of a delivery only asks the repository once more. */
export function receive(room: SourceRoom): Handler<typeof stackSources.receive> {
  const decoy = randomBytes(32).toString('base64url')
  return async ({ id }, { exchange, audit }) => {
    const delivery = deliveryOf(exchange)
    const source = /^[0-9a-f-]{36}$/.test(id) ? await room.store.byHook(id) : null
    const secret = source?.hidden.hookSecret
    const holds = deliveryHolds(secret ?? decoy, delivery, room.now())
    if (!source || secret === undefined || !holds)
      throw new Failure(
        'SIGNATURE_REFUSED',
        'There is no such webhook, or the signature does not match. Sign the body as it is sent with the secret of the webhook, or send that as GitLab does.',
      )
    audit({ resource: `stack-source:${source.id}`, actor: { id: source.ownerId, username: source.owner } })
    const refs = readPush(delivery.body).refs.filter((ref) => ref.startsWith('refs/'))
    if (refs.length > 0 && !refs.includes(`refs/heads/${source.branch}`))
      return { jobId: null, message: `${source.stack} follows ${source.branch}, so this push starts nothing.` }
    const job = await startSync(room, source, { by: 'webhook', digest: null }, source.owner)
    audit({ after: { jobId: job.id } })
    return { jobId: job.id, message: `${source.stack} asks its repository what is new.` }
  }
}
