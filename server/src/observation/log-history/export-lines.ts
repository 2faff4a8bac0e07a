import type { KeptLine } from '@wheelhouse/contract'
import { csvRow } from '@wheelhouse/platform/csv'
import { withoutColours } from '../log-formats/index.ts'

export type Format = 'txt' | 'ndjson' | 'json' | 'csv'

export const mediaTypes: Record<Format, string> = {
  txt: 'text/plain; charset=utf-8',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
}
const columns = ['at', 'service', 'stack', 'targetId', 'stream', 'level', 'text', 'position'] as const

/** Pages of lines as one text of that format, piece by piece. Colours are left out where people read it. */
export async function* exported(pages: AsyncIterable<readonly KeptLine[]>, format: Format): AsyncGenerator<string> {
  if (format === 'csv') yield csvRow(columns)
  if (format === 'json') yield '['
  let isFirst = true
  for await (const page of pages) {
    if (page.length === 0) continue
    if (format === 'json') {
      yield `${isFirst ? '\n' : ',\n'}${page.map((line) => JSON.stringify(line)).join(',\n')}`
    } else yield page.map((line) => rowOf(line, format)).join('')
    isFirst = false
  }
  if (format === 'json') yield '\n]\n'
}

function rowOf(line: KeptLine, format: Exclude<Format, 'json'>): string {
  if (format === 'ndjson') return `${JSON.stringify(line)}\n`
  const { at, service, stream, level, text } = line
  if (format === 'csv')
    return csvRow(columns.map((column) => (column === 'text' ? withoutColours(text) : line[column])))
  return `${at} ${service} ${stream} ${level ?? '-'} ${withoutColours(text)}\n`
}
