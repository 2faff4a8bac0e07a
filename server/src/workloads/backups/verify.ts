import { Failure } from '@wheelhouse/contract'
import { createHash } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { checksumsName, metadataName, readChecksums } from './metadata.ts'
import { openPlace, type Place } from './place/index.ts'
import type { BackupRoom } from './room.ts'
import type { BackupRecord } from './store.ts'

export interface Verdict {
  readonly ok: boolean
  readonly checked: number
  /** What does not match, by the name of the part. */
  readonly problems: readonly string[]
}

/** Reads every part and compares it with both records of its checksum: that beside it, and ours. */
export async function verifyBackup(room: BackupRoom, record: BackupRecord, signal?: AbortSignal): Promise<Verdict> {
  if (record.state === 'running' || record.state === 'failed') {
    throw new Failure(
      'STATE_CONFLICT',
      `The backup ${record.id} ${stateWords[record.state]}, so there is nothing to check.`,
    )
  }
  const { place: spec } = await room.store.plan(record.id)
  const place = await openPlace(spec)
  try {
    const problems = await compare(place, record, signal)
    const ok = problems.length === 0
    const now = Date.now()
    await room.store.change(record.id, ok ? { state: 'complete', verifiedAt: now } : { state: 'damaged' })
    return { ok, checked: record.parts.length + 1, problems }
  } finally {
    place.close()
  }
}

const stateWords = { running: 'is still being made', failed: 'failed' }

async function compare(place: Place, record: BackupRecord, signal?: AbortSignal): Promise<string[]> {
  const problems: string[] = []
  const beside = await sums(place, record.id, problems, signal)
  const wanted = [...record.parts.map(({ name, sha256 }) => ({ name, sha256 })), { name: metadataName, sha256: null }]
  for (const { name, sha256 } of wanted) {
    const found = await sumOf(place, record.id, name, signal)
    const told = beside?.get(name)
    if (found === null) problems.push(`${name}: it is missing`)
    else if (sha256 !== null && found !== sha256) problems.push(`${name}: its checksum differs`)
    else if (beside !== null && told !== found) problems.push(`${name}: ${checksumsName} tells another checksum`)
  }
  return problems
}

async function sums(
  place: Place,
  id: string,
  problems: string[],
  signal?: AbortSignal,
): Promise<Map<string, string> | null> {
  try {
    return readChecksums(await text(await place.read(id, checksumsName, signal)))
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'NOT_FOUND') throw error
    problems.push(`${checksumsName}: it is missing`)
    return null
  }
}

async function sumOf(place: Place, id: string, name: string, signal?: AbortSignal): Promise<string | null> {
  try {
    const hash = createHash('sha256')
    for await (const chunk of await place.read(id, name, signal)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null
    throw error
  }
}

/** Throws BACKUP_DAMAGED that lists what does not match. */
export async function requireSound(room: BackupRoom, record: BackupRecord, signal?: AbortSignal): Promise<void> {
  const { ok, problems } = await verifyBackup(room, record, signal)
  if (ok) return
  throw new Failure(
    'BACKUP_DAMAGED',
    `The backup ${record.id} is damaged, so nothing was restored from it: ${problems.slice(0, 3).join('; ')}.`,
    { problems },
  )
}
