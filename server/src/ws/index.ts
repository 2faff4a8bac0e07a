export * from './sockets.ts'
export type { OpenTerminal } from './terminal.ts'
