import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gatherFiles } from '../../server/src/workloads/stacks/compose/load/gather.ts'
import { type ComposeModel, readComposeModel } from '../../server/src/workloads/stacks/compose/model/compose-model.ts'
import { Problems } from '../../server/src/workloads/stacks/file/problems.ts'
import { isWithin } from '../../server/src/workloads/stacks/compose/load/files.ts'

const run = promisify(execFile)
const folder = join(import.meta.dirname, 'cases')
/** Stands for the folder of a case in what is expected of it. */
const mark = '/case'
/** Stands for the folder above, which some cases reach into. */
const aboveMark = '/above-case'

/** A project of the corpus: a folder with its Compose files. `case.json` says how it is loaded, `expected.json` what comes of it. */
export interface Case {
  readonly name: string
  readonly directory: string
  readonly files: readonly string[]
  readonly variables: Readonly<Record<string, string>>
}

export function listCases(): Case[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => {
      const directory = join(folder, name)
      const settings = join(directory, 'case.json')
      const given = existsSync(settings) ? (JSON.parse(readFileSync(settings, 'utf8')) as Partial<Case>) : {}
      const usual = ['compose.yaml', 'compose.override.yaml'].filter((file) => existsSync(join(directory, file)))
      return { name, directory, files: given.files ?? usual, variables: given.variables ?? {} }
    })
}

/** What Compose itself makes of a case. Its paths start from /case, so that they are the same everywhere. */
export async function realJson(one: Case, docker: readonly [string, ...string[]]): Promise<unknown> {
  const [program, ...first] = docker
  const { stdout } = await run(
    program,
    [...first, ...one.files.flatMap((file) => ['-f', join(one.directory, file)]), 'config', '--format', 'json'],
    { env: { PATH: process.env.PATH, ...one.variables }, maxBuffer: 10_000_000 },
  )
  return JSON.parse(stdout.replaceAll(one.directory, mark).replaceAll(folder, aboveMark))
}

/** Hashes of the services of a case by Compose itself, by name. Its paths are those of this machine. */
export async function realHashes(one: Case, docker: readonly [string, ...string[]]): Promise<Record<string, string>> {
  const [program, ...first] = docker
  const files = one.files.flatMap((file) => ['-f', join(one.directory, file)])
  const { stdout } = await run(program, [...first, ...files, 'config', '--hash', '*'], {
    env: { PATH: process.env.PATH, ...one.variables },
  })
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )
}

/** What the loader makes of a case, with all it tells. */
export async function load(one: Case): Promise<ComposeModel & { problems: Problems }> {
  const sources = one.files.map((file, index) => ({
    path: join(one.directory, file),
    text: readFileSync(join(one.directory, file), 'utf8'),
    shownAs: index === 0 ? null : file,
  }))
  const input = { sources, directory: one.directory, variables: one.variables, name: null }
  const files = await gatherFiles(
    (files) => readComposeModel({ ...input, files }, new Problems()),
    (path) =>
      isWithin(one.directory, path)
        ? readFile(path, 'utf8').then(
            (text) => ({ text }),
            () => ({ missing: 'absent' as const }),
          )
        : Promise.resolve({ missing: 'outside' as const }),
  )
  const problems = new Problems()
  return { ...readComposeModel({ ...input, files }, problems), problems }
}

/** The same as JSON text would have it: a dollar sign is doubled, so that the output can be loaded again. */
export function asWritten(one: Case, value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(one.directory, mark)
    .replaceAll(folder, aboveMark)
    .replaceAll('$', () => '$$')
  return JSON.parse(text)
}

export const expectedFile = (one: Case): string => join(one.directory, 'expected.json')
