import type { Contract, Operation } from '@wheelhouse/contract'

/** Method, path and kind of one operation: all that a client needs of it at run time. */
export type Row = readonly [method: Operation['method'], path: string, kind?: 'stream' | 'upload']
/** `{ services: { list: ['GET', '/api/v1/services'], … }, … }` */
export type Table = { readonly [D in keyof Contract]: { readonly [V in keyof Contract[D]]: Row } }

/** The table of a contract. Bundlers call it at build time, so that Zod stays out of the bundle. */
export function tableOf(contract: Contract): Table {
  const rows = (domain: Record<string, Operation>) =>
    Object.fromEntries(
      Object.entries(domain).map(([verb, o]) => [
        verb,
        o.kind === 'call' ? [o.method, o.path] : [o.method, o.path, o.kind],
      ]),
    )
  return Object.fromEntries(Object.entries(contract).map(([name, domain]) => [name, rows(domain)])) as unknown as Table
}
