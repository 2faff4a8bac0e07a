import { type Client, Problem } from '@wheelhouse/client'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { addSet, configSet, type FullSet, type SetOptions } from '../../delivery/config-set.ts'
import { type Draft, draftText, isEmpty, type KeyProblem, problemsOf } from '../../delivery/draft.ts'
import { inEditor } from '../../delivery/editor.ts'
import { readEnv, writeEnv } from '../../delivery/env-text.ts'
import { askField, askFields } from '../../delivery/fields.ts'
import { Complaint, complaintOf } from '../../failure.ts'
import { action } from '../../globals.ts'
import { hidden } from '../../presentation/delivery/configs.ts'
import { diffText } from '../../presentation/delivery/diff.ts'
import { paint } from '../../presentation/look.ts'
import { structured } from '../../presentation/output.ts'
import { ask, confirm } from '../../prompt.ts'
import type { Shell } from '../../shell.ts'

interface Options extends SetOptions {
  field?: string
  wizard?: boolean
  reason?: string
  yes?: boolean
}

const kept = new Set([hidden, '[unchanged]'])

/** What of the text differs from the set. `[secret]` stands for a secret that stays as it is. */
export function draftOf(set: FullSet, text: string): Draft {
  const { values } = readEnv(text)
  const changed: Record<string, string> = {}
  for (const [key, value] of values) {
    const old = set.values.find((one) => one.key === key)
    if (old && kept.has(value)) continue
    if (!old || old.secret || old.value !== value) changed[key] = value
  }
  return { set: changed, unset: set.values.filter((one) => !values.has(one.key)).map((one) => one.key) }
}

function tell(shell: Shell, problems: readonly KeyProblem[], lines: ReadonlyMap<string, number>): void {
  for (const { key, message } of problems) {
    const line = lines.get(key)
    shell.say(`  ${line === undefined ? '' : `line ${line} `}${key === '' ? '' : `${key}: `}${message}`, 'red')
  }
}

/** Opens the editor until what stands there can be saved, or nobody wants to go on. */
function byEditor(shell: Shell, client: Client, set: FullSet): Promise<Draft> {
  const head = [
    `${set.name}, version ${set.version}. Lines that are taken out take their key out.`,
    `${hidden} stands for a secret; write another value over it to change it.`,
  ]
  const lines = set.values.map(({ key, value, secret, help }) => ({
    key,
    value: secret ? hidden : (value ?? ''),
    comment: help,
  }))
  return inEditor(`${set.name.replace(/[^\w.-]/g, '_')}.env`, writeEnv(lines, head), async (edit) => {
    for (;;) {
      const text = await edit()
      try {
        const draft = draftOf(set, text)
        const problems = isEmpty(draft) ? [] : await problemsOf(client, set, draft)
        if (problems.length === 0) return draft
        tell(shell, problems, readEnv(text).lines)
      } catch (error) {
        const complaint = complaintOf(error)
        if (complaint.code !== 'USAGE') throw error
        shell.say(`  ${complaint.message}`, 'red')
      }
      const again = await ask(shell, 'Open it again? [Y/n] ')
      if (/^n/i.test(again.trim())) throw new Complaint('failed', 'NOT_DONE', 'Nothing was changed.')
    }
  })
}

/**
 * Saves on the version that was edited. Where somebody was faster, what they changed is shown, and on a terminal the draft may be put on
 * top of it: it holds only the keys that differ.
 */
async function save(
  shell: Shell,
  client: Client,
  set: FullSet,
  draft: Draft,
  { reason, yes }: Options,
): Promise<{ version: number }> {
  const input = { id: set.id, set: draft.set, unset: [...draft.unset], reason }
  try {
    return await client.configs.save({ ...input, version: set.version })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'STATE_CONFLICT') throw error
    const { version } = error.details as { version?: number }
    if (version === undefined) throw error
    const { diff } = await client.configs.diff({ id: set.id, from: set.version, to: version })
    const head = `Version ${version} of ${set.name} came while you edited version ${set.version}:`
    shell.say(`\n${head}\n${diffText(diff, shell.talk)}`)
    if (!shell.interactive || yes) throw error
    await confirm(shell, 'Save yours on top of it?', yes)
    return client.configs.save({ ...input, version })
  }
}

export function define(command: Command): void {
  addSet(command)
    .option('--field <key>', 'ask for this value alone, with its help')
    .option('--wizard', 'step through every key of the schema')
    .option('--reason <text>', 'why, for the history')
    .option('-y, --yes', 'save without asking')
  action(command, async (shell, options: Options) => {
    const connection = await connect(shell)
    const { client } = connection
    const set = await configSet(connection, options)
    const draft =
      options.field !== undefined
        ? await askField(shell, client, set, options.field)
        : options.wizard
          ? await askFields(shell, client, set)
          : await byEditor(shell, client, set)
    if (isEmpty(draft)) return shell.say('Nothing was changed.', 'dim')
    shell.say(`\n${paint(set.name, 'bold', shell.talk)}\n${draftText(set, draft, shell.talk)}`)
    await confirm(shell, 'Save it?', options.yes)
    const after = await save(shell, client, set, draft, options)
    if (!(await structured(shell, after))) shell.say(`${set.name} is now at version ${after.version}.`, 'green')
  })
}
