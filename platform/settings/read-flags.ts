import type { SettingsDefinition } from './definition.ts'
import { suggestion } from './nearest.ts'
import { type RawValue, isSwitch } from './raw-value.ts'

/** The values of `--flag value`, `--flag=value`, `--switch` and `--no-switch`. */
export function readFlags(
  definition: SettingsDefinition,
  argv: readonly string[],
  problems: string[],
): Map<string, RawValue> {
  const byFlag = new Map(
    Object.entries(definition).flatMap(([key, { flag }]) => (flag === undefined ? [] : [[flag, key]])),
  )
  const values = new Map<string, RawValue>()
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    const [, name, sign, given] = /^--([^=]+)(=)?(.*)$/s.exec(word) ?? []
    if (name === undefined) {
      problems.push(`${word} is not a flag. Flags are written --name value or --name=value.`)
      continue
    }
    const negated = name.startsWith('no-') && !byFlag.has(name)
    const flag = negated ? name.slice(3) : name
    const key = byFlag.get(flag)
    const setting = key === undefined ? undefined : definition[key]
    if (key === undefined || !setting || (negated && !isSwitch(setting.schema))) {
      problems.push(
        `--${name} is not a known flag.${suggestion(
          `--${name}`,
          [...byFlag.keys()].map((known) => `--${known}`),
        )}`,
      )
      if (sign === undefined && argv[at + 1]?.startsWith('--') === false) at += 1
      continue
    }
    const where = `--${flag}`
    if (values.has(key)) problems.push(`${where} is given twice. Give it once.`)
    if (sign !== undefined) {
      if (negated) problems.push(`--${name} takes no value. Write --${name} or ${where}=false.`)
      else values.set(key, { value: given, isText: true, where })
    } else if (isSwitch(setting.schema)) {
      values.set(key, { value: !negated, isText: false, where })
    } else if (argv[at + 1] === undefined || argv[at + 1]?.startsWith('--')) {
      problems.push(
        `${where} needs a value. Write ${where} VALUE, or ${where}=VALUE where the value starts with dashes.`,
      )
    } else {
      at += 1
      values.set(key, { value: argv[at], isText: true, where })
    }
  }
  return values
}
