import type { Run } from '../saga/run.ts'

/** The report is made from what is written down, whenever somebody asks: here only its place is told. */
export function report(run: Run): Promise<string> {
  const path = `/api/v1/deployments/${run.deployment.id}/report`
  const { publicUrl } = run.room.settings
  return Promise.resolve(publicUrl === null ? path : new URL(path, publicUrl).href)
}
