export { findManager, type FoundManager } from './find-manager.ts'
export { createOsServiceDriver, type OsServiceDriverOptions } from './driver.ts'
export type { OpenStream, Run, RunAnswer, Stream } from './runner.ts'
