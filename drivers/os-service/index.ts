export { createOsServiceDriver, type OsServiceDriverOptions } from './driver.ts'
export type { OpenStream, Run, RunAnswer, Stream } from './runner.ts'
