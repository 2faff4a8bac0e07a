export * from './proxy/index.ts'
export * from './switch/index.ts'
