import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Client } from '@wheelhouse/client'

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
const folderOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}
/** State and session are the third and the sixth field; the name before them may hold spaces. */
const statOf = (pid: number): string[] => read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
const sessionOf = (pid: number): string => statOf(pid)[3] ?? ''

/** Throws when there still are some after a moment. */
export async function noOrphans(admin: Client, folder: string, controlPlane: number): Promise<void> {
  let found: string[] = []
  for (let tries = 0; tries < 600; tries++) {
    found = await orphansOf(admin, folder, controlPlane)
    if (found.length === 0) return
    await new Promise((again) => setTimeout(again, 100))
  }
  throw new Error(`processes were left behind:\n${found.join('\n')}`)
}

/** Processes that work in a folder, or name it in their command line, and belong to no service and not to the control plane. */
async function orphansOf(admin: Client, folder: string, controlPlane: number): Promise<string[]> {
  const services = (await admin.services.list({ limit: 1000 })).items
  const known = new Set(services.flatMap(({ pid }) => (pid === null ? [] : [sessionOf(pid)])))
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && pid !== controlPlane)
    .flatMap((pid) => {
      const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
      const isOurs = command.includes(folder) || folderOf(pid).startsWith(folder)
      if (!isOurs || statOf(pid)[0] === 'Z' || known.has(sessionOf(pid))) return []
      return [`${pid}: ${command}`]
    })
}
