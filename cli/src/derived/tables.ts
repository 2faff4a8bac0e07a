import { readFileSync } from 'node:fs'
import type { Row, Table } from '@wheelhouse/client'
import type { FlagTable, VerbTable } from './model.ts'

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./${name}`, import.meta.url), 'utf8'))

let verbs: VerbTable | null = null

/** What the build wrote beside the program. */
export function verbTable(): VerbTable {
  verbs ??= read('verbs.json') as VerbTable
  return verbs
}

export const flagTable = (domain: string): FlagTable => read(`flags-${domain}.json`) as FlagTable

export const version = (): string => (read('about.json') as { version: string }).version

/** The rows the typed client works from. */
export function clientTable(): Table {
  const rows = Object.entries(verbTable()).map(([domain, members]) => [
    domain,
    Object.fromEntries(
      Object.entries(members).map(([verb, v]): [string, Row] => [
        verb,
        v.stream ? [v.method, v.path, 'stream'] : v.upload ? [v.method, v.path, 'upload'] : [v.method, v.path],
      ]),
    ),
  ])
  return Object.fromEntries(rows) as Table
}
