import type { Client } from '@wheelhouse/client'
import type { AlertRule, AlertRuleSpec } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { readText } from '../../derived/input.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseDuration } from '../../moment.ts'
import { previewText } from '../../presentation/alerts.ts'
import { structured } from '../../presentation/output.ts'

/** What a rule is; a list of them holds more, which the server adds. */
const known: ReadonlySet<string> = new Set([
  'name',
  'summary',
  'severity',
  'where',
  'condition',
  'forMs',
  'clearAfterMs',
  'channels',
  'remindMs',
  'escalate',
  'enabled',
] satisfies (keyof AlertRuleSpec)[])
const added: ReadonlySet<string> = new Set([
  'id',
  'given',
  'open',
  'firedAt',
  'problem',
  'createdBy',
  'createdAt',
  'changedAt',
])

/** A rule, or several under `items`, as `-o yaml` of `wh get alert-rules` prints them. What the server adds is left out. */
async function rulesOf(path: string): Promise<AlertRuleSpec[]> {
  const { parse } = await import('yaml')
  const read = parse(await readText(path, '--file')) as unknown
  const list = Array.isArray(read) ? read : ((read as { items?: unknown[] } | null)?.items ?? [read])
  return list.map((each) => {
    if (typeof each !== 'object' || each === null) throw usage(`--file: ${path} holds no rule.`)
    const other = Object.keys(each).find((key) => !known.has(key) && !added.has(key))
    if (other !== undefined) throw usage(`--file: "${other}" is no part of a rule. It takes ${[...known].join(', ')}.`)
    const own = Object.fromEntries(Object.entries(each).filter(([key]) => known.has(key)))
    return { where: {}, ...own } as AlertRuleSpec
  })
}

async function named(client: Client, name: string): Promise<AlertRule | undefined> {
  const { items } = await client.alertRules.list({ q: name, limit: 1000 })
  return items.find((rule) => rule.name === name)
}

export function defineApply(command: Command): void {
  command.requiredOption('-f, --file <file>', 'YAML or JSON of one rule or several, - for standard input')
  action(command, async (shell, { file }: { file: string }) => {
    const rules = await rulesOf(file)
    const { client } = await connect(shell)
    const made: AlertRule[] = []
    for (const rule of rules) {
      const before = await named(client, rule.name)
      made.push(
        before ? await client.alertRules.update({ id: before.id, ...rule }) : await client.alertRules.create(rule),
      )
      if (shell.globals.output === undefined)
        shell.say(`${rule.name} is ${before ? 'changed' : 'watched for'}.`, 'green')
    }
    await structured(shell, { items: made })
  })
}

export function definePreview(command: Command): void {
  command
    .argument('[name]', 'a rule that is there')
    .option('-f, --file <file>', 'instead: YAML or JSON of a rule, - for standard input')
    .option('--range <duration>', 'how far to look back; 7d unless told')
  action(command, async (shell, { file, range }: { file?: string; range?: string }, [name]) => {
    if ((file === undefined) === (name === undefined)) throw usage('Name a rule, or give one with -f.')
    const rangeMs = range === undefined ? undefined : parseDuration(range)
    if (rangeMs === null) throw usage(`--range takes a duration such as 7d, not "${range ?? ''}".`)
    const { client } = await connect(shell)
    const rules = file === undefined ? [specOf(await client.alertRules.get({ id: name ?? '' }))] : await rulesOf(file)
    for (const rule of rules) {
      const preview = await client.alertRules.preview({ rule, ...(rangeMs === undefined ? {} : { rangeMs }) })
      if (!(await structured(shell, preview))) shell.write(previewText(preview, shell.out))
    }
  })
}

const specOf = (rule: AlertRule): AlertRuleSpec =>
  Object.fromEntries(Object.entries(rule).filter(([key]) => known.has(key))) as AlertRuleSpec
