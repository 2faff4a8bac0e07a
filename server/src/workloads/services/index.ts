export { refuseBeyond, requireExec } from './exec-leave.ts'
export { maskEnvironment } from './secret-environment.ts'
export { type Judge, serviceHandlers } from './operations.ts'
export { runCommand } from './run-command.ts'
