import { readPairs } from '../../volumes/pairs.ts'
import { type Read, readCommand, readLines } from './lines.ts'

/** Names of the fields of a form that are typed, and of those that are ticked. */
export type TextNameOf<F> = { [K in keyof F]: F[K] extends string ? K : never }[keyof F] & string
export type FlagNameOf<F> = Exclude<keyof F, TextNameOf<F>> & string
export type WrongOf<F> = Partial<Record<keyof F & string, string>>

/** Whole numbers and fractions as they are typed; null for what is none. */
export const whole = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null)
export const fraction = (text: string): number | null => (/^\d{1,4}(\.\d{1,9})?$/.test(text) ? Number(text) : null)

export const aSize = 'Write a size such as 512m or 1.5g.'
export const aTime = 'Write a time such as 30s or 2m.'
export const aNumber = 'Write a whole number.'

/** Reads the fields of a form one by one: each answers what to put into a draft, or nothing, and notes what is wrong. */
export function fieldReader<F extends object>(form: F) {
  type Text = TextNameOf<F>
  const wrong: WrongOf<F> = {}
  const typed = (field: Text): string => form[field] as string
  const say = (field: Text, message: string | null): void => {
    if (message !== null) (wrong as Record<string, string>)[field] ??= message
  }
  const list = <K extends string, T>(key: K, field: Text, read: Read<T>): Partial<Record<K, T[]>> => {
    say(field, read.wrong)
    return read.items.length === 0 ? {} : ({ [key]: read.items } as Record<K, T[]>)
  }
  return {
    wrong,
    say,
    list,
    text: <K extends string>(key: K, field: Text): Partial<Record<K, string>> => {
      const value = typed(field).trim()
      return value === '' ? {} : ({ [key]: value } as Record<K, string>)
    },
    amount: <K extends string>(
      key: K,
      field: Text,
      read: (text: string) => number | null,
      message: string,
    ): Partial<Record<K, number>> => {
      const value = typed(field).trim()
      if (value === '') return {}
      const amount = read(value)
      if (amount === null) say(field, message)
      return amount === null ? {} : ({ [key]: amount } as Record<K, number>)
    },
    words: <K extends string>(key: K, field: Text): Partial<Record<K, string[]>> => {
      const read = readCommand(typed(field))
      if (read === null) say(field, 'A quote is not closed.')
      return read === null || read.length === 0 ? {} : ({ [key]: read } as Record<K, string[]>)
    },
    plain: <K extends string>(key: K, field: Text): Partial<Record<K, string[]>> =>
      list(
        key,
        field,
        readLines(typed(field), (line) => line, ''),
      ),
    record: <K extends string>(key: K, field: Text): Partial<Record<K, Record<string, string>>> => {
      const read = readPairs(typed(field))
      say(field, read.wrong)
      return Object.keys(read.pairs).length === 0 ? {} : ({ [key]: read.pairs } as Record<K, Record<string, string>>)
    },
    flag: <K extends FlagNameOf<F>>(key: K): Partial<Record<K, true>> =>
      form[key] ? ({ [key]: true } as Record<K, true>) : {},
    group: <K extends string, T extends object>(key: K, fields: T): Partial<Record<K, T>> =>
      Object.keys(fields).length === 0 ? {} : ({ [key]: fields } as Record<K, T>),
  }
}
