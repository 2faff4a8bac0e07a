import { didYouMean } from '../../file/nearest.ts'
import type { Path, Problems } from '../../file/problems.ts'
import { toFlag, toNumber, toWhole } from '../tree/casts.ts'
import { type Node, type Scalar, textOf } from '../tree/node.ts'
import { byteCount, durationNs, durationText, shortFloat } from './quantity.ts'
import { type Json, type Kind, wrong } from './kind.ts'

const scalarOf = (node: Node | undefined): Scalar | null =>
  node?.kind === 'scalar' && node.value !== null ? node : null

/** A scalar that `takes` reads; what is `zero` is left out where `keepsZero` is not said. */
function scalarKind(
  wanted: string,
  takes: (node: Scalar) => string | null,
  read: (node: Scalar) => Json | undefined,
  zero: Json | null,
): Kind {
  return {
    check(node, path, problems) {
      if (node.kind !== 'scalar') return wrong(node, path, problems, wanted)
      if (node.value === null) return wrong(node, path, problems, wanted)
      const told = takes(node)
      if (told === '') wrong(node, path, problems, wanted)
      else if (told !== null) problems.error(path, told)
    },
    emit(node) {
      const found = scalarOf(node)
      const value = found ? read(found) : undefined
      return value === undefined || (zero !== null && value === zero) ? undefined : value
    },
  }
}
const isText = (node: Scalar): string | null => {
  if (typeof node.value !== 'string') return ''
  return node.text === node.value ? null : `${node.value} is a date. Put it in quotes to have it as text.`
}

export const text: Kind = scalarKind('text', isText, (node) => node.text, '')
/** Text that may be written as a number. */
export const plainText: Kind = scalarKind(
  'text or a number',
  (node) => (typeof node.value === 'boolean' ? '' : null),
  (node) => node.text,
  '',
)
/** Text that may be written as a whole number. */
export const wholeText: Kind = scalarKind(
  'text or a whole number',
  (node) => (typeof node.value === 'number' ? (node.fraction ? '' : null) : isText(node)),
  (node) => node.text,
  '',
)
/** The same where an empty text says more than nothing. */
export const setPlainText: Kind = { check: plainText.check, emit: (node) => scalarOf(node)?.text }
export const setWholeText: Kind = { check: wholeText.check, emit: setPlainText.emit }
export const oneOf = (...choices: readonly string[]): Kind =>
  scalarKind(
    'text',
    (node) => {
      const refused = isText(node)
      if (refused !== null) return refused
      const { text: given } = node
      if (choices.includes(given)) return null
      return `"${given}" is not known here. Use ${choices.join(', ')}.${didYouMean(given, choices)}`
    },
    (node) => node.text,
    '',
  )

const flagOf = (node: Scalar): boolean | null => {
  if (typeof node.value === 'boolean') return node.value
  const read = toFlag(node.text)
  return 'value' in read && typeof read.value === 'boolean' ? read.value : null
}
const isFlag = (node: Scalar): string | null =>
  typeof node.value === 'number'
    ? ''
    : flagOf(node) === null
      ? `"${node.text}" is neither true nor false. Write true or false.`
      : null
export const flag: Kind = scalarKind('true or false', isFlag, (node) => flagOf(node) ?? undefined, false)
/** A flag where false says more than nothing. */
export const setFlag: Kind = scalarKind('true or false', isFlag, (node) => flagOf(node) ?? undefined, null)
/** The same where no text stands for it. */
export const setBoolean: Kind = scalarKind(
  'true or false',
  (node) => (typeof node.value === 'boolean' ? null : ''),
  (node) => node.value,
  null,
)

const wholeOf = (node: Scalar): number | null => {
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? node.value : null
  const read = typeof node.value === 'string' ? toWhole(node.value) : null
  return read && 'value' in read ? Number(read.value) : null
}
const isWhole = (node: Scalar): string | null => {
  if (typeof node.value === 'boolean') return ''
  return wholeOf(node) === null ? `"${node.text}" is not a whole number.` : null
}
export const whole: Kind = scalarKind('a whole number', isWhole, (node) => wholeOf(node) ?? undefined, 0)
/** The same from `least` to `most`. */
export const within = (kind: Kind, least: number, most = Infinity): Kind => ({
  check(node, path, problems) {
    kind.check(node, path, problems)
    const read = node.kind === 'scalar' ? wholeOf(node) : null
    if (read !== null && read < least) problems.error(path, `${read} is too small: ${least} is the least.`)
    if (read !== null && read > most) problems.error(path, `${read} is too large: ${most} is the most.`)
  },
  emit: (node) => kind.emit(node),
})
/** A number that no text stands for. */
export const bare = (kind: Kind): Kind => ({
  check: (node, path, problems) =>
    textOf(node) === null ? kind.check(node, path, problems) : wrong(node, path, problems, 'a number'),
  emit: (node) => kind.emit(node),
})
export const setWhole: Kind = scalarKind('a whole number', isWhole, (node) => wholeOf(node) ?? undefined, null)
const isFraction = (node: Node): node is Scalar & { value: number } =>
  node.kind === 'scalar' && typeof node.value === 'number' && !Number.isInteger(node.value)
/** A whole number that Compose makes of any number by leaving out what is behind the point. */
const cut = (kind: Kind): Kind => ({
  check(node, path, problems) {
    if (!isFraction(node)) return kind.check(node, path, problems)
    problems.warn(path, `${node.text} is read as ${Math.trunc(node.value)}. Write a whole number.`)
  },
  emit: (node) => kind.emit(node && isFraction(node) ? { ...node, value: Math.trunc(node.value) } : node),
})
export const cutWhole: Kind = cut(whole)
export const setCutWhole: Kind = cut(setWhole)
export const count: Kind = scalarKind(
  'all or a whole number',
  (node) => (node.value === 'all' ? null : isWhole(node)),
  (node) => (node.text.toLowerCase() === 'all' ? -1 : (wholeOf(node) ?? undefined)),
  0,
)

const numberOf = (node: Scalar): number | null => {
  if (typeof node.value === 'number') return node.value
  const read = typeof node.value === 'string' ? toNumber(node.value) : null
  return read && 'value' in read ? Number(read.value) : null
}
export const number: Kind = scalarKind(
  'a number',
  (node) => (typeof node.value === 'boolean' ? '' : numberOf(node) === null ? `"${node.text}" is not a number.` : null),
  (node) => {
    const read = numberOf(node)
    return read === null ? undefined : shortFloat(read)
  },
  0,
)

const duration = (keepsZero: boolean): Kind =>
  scalarKind(
    'a duration',
    (node) =>
      typeof node.value !== 'string' || durationNs(node.value) === null
        ? `"${node.text}" is not a duration. Write it like 10s, 1m30s or 500ms.`
        : null,
    (node) => {
      const ns = durationNs(node.text)
      return ns === null ? undefined : durationText(ns)
    },
    keepsZero ? null : '0s',
  )
export const period: Kind = duration(false)
export const setPeriod: Kind = duration(true)

const bytesOf = (node: Scalar): string | undefined => {
  // A count below zero is no size, but it asks for swap without end.
  if (typeof node.value === 'number') return node.fraction ? undefined : node.text
  const read = typeof node.value === 'string' ? byteCount(node.text) : null
  return read === null ? undefined : String(read)
}
const size: Kind = scalarKind(
  'a size',
  (node) => (bytesOf(node) === undefined ? `"${node.text}" is not a size. Write it like 512m, 64kb or 2gb.` : null),
  bytesOf,
  '0',
)
const sizeWith = (takes: (value: number) => boolean): Kind => ({
  check(node, path, problems) {
    // Compose takes it and reads no size of it.
    if (node.kind === 'scalar' && node.fraction && takes(Number(node.value)))
      problems.warn(path, `not applied: ${node.text} is a fraction, which is no size. Write it like 512m or 1.5gb.`)
    else size.check(node, path, problems)
  },
  emit: (node) => size.emit(node),
})
export const bytes: Kind = sizeWith(() => true)
/** The same where a number must be whole. */
export const wholeBytes: Kind = sizeWith(Number.isInteger)
/** The same where it must be text. */
export const bytesText: Kind = {
  check: (node, path, problems) => (typeof textOf(node) === 'string' ? size : text).check(node, path, problems),
  emit: (node) => size.emit(node),
}

export const anything: Kind = {
  check(_node: Node, _path: Path, _problems: Problems) {},
  emit: () => undefined,
}
