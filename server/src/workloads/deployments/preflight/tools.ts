import { run } from '@wheelhouse/platform/exec'
import type { Tool } from '@wheelhouse/builders/builder'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { builderOf, sourceOf } from '../build/build-app.ts'
import { bad, type Check, type Found, type Look, well } from './check.ts'

const toolMs = 3_500

/** -1, 0 or 1, part by part: 8.10 is newer than 8.9. */
export function compareVersions(a: string, b: string): number {
  const parts = (text: string): number[] => text.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0)
  const [left, right] = [parts(a), parts(b)]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

async function lookAtTool(tool: Tool, signal: AbortSignal): Promise<Found> {
  try {
    const done = await run(tool.argv, { timeoutMs: toolMs, signal })
    const version = tool.version.exec(`${done.stdout}\n${done.stderr}`)?.[1]
    if (version === undefined) return bad(`${tool.name} does not say its version`, tool.fix)
    if (tool.minimum !== null && compareVersions(version, tool.minimum) < 0)
      return bad(`${version}, and ${tool.minimum} or newer is needed`, tool.fix)
    return well(version)
  } catch (error) {
    return bad(`${tool.name} cannot be run: ${error instanceof Error ? error.message : String(error)}`, tool.fix)
  }
}

async function lookAtExtensions(php: string, wanted: readonly string[], signal: AbortSignal): Promise<Found> {
  const done = await run([php, '-m'], { timeoutMs: toolMs, signal }).catch(() => null)
  if (done === null) return bad('php cannot be run', 'Install PHP: apt-get install php-cli.')
  const has = new Set(done.stdout.toLowerCase().split(/\s+/))
  const missing = wanted.filter((name) => !has.has(name.toLowerCase()))
  if (missing.length === 0) return well(`${wanted.length} there`)
  return bad(
    `${missing.join(', ')} missing`,
    `Install them, on Debian with apt-get install ${missing.map((name) => `php-${name.toLowerCase()}`).join(' ')}.`,
  )
}

/** Programs, PHP extensions and files that the builders of the chosen apps need, and those the manifest asks for. */
export function toolChecks({ room, project, apps, signal }: Look): Check[] {
  const checks = new Map<string, Check>()
  const extensions = new Set(project.manifest?.requires?.php_extensions ?? [])
  for (const name of apps) {
    const entry = project.manifest?.apps?.[name]
    if (!entry) continue
    if (!room.builders.has(entry.builder)) continue
    const { builder, options } = builderOf(room, name, entry)
    const needs = builder.needs(options)
    for (const extension of needs.phpExtensions) extensions.add(extension)
    for (const tool of needs.tools) {
      const id = `tool:${tool.name}`
      checks.set(id, {
        id,
        group: 'tools',
        title: `${tool.name} for ${name}`,
        severity: 'error',
        look: () => lookAtTool(tool, signal),
      })
    }
    for (const file of needs.files) {
      const id = `file:${name}/${file.path}`
      checks.set(id, {
        id,
        group: 'tools',
        title: `${file.path} of ${name}`,
        severity: 'error',
        look: async () => {
          const source = await sourceOf(project, name, entry)
          const there = await stat(join(source, file.path)).catch(() => null)
          return there ? well('there') : bad(`${file.path} is not in ${source}`, file.fix)
        },
      })
    }
  }
  for (const [name, minimum] of Object.entries(project.manifest?.requires?.tools ?? {})) {
    const least = /(\d+(?:\.\d+)*)/.exec(minimum)?.[1] ?? null
    const tool: Tool = {
      name,
      argv: [name, '--version'],
      version: /(\d+(?:\.\d+)+)/,
      minimum: least,
      fix: `The manifest asks for ${name} ${minimum}. Install it.`,
    }
    checks.set(`tool:${name}`, {
      id: `tool:${name}`,
      group: 'tools',
      title: name,
      severity: 'error',
      look: () => lookAtTool(tool, signal),
    })
  }
  if (extensions.size > 0)
    checks.set('php-extensions', {
      id: 'php-extensions',
      group: 'tools',
      title: 'PHP extensions',
      severity: 'error',
      look: () => lookAtExtensions('php', [...extensions], signal),
    })
  return [...checks.values()]
}
