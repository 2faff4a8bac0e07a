export * from './connection.ts'
export * from './spec.ts'
