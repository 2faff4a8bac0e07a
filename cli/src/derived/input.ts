import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Complaint, usage } from '../failure.ts'
import { nearestHint } from '../nearest.ts'
import { parseDuration, parseMoment } from '../moment.ts'
import type { Flag } from './model.ts'

export type Input = Record<string, unknown>

export async function readText(path: string, flag: string): Promise<string> {
  try {
    // Not /dev/stdin: that cannot be opened where standard input is a socket.
    return path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')
  } catch (error) {
    throw new Complaint(
      'usage',
      'USAGE',
      `${flag}: ${path} cannot be read: ${(error as Error).message.replace(/,.*/, '')}.`,
    )
  }
}

const number = (text: string, flag: Flag): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || (flag.kind === 'integer' && !Number.isInteger(value)))
    throw usage(`--${flag.name} takes ${flag.kind === 'integer' ? 'a whole number' : 'a number'}, not "${text}".`)
  return value
}

function choice(text: string, flag: Flag): string {
  if (!flag.choices || flag.choices.includes(text)) return text
  throw usage(`--${flag.name} takes ${flag.choices.join(', ')}, not "${text}".${nearestHint(text, flag.choices)}`)
}

const json = (text: string, flag: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usage(`${flag} is not JSON: ${(error as Error).message}.`)
  }
}

function pairs(texts: readonly string[], flag: Flag): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw usage(`--${flag.name} takes KEY=VALUE, not "${text}".`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}

async function valueOf(flag: Flag, given: unknown): Promise<unknown> {
  if (flag.kind === 'boolean') return given
  if (Array.isArray(given)) {
    const texts = given.map(String)
    if (flag.kind === 'map') return pairs(texts, flag)
    // Permissions and the like never hold a comma, free texts may.
    const split = flag.choices ? texts.flatMap((text) => text.split(',')) : texts
    return split.map((text) => choice(text, flag))
  }
  const text = String(given)
  if (flag.nullable && text === 'null') return null
  switch (flag.kind) {
    case 'integer':
    case 'number':
      return number(text, flag)
    case 'choice':
      return choice(text, flag)
    case 'moment':
      return parseMoment(text, `--${flag.name}`)
    case 'duration': {
      const ms = parseDuration(text)
      if (ms === null) throw usage(`--${flag.name} takes a duration such as 500ms, 10s or 5m, not "${text}".`)
      return ms
    }
    case 'file':
      return await readText(text, `--${flag.name}`)
    case 'json':
      return json(text, `--${flag.name}`)
    default:
      return text
  }
}

/** The key commander keeps a flag under: camelCase, dots kept. */
export const optionKey = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** Base object (from --json or -f) with the flags over it. Secrets are asked for elsewhere. */
export async function inputOf(flags: readonly Flag[], options: Record<string, unknown>, base: Input): Promise<Input> {
  const input: Input = { ...base }
  for (const flag of flags) {
    const given = options[optionKey(flag.name)]
    if (given === undefined || flag.kind === 'secret') continue
    const value = await valueOf(flag, given)
    const [first = '', second] = flag.field
    if (second === undefined) input[first] = value
    else input[first] = { ...(input[first] as Input | undefined), [second]: value }
  }
  return input
}

/** `--json '{…}'` or `-f file`, JSON or YAML. */
export async function baseInput(options: { json?: unknown; file?: unknown }): Promise<Input> {
  let value: unknown = {}
  if (typeof options.json === 'string') value = json(options.json, '--json')
  if (typeof options.file === 'string') {
    const text = await readText(options.file, '-f')
    const { parse } = await import('yaml')
    value = parse(text)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usage('The input is an object: --json \'{"name": "value"}\'.')
  return value as Input
}
