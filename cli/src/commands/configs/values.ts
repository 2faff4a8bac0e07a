import { text as all } from 'node:stream/consumers'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { addSet, configSet, type FullSet, isSecret, type SetOptions } from '../../delivery/config-set.ts'
import { Complaint, usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { wholeNumber } from '../../moment.ts'
import { nearestHint } from '../../nearest.ts'
import { configText, problemText, valueColumns } from '../../presentation/delivery/configs.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { table } from '../../presentation/table.ts'
import { sentenceList } from '../../presentation/units.ts'
import { ask, askSecret } from '../../prompt.ts'
import type { Shell } from '../../shell.ts'

function noSuchKey(set: FullSet, key: string): Complaint {
  const keys = set.values.map((value) => value.key)
  return new Complaint(
    'notFound',
    'NOT_FOUND',
    `${set.name} has no key ${key}.${nearestHint(key, keys) || ' wh config get lists them.'}`,
  )
}

export function defineGet(command: Command): void {
  addSet(command.argument('[key]', 'print this value alone')).option('--version <n>', 'as it was in that version')
  action(command, async (shell, options: SetOptions & { version?: string }, [key]) => {
    const version = options.version === undefined ? undefined : wholeNumber(options.version, '--version')
    const set = await configSet(await connect(shell), options, version)
    if (key !== undefined) {
      const found = set.values.find((value) => value.key === key)
      if (!found) throw noSuchKey(set, key)
      if (await structured(shell, found)) return
      if (found.secret)
        throw usage(`${key} is a secret. wh config reveal ${key} prints it, and the audit log keeps that.`)
      return shell.write(`${found.value ?? ''}\n`)
    }
    if (await structured(shell, set)) return
    const { output, headers } = shell.globals
    if (output === 'name') return shell.write(set.values.map((value) => `${value.key}\n`).join(''))
    if (shell.out.glyphs) shell.say(configText({ ...set, problems: [] }, shell.talk))
    shell.write(table(valueColumns, set.values, shell.out, { headers: headers !== false, wide: output === 'wide' }))
    for (const problem of set.problems) shell.say(problemText(problem, shell.talk).trimEnd())
  })
}

interface SetValues extends SetOptions {
  reason?: string
  secret?: boolean
  dryRun?: boolean
}

/** `KEY=VALUE`; `KEY=-` comes from standard input, `KEY` alone is asked for, so that neither is in the history of a shell. */
async function valuesOf(
  shell: Shell,
  texts: readonly string[],
  options: SetValues,
  set: FullSet,
): Promise<Record<string, string>> {
  if (texts.filter((text) => text.endsWith('=-')).length > 1)
    throw usage('Only one value can come from standard input.')
  const values: Record<string, string> = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    const key = at < 0 ? text : text.slice(0, at)
    if (key === '') throw usage('wh config set takes KEY=VALUE, KEY=- or KEY.')
    if (at < 0) {
      const secret = options.secret === true || isSecret(set, key)
      values[key] = secret ? await askSecret(shell, `${key}: `) : await ask(shell, `${key}: `)
    } else if (text.slice(at + 1) === '-') values[key] = (await all(process.stdin)).replace(/\r?\n$/, '')
    else values[key] = text.slice(at + 1)
  }
  return values
}

export function defineSet(command: Command): void {
  addSet(command.argument('<KEY=VALUE...>', 'KEY=- reads the value from standard input, KEY alone asks for it'))
    .option('--reason <text>', 'why, for the history')
    .option('--secret', 'these keys are secret from now on')
    .option('--dry-run', 'check it and show what would change')
  action(command, async (shell, options: SetValues, texts) => {
    const connection = await connect(shell)
    const set = await configSet(connection, options)
    const values = await valuesOf(shell, texts, options, set)
    const keys = Object.keys(values)
    const input = { id: set.id, set: values, reason: options.reason, secrets: options.secret ? keys : undefined }
    if (options.dryRun) {
      const plan = await connection.client.configs.save.plan(input)
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    const after = await connection.client.configs.save(input)
    if (await structured(shell, after)) return
    const same = after.version === set.version
    shell.say(
      same
        ? `${set.name} has these values already.`
        : `${sentenceList(keys)} saved: ${set.name} is now at version ${after.version}.`,
    )
  })
}

export function defineUnset(command: Command): void {
  addSet(command.argument('<key...>', 'keys to take out'))
    .option('--reason <text>', 'why, for the history')
    .option('--dry-run', 'check it and show what would change')
  action(command, async (shell, options: SetValues, keys) => {
    const connection = await connect(shell)
    const set = await configSet(connection, options)
    for (const key of keys) if (!set.values.some((value) => value.key === key)) throw noSuchKey(set, key)
    const input = { id: set.id, unset: [...keys], reason: options.reason }
    if (options.dryRun) {
      const plan = await connection.client.configs.save.plan(input)
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    const after = await connection.client.configs.save(input)
    if (!(await structured(shell, after)))
      shell.say(`${sentenceList(keys)} taken out: ${set.name} is now at version ${after.version}.`)
  })
}

export function defineReveal(command: Command): void {
  addSet(command.argument('<key>', 'the secret to print'))
  action(command, async (shell, options: SetOptions, [key = '']) => {
    const connection = await connect(shell)
    const set = await configSet(connection, options)
    if (!set.values.some((value) => value.key === key)) throw noSuchKey(set, key)
    const answer = await connection.client.configs.reveal({ id: set.id, key })
    if (!(await structured(shell, answer))) shell.write(`${answer.value}\n`)
  })
}
