import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * The nodes of a lab belong to one suite at a time, for suites form a Swarm of them, cut them off and stop their engines.
 * `socket` is that of a node. Answers the way to give them back. The claim of a process that was killed is taken over.
 */
export async function reserveNodes(socket: string): Promise<() => void> {
  const file = join(dirname(dirname(socket.replace('unix://', ''))), 'nodes.lock')
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (abandoned(file)) rmSync(file, { force: true })
    else await pause(200)
  }
}

function abandoned(file: string): boolean {
  try {
    const [pid = '', started = ''] = readFileSync(file, 'utf8').split(' ')
    return started !== '' && startOf(Number(pid)) !== started
  } catch {
    return false // given back meanwhile
  }
}

/** Clock ticks since boot: with it a process that has the number of another is told from it. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
