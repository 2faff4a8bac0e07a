export { LineQueueFull, LineStore } from './line-store.ts'
export type { Counted, Found, LineState, LineStoreOptions } from './line-store.ts'
export { joined, linesOf } from './lines.ts'
export type { Line, Lines } from './lines.ts'
export * from './marks.ts'
export { BlockText, type FieldsOf, Matcher } from './matcher.ts'
export {
  type Condition,
  type FieldOperator,
  fieldOperators,
  type LineFields,
  type Position,
  type Query,
} from './query.ts'
export { readerMethods } from './reader-methods.ts'
export { eachLine, nothingScanned, type Scanned, type SeenLine } from './scan.ts'
export type { View } from './keeper.ts'
export { ThreadTimeout } from '@wheelhouse/platform/thread'
