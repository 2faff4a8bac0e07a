export * from './proxy.ts'
