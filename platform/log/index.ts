export type { Log } from './log.ts'
export { createLog, type LogLevel, type LogOptions } from './create-log.ts'
export { maskFields, maskText, registerSecret } from './masking.ts'
export { isSecretKey } from './secret-key.ts'
