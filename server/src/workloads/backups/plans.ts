import type { Plan, PlanStep } from '@wheelhouse/contract'
import { countVerbs, planDigest } from '../../dispatch/index.ts'
import type { BackupPlan } from './backup-plan.ts'
import { type PartRecord, sizeText } from './part.ts'
import { placeText } from './place/index.ts'
import { rowsIn } from './restore/compare-rows.ts'
import { exists } from './restore/undo.ts'
import type { BackupRecord } from './store.ts'

function planOf(summary: string, steps: PlanStep[], more: { warnings?: string[]; kept?: string[] } = {}): Plan {
  const digest = planDigest([summary, steps])
  return { summary, steps, counts: countVerbs(steps), warnings: more.warnings ?? [], kept: more.kept ?? [], digest }
}

export function planCreate(plan: BackupPlan): Plan {
  const sealed = plan.encrypt === 'never' ? 'as it is' : 'encrypted'
  const step = (kind: PlanStep['kind'], name: string, reasons: string[]): PlanStep => {
    return { verb: 'create', kind, name, reasons }
  }
  const steps = [
    ...plan.configs.map(({ path }) => step('file', path, [sealed])),
    ...plan.apps.map(({ app, path }) => step('file', path, [`of ${app}`, sealed])),
    ...plan.databases.map(({ name, engine }) => step('database', name, [`dump of ${engine}`, sealed])),
    ...plan.files.map(({ path }) => step('file', path, [plan.encrypt === 'always' ? sealed : 'as it is'])),
    ...plan.volumes.map(({ volume }) => step('volume', volume, [sealed])),
  ]
  const warnings = plan.volumes.map(
    ({ volume }) =>
      `What writes to the volume ${volume} meanwhile is copied as it is at that moment. Stop it first to be sure.`,
  )
  return planOf(`Back up ${plan.stack} (${plan.environment}) to ${placeText(plan.place)}`, steps, { warnings })
}

export async function planRestore(record: BackupRecord, parts: readonly PartRecord[]): Promise<Plan> {
  const steps = await Promise.all(parts.map(stepOf))
  const warnings = new Set<string>()
  for (const { kind, database, volume } of parts) {
    if (database?.engine === 'postgres')
      warnings.add(
        `All connections to ${database.name} are cut at the moment it is replaced; applications connect again.`,
      )
    if (database?.engine === 'mysql')
      warnings.add(`${database.name} is empty while it is loaded again; stop what uses it, or expect its errors.`)
    if (kind === 'volume')
      warnings.add(`The volume ${volume?.volume} must not be in use. Files in it that the backup lacks stay.`)
  }
  const kept = record.parts.filter((part) => !parts.includes(part)).map((part) => part.from)
  return planOf(`Restore ${record.stack} (${record.environment}) from ${record.id}`, steps, {
    warnings: [...warnings],
    kept,
  })
}

async function stepOf({ kind, from, sizeBytes, database, volume }: PartRecord): Promise<PlanStep> {
  const stored = `${sizeText(sizeBytes)} in the backup`
  if (database) {
    const rows = `${Object.keys(database.tables).length} tables, ${rowsIn(database.tables)} rows`
    const first = 'restored into a scratch database and counted first'
    return { verb: 'replace', kind: 'database', name: database.name, reasons: [stored, rows, first] }
  }
  if (volume) return { verb: 'change', kind: 'volume', name: volume.volume, reasons: [stored] }
  const there = await exists(from)
  const whole = kind === 'files' ? ['what was added since goes'] : []
  return { verb: there ? 'replace' : 'create', kind: 'file', name: from, reasons: [stored, ...(there ? whole : [])] }
}

export function planRemoval(summary: string, go: readonly BackupRecord[], held: readonly BackupRecord[] = []): Plan {
  const freed = go.reduce((sum, record) => sum + record.sizeBytes, 0)
  const steps = go.map((record): PlanStep => {
    const of = `${record.stack} (${record.environment}), ${record.createdAt ? new Date(record.createdAt).toISOString() : ''}`
    return { verb: 'remove', kind: 'backup', name: record.id, reasons: [of, `frees ${sizeText(record.sizeBytes)}`] }
  })
  const kept = held.map((record) => `${record.id}: a release that is kept would be rolled back with it`)
  return planOf(`${summary}: ${go.length} go, ${sizeText(freed)} are freed`, steps, { kept })
}
