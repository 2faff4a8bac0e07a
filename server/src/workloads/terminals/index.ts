export { terminalHandlers } from './operations.ts'
export { Terminals } from './terminals.ts'
