import type { Plan } from '@wheelhouse/contract'
import { type Field, fields } from '../presentation/block.ts'
import { tableOfOperation } from '../presentation/columns.ts'
import { structured } from '../presentation/output.ts'
import { planText } from '../presentation/plan.ts'
import { type Column, table } from '../presentation/table.ts'
import type { Shell } from '../shell.ts'
import type { Verb } from './model.ts'

type Row = Record<string, unknown>

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)
const isPlan = (value: Row): boolean => Array.isArray(value.steps) && 'digest' in value && 'kept' in value

/** One value in one cell: lists of words joined, deeper things as JSON. */
function brief(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-'
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ') || '-'
  return JSON.stringify(value)
}

function guessColumns(rows: readonly Row[]): Column<Row>[] {
  const keys = Object.keys(rows[0] ?? {}).filter((key) =>
    rows.some((row) => typeof row[key] !== 'object' || row[key] === null),
  )
  return keys.slice(0, 8).map((key, index) => ({
    head: key.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase(),
    cell: (row) => brief(row[key]),
    shrink: 10,
    ...(index > 1 ? { drop: index } : {}),
  }))
}

function detail(shell: Shell, value: Row): void {
  const lists = Object.entries(value).filter(([, one]) => Array.isArray(one) && one.length > 0 && one.every(isRow))
  const flat = Object.entries(value).filter(([key]) => !lists.some(([name]) => name === key))
  shell.write(
    fields(
      flat.map(([key, one]): Field => [key, brief(one)]),
      shell.out,
      0,
    ),
  )
  for (const [key, rows] of lists)
    shell.write(`\n${key}\n${table(guessColumns(rows as Row[]), rows as Row[], shell.out)}`)
}

/** An answer in the form that was asked for; the table knows the contract's resources and guesses the rest. */
export async function printResult(shell: Shell, verb: Verb, answer: unknown): Promise<void> {
  if (await structured(shell, answer)) return
  const { output, headers } = shell.globals
  if (!isRow(answer)) return shell.write(`${brief(answer)}\n`)
  if (isPlan(answer)) return shell.write(planText(answer as unknown as Plan, shell.out))
  const rows = Array.isArray(answer.items) ? (answer.items as Row[]) : null
  if (output === 'name') {
    const named = rows ?? [answer]
    return shell.write(named.map((row) => `${brief(row.name ?? row.username ?? row.id ?? row.serviceId)}\n`).join(''))
  }
  if (rows) {
    if (rows.length === 0) return shell.say('Nothing found.', 'dim')
    const known = tableOfOperation(verb.id)
    const columns = known ?? guessColumns(rows)
    shell.write(table(columns, rows, shell.out, { headers: headers !== false, wide: output === 'wide' }))
    if (typeof answer.nextCursor === 'string') shell.say(`More follow: --cursor ${answer.nextCursor}`, 'dim')
    return
  }
  if (verb.danger !== 'none' && answer.ok === true) return shell.say('Done.', 'green')
  detail(shell, answer)
}

/** Bytes as they come, for downloads into a pipe or a file. */
export async function printStream(shell: Shell, body: ReadableStream<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder()
  for await (const chunk of body) shell.write(decoder.decode(chunk, { stream: true }))
}
