export * from './sockets.ts'
