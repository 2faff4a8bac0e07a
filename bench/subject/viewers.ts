import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pause } from './house.ts'
import type { ViewerReport, ViewerTask } from './viewer.ts'

const processes = 2

/** Opens `count` viewers in processes of their own, lets them settle, and counts what they see for `ms`. */
export async function watch(
  count: number,
  task: Omit<ViewerTask, 'sockets'>,
  settleMs: number,
  ms: number,
): Promise<ViewerReport> {
  const children: ChildProcess[] = []
  try {
    for (let made = 0; made < processes; made++) {
      const child = fork(join(import.meta.dirname, 'viewer.ts'))
      children.push(child)
      child.send({ open: { ...task, sockets: count / processes } })
      await once(child, 'message')
    }
    await pause(settleMs)
    for (const child of children) child.send({ measure: true })
    await pause(ms)
    const reports = await Promise.all(
      children.map(async (child) => {
        const told = once(child, 'message') as Promise<[ViewerReport]>
        child.send({ report: true })
        return (await told)[0]
      }),
    )
    return {
      lines: reports.reduce((sum, report) => sum + report.lines, 0),
      ms: Math.max(...reports.map((report) => report.ms)),
      lags: reports.flatMap((report) => report.lags),
      gaps: reports.reduce((sum, report) => sum + report.gaps, 0),
    }
  } finally {
    for (const child of children) child.kill()
  }
}
