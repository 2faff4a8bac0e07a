import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildKeys } from '../../server/src/workloads/stacks/compose/spec/build.ts'
import { deployKeys } from '../../server/src/workloads/stacks/compose/spec/deploy.ts'
import { sections } from '../../server/src/workloads/stacks/compose/spec/project.ts'
import { serviceKeys } from '../../server/src/workloads/stacks/compose/spec/service.ts'
import { asWritten, expectedFile, listCases, load } from './corpus.ts'

const cases = listCases()

describe('the canonical form of Compose projects', () => {
  it('is tried on forty projects or more', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40)
  })
  it('is tried with every key of a service, of a build, of deploy and of what stands at the top', () => {
    const all = cases
      .flatMap((one) => one.files.map((file) => readFileSync(join(one.directory, file), 'utf8')))
      .join('\n')
    const written = new Set([...all.matchAll(/(?:^|[\s{,])([a-z_]+):/gm)].map(([, key]) => key))
    const keys = [
      ...Object.keys(serviceKeys),
      ...Object.keys(buildKeys),
      ...Object.keys(deployKeys),
      ...Object.keys(sections),
    ]
    expect(keys.filter((key) => !written.has(key))).toEqual([])
  })
  it.each(cases)('$name is as Compose itself writes it', async (one) => {
    const { json, problems } = await load(one)
    expect(problems.sorted().filter((problem) => problem.severity === 'error')).toEqual([])
    expect(asWritten(one, json)).toEqual(JSON.parse(readFileSync(expectedFile(one), 'utf8')))
  })
})
