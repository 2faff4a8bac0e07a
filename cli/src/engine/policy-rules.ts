import type { PolicyRules } from '@wheelhouse/contract'
import { usage } from '../failure.ts'
import { nearestHint } from '../nearest.ts'
import { ruleWord } from '../presentation/engine/policies.ts'

export interface RuleChanges {
  /** `privileged=yes` */
  readonly set: readonly string[]
  /** `bind-folders=/srv` */
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

type Value = boolean | readonly string[]

function split(text: string, flag: string, example: string): [string, string] {
  const equals = text.indexOf('=')
  if (equals < 1) throw usage(`${flag} takes ${example}, not "${text}".`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}

/** The rules after what was asked for; lists keep their order, and hold each thing once. */
export function changedRules(rules: PolicyRules, changes: RuleChanges): PolicyRules {
  const after = new Map<string, Value>(Object.entries(rules))
  const byWord = new Map(Object.keys(rules).map((name) => [ruleWord(name), name]))
  const ruleOf = (word: string, kind: 'boolean' | 'list', flag: string): string => {
    const name = byWord.get(word) ?? (after.has(word) ? word : undefined)
    const fitting = [...byWord].flatMap(([one, key]) =>
      (typeof after.get(key) === 'boolean') === (kind === 'boolean') ? [one] : [],
    )
    if (name !== undefined && fitting.includes(ruleWord(name))) return name
    throw usage(`${flag} knows no rule "${word}".${nearestHint(word, fitting)} It takes ${fitting.join(', ')}.`)
  }
  for (const text of changes.set) {
    const [word, value] = split(text, '--set', 'rule=yes or rule=no')
    if (!/^(yes|no|true|false)$/.test(value)) throw usage(`--set ${word} takes yes or no, not "${value}".`)
    after.set(ruleOf(word, 'boolean', '--set'), value === 'yes' || value === 'true')
  }
  const listed = (text: string, flag: '--add' | '--remove'): [string, string[], string] => {
    const [word, item] = split(text, flag, 'list=value, such as bind-folders=/srv')
    const name = ruleOf(word, 'list', flag)
    return [name, [...(after.get(name) as readonly string[])], item]
  }
  for (const text of changes.remove) {
    const [name, items, item] = listed(text, '--remove')
    if (!items.includes(item)) throw usage(`--remove: ${item} is not in ${ruleWord(name)}.`)
    after.set(
      name,
      items.filter((one) => one !== item),
    )
  }
  for (const text of changes.add) {
    const [name, items, item] = listed(text, '--add')
    if (item === '') throw usage(`--add takes list=value, not "${text}".`)
    if (!items.includes(item)) after.set(name, [...items, item])
  }
  return Object.fromEntries(after) as PolicyRules
}

/** What differs, a line each. */
export function ruleDifferences(before: PolicyRules, after: PolicyRules): string[] {
  return Object.keys(before).flatMap((key) => {
    const name = key as keyof PolicyRules
    const [was, is]: [Value, Value] = [before[name], after[name]]
    if (typeof was === 'boolean' || typeof is === 'boolean')
      return was === is ? [] : [`${ruleWord(name)}: ${was ? 'yes' : 'no'} -> ${is ? 'yes' : 'no'}`]
    return [
      ...was.filter((item) => !is.includes(item)).map((item) => `${ruleWord(name)}: - ${item}`),
      ...is.filter((item) => !was.includes(item)).map((item) => `${ruleWord(name)}: + ${item}`),
    ]
  })
}
