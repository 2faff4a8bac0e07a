import { didYouMean } from '../../file/nearest.ts'
import type { Path, Problems } from '../../file/problems.ts'
import { toFlag, toNumber, toWhole } from '../tree/casts.ts'
import { isNothing, type Node, type Scalar } from '../tree/node.ts'
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
const isText = (node: Scalar): string | null => (typeof node.value === 'string' ? null : '')

export const text: Kind = scalarKind('text', isText, (node) => node.text, '')
/** Text that may be written as a number. */
export const plainText: Kind = scalarKind(
  'text or a number',
  (node) => (typeof node.value === 'boolean' ? '' : null),
  (node) => node.text,
  '',
)
/** Text where null counts as nothing written. */
export const optionalText: Kind = {
  check: (node, path, problems) => (isNothing(node) ? undefined : text.check(node, path, problems)),
  emit: (node) => text.emit(node),
}
export const oneOf = (...choices: readonly string[]): Kind =>
  scalarKind(
    'text',
    (node) => {
      if (typeof node.value !== 'string') return ''
      if (choices.includes(node.value)) return null
      return `"${node.value}" is not known here. Use ${choices.join(', ')}.${didYouMean(node.value, choices)}`
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
export const setWhole: Kind = scalarKind('a whole number', isWhole, (node) => wholeOf(node) ?? undefined, null)
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
  const read = byteCount(node.text)
  // A count below zero is no size, but it asks for swap without end.
  if (read === null) return /^-\d+$/.test(node.text) ? node.text : undefined
  return String(read)
}
export const bytes: Kind = scalarKind(
  'a size',
  (node) =>
    typeof node.value === 'boolean' || bytesOf(node) === undefined
      ? `"${node.text}" is not a size. Write it like 512m, 64kb or 2gb.`
      : null,
  bytesOf,
  '0',
)

export const anything: Kind = {
  check(_node: Node, _path: Path, _problems: Problems) {},
  emit: () => undefined,
}
