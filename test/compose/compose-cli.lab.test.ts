import { expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { serviceHash } from '../../server/src/workloads/stacks/compose/model/service-hash.ts'
import { suite, where } from '../needs.ts'
import { expectedFile, listCases, load, realHashes, realJson } from './corpus.ts'

suite('Compose itself', ['compose'], () => {
  const docker = (): [string, ...string[]] => [
    where('compose'),
    '--config',
    process.env.WHEELHOUSE_TEST_DOCKER_CONFIG ?? '',
    'compose',
  ]

  it.each(listCases())('still writes $name as the corpus has it', async (one) => {
    expect(await realJson(one, docker())).toEqual(JSON.parse(readFileSync(expectedFile(one), 'utf8')))
  })

  it.each(listCases())('gives the services of $name the hash that ours have', async (one) => {
    const { json } = await load(one)
    const theirs = await realHashes(one, docker())
    const files = readFileSync(one.directory + '/compose.yaml', 'utf8')
    // Printed alone, and not when containers are made, a hash holds the names of the env files too.
    const named = /env_file|label_file|include|extends/.test(files)
    const ours = Object.fromEntries(
      Object.entries(json!.services).map(([name, service]) => [name, serviceHash(service)]),
    )
    expect(Object.keys(ours)).toEqual(Object.keys(theirs).toSorted())
    if (!named) expect(ours).toEqual(theirs)
  })
})
