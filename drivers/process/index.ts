export { createProcessDriver, type ProcessDriverOptions } from './driver.ts'
