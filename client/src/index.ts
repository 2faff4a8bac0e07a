export * from './client.ts'
export * from './problem.ts'
export * from './socket.ts'
export * from './table.ts'
