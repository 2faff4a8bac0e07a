export { run, type RunOptions, type RunResult } from './run.ts'
export { spawnStream, type RunningProgram, type SpawnOptions } from './spawn-stream.ts'
export { ProgramMissing, ProgramRefused, TimedOut } from './exec-error.ts'
