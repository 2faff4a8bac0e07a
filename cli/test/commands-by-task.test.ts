import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { words } from '../src/catalog/words.ts'
import { families } from '../src/catalog/families.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(resolve(root, 'docs/commands-by-task.md'), 'utf8')

interface Row {
  readonly command: string
  readonly flag: string | null
  readonly about: string
  readonly test: string
}

const rows: Row[] = [...page.matchAll(/^\| `wh ([^`]+)` \| (?:`([^`]+)`)? *\| ([^|]+) \| `([^`]+)` \|$/gm)].map(
  ([, command = '', flag, about = '', file = '']) => ({ command, flag: flag ?? null, about, test: file }),
)

/** Words and verbs written by hand, by what is typed. */
async function commands(): Promise<Map<string, Command>> {
  const found = new Map<string, Command>()
  const add = (name: string, command: Command): void => {
    found.set(name, command)
    for (const sub of command.commands) add(`${name} ${sub.name()}`, sub)
  }
  for (const word of words) {
    const command = new Command(word.name)
    ;(await word.load()).define(command)
    add(word.name, command)
  }
  for (const family of families) {
    if (family.bare) {
      const command = new Command(family.name)
      ;(await family.bare()).define(command)
      add(family.name, command)
    }
    for (const verb of family.verbs) {
      const command = new Command(verb.name)
      ;(await verb.load()).define(command)
      add(`${family.name} ${verb.name}`, command)
    }
  }
  return found
}

const known = await commands()
const longOf = (flags: string): string => /--[\w.-]+/.exec(flags)?.[0] ?? flags

describe('docs/commands-by-task.md', () => {
  test('lists every command of its families', () => {
    const wordsOfTheTask = ['deploy', 'check', 'rollout status', 'rollout undo', 'rollout history', 'promote']
    const more = [
      'approve',
      'refuse',
      'report',
      'install',
      'uninstall',
      'health',
      'metrics',
      'logs',
      'cp',
      'run',
      'edit',
      'alert',
    ]
    const byHand = families.flatMap((family) => family.verbs.map((verb) => `${family.name} ${verb.name}`))
    const wanted = [...wordsOfTheTask, ...more, ...byHand].toSorted()
    expect([...new Set(rows.map((row) => row.command))].toSorted()).toEqual(wanted)
  })

  test.each([...new Set(rows.map((row) => row.command))])(
    'wh %s: each flag is there, explained and shown by a test',
    (name) => {
      const command = known.get(name)
      expect(command).toBeDefined()
      const listed = rows.filter((row) => row.command === name)
      const flags = command?.options.filter((option) => !option.hidden).map((option) => option.long) ?? []
      expect(listed.flatMap((row) => (row.flag === null ? [] : [longOf(row.flag)]))).toEqual(flags)
      for (const { flag, about, test: file } of listed) {
        expect(about.length).toBeGreaterThan(5)
        expect(existsSync(resolve(root, file)), file).toBe(true)
        const source = readFileSync(resolve(root, file), 'utf8')
        const short = flag === null ? undefined : /^(-\w),/.exec(flag)?.[1]
        const said = flag === null ? name.split(' ') : [longOf(flag)]
        const shown =
          said.every((one) => source.includes(one)) ||
          (short !== undefined && new RegExp(`['" ]${short}['" ]`).test(source))
        expect(shown, `${file} shows ${flag ?? name}`).toBe(true)
      }
    },
  )
})
