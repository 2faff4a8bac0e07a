import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isAlive, startedAt } from './daemon.ts'
import { folder, type Running } from './place.ts'

const file = join(folder, 'lab.lock')

/** One change of the lab at a time; the lock of a command that was killed is taken over. */
export async function locked<T>(change: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true })
  const own: Running = { pid: process.pid, started: startedAt(process.pid) ?? '' }
  while (!take(own)) await pause(100)
  try {
    return await change()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(own: Running): boolean {
  try {
    writeFileSync(file, JSON.stringify(own), { flag: 'wx' })
    return true
  } catch {
    if (!isAlive(holder())) rmSync(file, { force: true })
    return false
  }
}

function holder(): Running | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Running
  } catch {
    return undefined
  }
}
