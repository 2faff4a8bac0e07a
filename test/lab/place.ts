import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'

export type Variables = Record<string, string>

/** A process is named by its id and its start time (clock ticks since boot): ids are used again. */
export interface Running {
  pid: number
  started: string
}

/** What `.lab/lab.json` remembers between commands. */
export interface Memory {
  basePort: number
  processes: Record<string, Running>
  variables: Record<string, Variables>
}

const ports = ['postgres', 'redis', 'registry', 'dockerTls', 'mariadb', 's3', 'registryLogin'] as const
const root = resolve(import.meta.dirname, '../..')

/** Data lives here; `WHEELHOUSE_LAB_DIR` puts it elsewhere. */
export const folder = resolve(process.env.WHEELHOUSE_LAB_DIR ?? join(root, '.lab'))
/** Eight characters that tell this lab from those of other checkouts. */
export const mark = createHash('sha256').update(folder).digest('hex').slice(0, 8)
/** Sockets live here and not in `folder`: a socket's path may be 107 bytes long and a checkout's may be more. */
export const runFolder = `/tmp/whlab-${mark}`
const file = join(folder, 'lab.json')

/** Creates a subfolder of the lab's folder and says where it is. */
export function subfolder(name: string): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  return path
}

export function recall(): Memory | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Memory
  } catch {
    return undefined // never up, or written by hand: the lab starts from nothing
  }
}

export function remember(memory: Memory): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(memory, null, 2) + '\n')
  renameSync(`${file}.new`, file)
}

export function port(memory: Memory, name: (typeof ports)[number]): number {
  return memory.basePort + ports.indexOf(name)
}

/** The lab's own block: no two labs that are up at once have the same one. */
export function block(memory: Memory): number {
  return (memory.basePort - 21_000) / 10
}

/** The first free block of ports on loopback, beginning with the one used before or at a place of this checkout's own. */
export async function freeBasePort(before: number | undefined): Promise<number> {
  const first = before ? (before - 21_000) / 10 : parseInt(mark.slice(0, 4), 16)
  for (let step = 0; step < 500; step++) {
    const base = 21_000 + ((first + step) % 500) * 10
    const free = await Promise.all(ports.map((_, index) => isFree(base + index)))
    if (free.every(Boolean)) return base
  }
  throw new Error('No block of ports between 21000 and 26000 is free on 127.0.0.1. Stop what holds them.')
}

function isFree(number: number): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer()
    probe.once('error', () => settle(false))
    probe.listen(number, '127.0.0.1', () => probe.close(() => settle(true)))
  })
}
