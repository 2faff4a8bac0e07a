export * from './connection.ts'
export * from './log-level.ts'
export * from './spec.ts'
