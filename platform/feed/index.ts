export * from './audience.ts'
export * from './topic.ts'
