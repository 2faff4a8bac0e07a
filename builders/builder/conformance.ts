import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, matchesGlob } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type BuildContext, BuildFailed, type Builder, type BuildStep } from './builder.ts'

export interface Suite {
  /** Options to be tried beside none at all, as they stand in a manifest. */
  readonly options: readonly Readonly<Record<string, unknown>>[]
  /** Files of an app of this kind, by path: what `detect` looks for. */
  readonly app: Readonly<Record<string, string>>
  /** Files of an app of another kind. */
  readonly other: Readonly<Record<string, string>>
  /** What the programs would leave, by path. */
  readonly made: Readonly<Record<string, string>>
}

interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly additionalProperties?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
}

/** What every builder must do, with no tool of its trade at hand. */
export function builderConformance<O>(builder: Builder<O>, suite: Suite): void {
  describe(`${builder.name} conforms to the builder port`, () => {
    const folders: string[] = []
    afterEach(() => {
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
    })
    const folder = (files: Readonly<Record<string, string>>): string => {
      const path = mkdtempSync(join(tmpdir(), 'wh-builder-'))
      folders.push(path)
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true })
        writeFileSync(join(path, name), text)
      }
      return path
    }
    const all: readonly O[] = [{}, ...suite.options].map((options) => builder.schema.parse(options))
    const [usual] = all as readonly [O]
    const mark = { API_TOKEN: 'do-not-print-me', PLAIN: 'nor-me-please' }

    it('has a name, a title, and keys that are described, in snake_case and optional', () => {
      expect(builder.name).toMatch(/^[a-z]+$/)
      expect(builder.title).not.toBe('')
      const told = z.toJSONSchema(builder.schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode
      const look = (node: SchemaNode, path: string): void => {
        if (node.items) look(node.items, `${path}[]`)
        if (!node.properties) return
        expect(node.additionalProperties, path).toBe(false)
        for (const [key, child] of Object.entries(node.properties)) {
          expect(key).toMatch(/^[a-z]+(_[a-z]+)*$/)
          expect(child.description, `${path}.${key}`).toMatch(/^\S.*[^.\s]$/)
          look(child, `${path}.${key}`)
        }
      }
      expect(Object.keys(told.properties ?? {}).length).toBeGreaterThan(0)
      look(told, builder.name)
    })

    it('refuses keys it does not know', () => {
      const read = builder.schema.safeParse({ no_such_key: 1 })
      expect(read.error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['no_such_key'] }])
    })

    it('says its steps as argv, the same each time, without a value of the environment', () => {
      for (const options of all) {
        const say = () => [...builder.steps(options, mark), ...builder.tests(options), ...builder.release(options)]
        const steps = say()
        expect(say()).toEqual(steps)
        for (const step of steps) wellFormed(step)
        expect(JSON.stringify(steps)).not.toMatch(/do-not-print-me|nor-me-please/)
      }
    })

    it('needs what can be looked for, each with what to do', () => {
      for (const options of all) {
        const needs = builder.needs(options)
        for (const tool of needs.tools) {
          expect(tool.argv.length).toBeGreaterThan(0)
          expect(new RegExp(`${tool.version.source}|`).exec('')).toHaveLength(2)
          expect(tool.version.flags).not.toMatch(/[gy]/)
          if (tool.minimum !== null) expect(tool.minimum).toMatch(/^\d+(\.\d+)*$/)
        }
        for (const { fix } of [...needs.tools, ...needs.files]) expect(fix).toMatch(/^[A-Z].* .*\.$/)
        for (const file of needs.files) inner(file.path)
        expect(needs.diskBytes).toBeGreaterThan(0)
      }
    })

    it('leaves out by globs inside the app, and nothing that makes it the app', () => {
      for (const options of all) {
        const globs = builder.ignore(options)
        expect(globs).toContain('.git')
        for (const glob of globs) inner(glob)
        const lost = Object.keys(suite.app).filter((path) => globs.some((glob) => matchesGlob(path, glob)))
        expect(lost).toEqual([])
      }
    })

    it('knows an app of its kind, and no other', async () => {
      expect(await builder.detect(folder(suite.app))).toBe(true)
      expect(await builder.detect(folder(suite.other))).toBe(false)
      expect(await builder.detect(folder({}))).toBe(false)
      expect(await builder.detect('/no/such/folder')).toBe(false)
    })

    it('builds by just these steps, and keeps a folder of the app', async () => {
      for (const options of all) {
        const directory = folder({ ...suite.app, ...suite.made })
        const ran: BuildStep[] = []
        const context = contextIn(directory, (step) => ran.push(step))
        const built = await builder.build(options, context)
        const files = Object.keys(suite.app).map((path) => path.split('/')[0] ?? '')
        expect(ran.map(({ argv }) => argv)).toEqual(builder.steps(options, {}, files).map(({ argv }) => argv))
        if (built.kind === 'image') expect(built).toMatchObject({ id: 'sha256:1', sizeBytes: 1 })
        else {
          expect(isAbsolute(built.directory) && built.directory.startsWith(directory)).toBe(true)
          for (const glob of built.exclude) inner(glob)
        }
      }
    })

    it('ends with the step that fails, and begins nothing once it is told to stop', async () => {
      if (builder.steps(usual, {}).length === 0) return
      const directory = folder({ ...suite.app, ...suite.made })
      let count = 0
      const failing = contextIn(directory, (step) => {
        count += 1
        throw new BuildFailed(step.title, 1, 'why')
      })
      await expect(builder.build(usual, failing)).rejects.toThrow('ended with code 1')
      expect(count).toBe(1)
      const stopped = contextIn(directory, () => (count += 1), AbortSignal.abort(new Error('changed my mind')))
      await expect(builder.build(usual, stopped)).rejects.toThrow('changed my mind')
      expect(count).toBe(1)
    })

    it('serves on the port it is given', () => {
      for (const options of all) {
        if (builder.serve) expect(builder.serve(options).join(' ')).toContain('{port}')
      }
    })
  })
}

function wellFormed(step: BuildStep): void {
  expect(step.title).not.toBe('')
  for (const argv of [step.argv, ...(step.undo ? [step.undo] : [])]) {
    expect(argv.length).toBeGreaterThan(0)
    for (const word of argv) expect(typeof word).toBe('string')
    expect(argv[0]).not.toMatch(/^-|\s$/)
  }
  if (step.directory !== undefined) inner(step.directory)
  // A pattern that remembers where it was finds only every other line.
  if (step.migrates) expect(step.migrates.nothingDone.flags).not.toMatch(/[gy]/)
}

function inner(path: string): void {
  expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)/)
}

function contextIn(
  directory: string,
  ran: (step: BuildStep) => unknown,
  signal = new AbortController().signal,
): BuildContext {
  return {
    directory,
    cache: join(directory, '.cache-of-test'),
    app: 'Shop App',
    stack: 'shop',
    environment: {},
    secrets: {},
    signal,
    log: () => undefined,
    run: async (step) => {
      await Promise.resolve()
      ran(step)
    },
    buildImage: () => Promise.resolve({ id: 'sha256:1', sizeBytes: 1 }),
  }
}
