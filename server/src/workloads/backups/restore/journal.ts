import type { BackupPlan } from '../backup-plan.ts'
import type { BackupRoom } from '../room.ts'
import type { Journal } from '../store.ts'
import { stepText, takeBack } from './undo.ts'
import type { UndoStep } from './undo-step.ts'

/** What was not taken back, a clause each; empty where all was. */
export type Left = readonly string[]

/** The steps of a run, each written down before it is made. */
export class UndoJournal {
  readonly #room: BackupRoom
  readonly #id: string
  readonly #what: Journal['what']
  readonly #by: string
  #steps: UndoStep[] = []

  constructor(room: BackupRoom, id: string, what: Journal['what'], by: string) {
    this.#room = room
    this.#id = id
    this.#what = what
    this.#by = by
  }

  async add(step: UndoStep): Promise<void> {
    this.#steps.push(step)
    await this.#save()
  }

  /** Takes back one step that has served. */
  async drop(step: UndoStep): Promise<void> {
    this.#steps = this.#steps.filter((other) => other !== step)
    await this.#save()
  }

  undo(plan: BackupPlan): Promise<Left> {
    return undoAll(this.#room, this.#id, plan, { what: this.#what, by: this.#by, steps: this.#steps })
  }

  /** All is in place: from here on nothing is taken back, and what was kept aside goes. Answers what could not be removed. */
  async commit(plan: BackupPlan): Promise<Left> {
    this.#steps = this.#steps.flatMap(keptBy)
    await this.#save()
    const left = await this.undo(plan)
    // What stays is in nobody's way.
    await this.#room.store.change(this.#id, { journal: null })
    return left
  }

  #save(): Promise<void> {
    const journal: Journal = { what: this.#what, by: this.#by, steps: this.#steps }
    return this.#room.store.change(this.#id, { journal })
  }
}

/** What only has to go once a step is not taken back any more. */
function keptBy(step: UndoStep): UndoStep[] {
  switch (step.kind) {
    case 'file':
      return step.aside === null ? [] : [{ kind: 'litter', path: step.aside }]
    case 'renamed':
      return step.aside === null ? [] : [{ kind: 'scratch', database: step.database, scratch: step.aside }]
    case 'litter':
    case 'scratch':
      return [step]
    default:
      return []
  }
}

/** Takes all steps back, the last first. What fails stays in the journal, for the next start and for people. */
export async function undoAll(room: BackupRoom, id: string, plan: BackupPlan, journal: Journal): Promise<Left> {
  const failed: UndoStep[] = []
  const left: string[] = []
  for (const step of journal.steps.toReversed()) {
    try {
      // A folder of what was kept must outlive what was not put back from it.
      if (step.kind === 'litter' && failed.length > 0) failed.unshift(step)
      else await takeBack(room, plan, step)
    } catch (error) {
      failed.unshift(step)
      left.push(`${stepText(step)}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  await room.store.change(id, { journal: failed.length === 0 ? null : { ...journal, steps: failed } })
  return left
}
