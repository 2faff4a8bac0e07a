import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { ICruiseResult } from 'dependency-cruiser'

const execute = promisify(execFile)
const own = resolve(import.meta.dirname, '..')
const rooms = ['contract', 'client', 'platform', 'drivers', 'builders', 'proxies', 'server', 'agent', 'cli', 'web']

export interface Verdict {
  breaches: { rule: string; from: string; to: string; instead: string }[]
  /** Source files that nobody looked at: a gate that sees nothing finds nothing. */
  unseen: string[]
  seen: number
}

/** Judges every import of the rooms in `root` by the rules of `config`. */
export async function judge(root = own, config = join(own, '.dependency-cruiser.cjs')): Promise<Verdict> {
  const present = rooms.filter((room) => existsSync(join(root, room)))
  const program = join(own, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [program, '--config', config, '--output-type', 'json', ...present]
  const options = { cwd: root, maxBuffer: 256 << 20 }
  const [{ stdout }, sources] = await Promise.all([execute(process.execPath, args, options), sourcesOf(root)])
  const result = JSON.parse(stdout) as ICruiseResult

  const comments = new Map(result.summary.ruleSetUsed?.forbidden?.map((rule) => [rule.name, rule.comment ?? '']))
  const breaches = result.summary.violations.map(({ rule, from, to }) => {
    return { rule: rule.name, from, to, instead: comments.get(rule.name) ?? '' }
  })
  const seen = new Set(result.modules.map(({ source }) => source))
  const unseen = sources.filter((file) => !seen.has(file))
  return { breaches, unseen, seen: sources.length - unseen.length }
}

/** Every source file that git knows or could be told of; without a tolerance, because each one can be looked at. */
async function sourcesOf(root: string): Promise<string[]> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...rooms]
  const { stdout } = await execute('git', list, { cwd: root, maxBuffer: 64 << 20 })
  return stdout.split('\n').filter((file) => /[.]tsx?$/.test(file) && existsSync(join(root, file)))
}

if (import.meta.main) {
  const { breaches, unseen, seen } = await judge()
  for (const { rule, from, to, instead } of breaches) console.error(`${from} → ${to}\n  ${rule}: ${instead}`)
  for (const file of unseen) console.error(`${file} was not looked at: the gate is misconfigured`)
  if (seen === 0) console.error('No source file was looked at.')
  if (breaches.length > 0 || unseen.length > 0 || seen === 0) process.exitCode = 1
  else console.log(`${seen} modules, no breach`)
}
