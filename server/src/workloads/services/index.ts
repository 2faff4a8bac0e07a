export { requireExec } from './exec-leave.ts'
export { serviceHandlers } from './operations.ts'
export { runCommand } from './run-command.ts'
