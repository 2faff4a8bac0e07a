#!/usr/bin/env -S node --
// The two dashes keep Node from taking --env-file, which is a flag of wh, for one of its own.
// Plain JavaScript that an older Node can read: it finds the right Node and a fresh build, then steps aside.
import { existsSync, readdirSync, statSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const room = dirname(dirname(fileURLToPath(import.meta.url)))
const checkout = dirname(room)
const built = join(room, 'dist', 'main.js')

/** The newest change under a folder, in milliseconds. */
function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) latest = Math.max(latest, newest(path))
    else if (entry.name.endsWith('.ts')) latest = Math.max(latest, statSync(path).mtimeMs)
  }
  return latest
}

function stale() {
  if (!existsSync(built)) return true
  if (!existsSync(join(room, 'src'))) return false
  const since = statSync(built).mtimeMs
  if (statSync(join(room, 'build.ts')).mtimeMs > since) return true
  return [join(room, 'src'), join(checkout, 'client', 'src'), join(checkout, 'contract')].some(
    (folder) => newest(folder) > since,
  )
}

if (Number(process.versions.node.split('.')[0]) < 24) {
  const node = join(checkout, 'node_modules', '.bin', 'node')
  if (!existsSync(node)) {
    process.stderr.write(
      `wh needs Node 24 or newer, this is ${process.versions.node}. Run npm ci in ${checkout}, which brings one.\n`,
    )
    process.exit(1)
  }
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  if (process.execve) process.execve(node, [node, '--', ...args], process.env)
  const { spawn } = await import('node:child_process')
  const child = spawn(node, ['--', ...args], { stdio: 'inherit' })
  // Ctrl-C reaches both; the child decides what it means, and its end is ours.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
} else {
  if (stale()) {
    const { buildCli } = await import('../build.ts')
    await buildCli()
  }
  module.enableCompileCache?.(join(room, 'dist', '.cache'))
  await import('../dist/main.js')
}
