import { type Backup, Failure } from '@wheelhouse/contract'
import { randomBytes } from 'node:crypto'
import type { BackupPlan, RunContext } from './backup-plan.ts'
import { besideName } from './database/index.ts'
import type { PartRecord } from './part.ts'
import { readPart } from './part-stream.ts'
import { openPlace, type Place } from './place/index.ts'
import { rowsDiffer, rowsIn } from './restore/compare-rows.ts'
import { UndoJournal } from './restore/journal.ts'
import { databaseOf } from './restore/undo.ts'
import type { BackupRoom } from './room.ts'
import { backupView } from './store.ts'
import { requireSound } from './verify.ts'

/**
 * Proves that a backup can be restored: databases into scratch ones, which are counted and always dropped; everything else is opened
 * and read to its end. Fails with BACKUP_DAMAGED where something did not come back as it was.
 */
export async function performDrill(room: BackupRoom, id: string, by: string, context: RunContext): Promise<Backup> {
  const record = await room.store.get(id)
  if (record.journal !== null) {
    throw new Failure('STATE_CONFLICT', `A ${record.journal.what} of ${id} has not ended. Wait for it.`)
  }
  context.progress('Comparing the checksums.', 0)
  await requireSound(room, record, context.signal)
  const plan = await room.store.plan(id)
  const place = await openPlace(plan.place)
  const found: string[] = []
  const wrong: string[] = []
  let opened = 0
  try {
    for (const [index, part] of record.parts.entries()) {
      context.progress(`Trying ${part.name}.`, (index + 1) / (record.parts.length + 1))
      if (part.database) {
        const told = await tryDatabase({ room, plan, place, id, by, context }, part)
        ;(told.ok ? found : wrong).push(told.text)
      } else {
        for await (const _ of await readPart(room, place, id, part, context.signal));
        opened += 1
      }
    }
  } finally {
    place.close()
  }
  if (opened > 0) found.push(`${opened} other ${opened === 1 ? 'part opens' : 'parts open'}`)
  const text = `${[...wrong, ...found].join('. ')}.`
  await room.store.change(id, { drilledAt: Date.now(), drill: text })
  const { stack, environment } = record
  room.announce({
    type: 'backup.drilled',
    severity: wrong.length === 0 ? 'info' : 'error',
    message: `The backup ${id} of ${stack} ${wrong.length === 0 ? 'can be restored' : 'does not restore as it was'}: ${text}`,
    actor: by,
    stack,
    data: { backupId: id, environment, ok: wrong.length === 0 },
  })
  if (wrong.length > 0) throw new Failure('BACKUP_DAMAGED', `The backup ${id} does not restore as it was: ${text}`)
  return backupView(await room.store.get(id))
}

interface Drill {
  readonly room: BackupRoom
  readonly plan: BackupPlan
  readonly place: Place
  readonly id: string
  readonly by: string
  readonly context: RunContext
}

async function tryDatabase(
  { room, plan, place, id, by, context }: Drill,
  part: PartRecord,
): Promise<{ ok: boolean; text: string }> {
  const { name, engine: kind, tables } = part.database!
  const { engine } = databaseOf(room, plan, { name, engine: kind })
  const scratch = besideName(name, 'drill', randomBytes(4).toString('hex'))
  const journal = new UndoJournal(room, id, 'drill', by)
  await journal.add({ kind: 'scratch', database: { name, engine: kind }, scratch })
  try {
    await engine.createLike(scratch, context.signal)
    await engine.load(scratch, await readPart(room, place, id, part, context.signal), context.signal)
    const counted = await engine.count(scratch, context.signal)
    const { views, broken } = await engine.tryViews(scratch, context.signal)
    const differences = [...rowsDiffer(tables, counted), ...broken.map((view) => `the view ${view}`)]
    const size = `${Object.keys(counted).length} tables, ${rowsIn(counted)} rows`
    const answering = views === 0 ? '' : `, ${views} views answer`
    return differences.length === 0
      ? { ok: true, text: `${name}: ${size}, as when it was taken${answering}` }
      : { ok: false, text: `${name}: ${size}; ${differences.slice(0, 5).join('; ')}` }
  } finally {
    const left = await journal.undo(plan)
    if (left.length > 0) context.log(`Not removed: ${left.join('; ')}`)
  }
}
