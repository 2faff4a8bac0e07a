import type { ConfigProblem } from '@wheelhouse/contract'
import type { TextProblem } from '../text/env-text.ts'
import { checkHouseRules, type RuleRemark } from './house-rules.ts'
import { checkSchema } from './schema-check.ts'
import { isSecret, type JsonSchema } from './secret-keys.ts'

export interface Checked {
  readonly values: Readonly<Record<string, string>>
  readonly schema: JsonSchema | null
  /** Keys that are secret beside those whose names or schema say so. */
  readonly secrets: readonly string[]
  readonly lines?: ReadonlyMap<string, number>
  readonly text?: readonly TextProblem[]
  /** Values there were in the version before. */
  readonly before?: number
  /** Keys whose value is kept but not known here: nothing is said of them. */
  readonly masked?: ReadonlySet<string>
}

const mostShown = 80
const quoted = (value: string): string =>
  value === '' ? 'empty' : `'${value.length > mostShown ? `${value.slice(0, mostShown)}…` : value}'`

/** Everything that is wrong with these values, each with its key, its line and what is allowed. No value of a secret is told. */
export async function checkValues(checked: Checked): Promise<ConfigProblem[]> {
  const { values, schema, lines, masked } = checked
  const listed = new Set(checked.secrets)
  const lineOf = (key: string): number | null => lines?.get(key) ?? null
  const problems: ConfigProblem[] = (checked.text ?? []).map((problem) => ({ ...problem }))
  const before = checked.before ?? 0
  if (Object.keys(values).length === 0 && before > 0)
    problems.push({
      key: '',
      line: null,
      severity: 'error',
      message: `There were ${before} values before and there are none now. Put them back, or remove the config set.`,
    })
  const isMasked = (key: string): boolean => masked?.has(key) ?? false
  const remarks: RuleRemark[] = [
    ...(schema ? await checkSchema(values, schema) : []),
    ...checkHouseRules(values, schema, isMasked),
  ]
  const told = new Set<string>()
  for (const remark of remarks) {
    const { key, rule } = remark
    if (isMasked(key) || told.has(`${key} ${rule}`)) continue
    told.add(`${key} ${rule}`)
    const value = values[key]
    const besideLine = remark.beside === undefined ? null : lineOf(remark.beside)
    const where = besideLine === null ? '' : ` (line ${besideLine})`
    const is =
      value === undefined || /empty|[.] /.test(rule) || isSecret(key, listed, schema) ? '' : `; it is ${quoted(value)}`
    const message = key === '' ? `${rule}.` : `${key} ${rule}${where}${is}.`
    problems.push({ key, line: lineOf(key), severity: 'error', message })
  }
  return problems
}

export const errorsOf = (problems: readonly ConfigProblem[]): ConfigProblem[] =>
  problems.filter(({ severity }) => severity === 'error')
