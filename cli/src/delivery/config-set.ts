import { type Client, Problem } from '@wheelhouse/client'
import { configNames } from './names.ts'
import { describeManifest, manifestPlace, setOfManifest, type SourceOptions } from './source.ts'
import { withNearest } from '../resolve.ts'
import type { Connection } from '../connect.ts'
import { Complaint, complaintOf, usage } from '../failure.ts'
import type { Command } from 'commander'

export interface SetOptions extends SourceOptions {
  set?: string
}

export type FullSet = Awaited<ReturnType<Client['configs']['get']>>

export const addSet = (command: Command): Command =>
  command
    .option('--set <name>', 'the config set; that of the manifest in this folder unless told')
    .option('-f, --file <file>', 'the manifest whose set is meant, or its folder')
    .option('-e, --environment <name>', 'the environment of the manifest whose set is meant')

/** Who may read configs need not be one who may deploy; such a person names the set. */
function advised(error: unknown): never {
  if (!(error instanceof Problem) || error.code !== 'FORBIDDEN') throw error
  const said = complaintOf(error)
  throw new Complaint(said.exit, said.code, said.message, ['Name the set with --set; wh config list shows them.'])
}

/** The set with its values: the one that was named, or that of the manifest in hand. */
export async function configSet(connection: Connection, options: SetOptions, version?: number): Promise<FullSet> {
  const { client, access } = connection
  let name = options.set
  if (name === undefined) {
    const place = await manifestPlace(options.file).catch((error: unknown) => {
      if (options.file !== undefined) throw error
      throw usage('There is no wheelhouse.yaml in this folder. Name the set with --set; wh config list shows them.')
    })
    const described = describeManifest(client, access.url, place, { environment: options.environment })
    name = await setOfManifest(await described.catch(advised))
  }
  const id = name
  return withNearest(
    'config',
    id,
    () => configNames(client),
    () => client.configs.get({ id, version }),
  )
}

const secretName = /pass(word|wd)?|secret|token|api_?key|private_?key|credential/i

/** Secret by what the set says of the key, or by its name while the set does not know it. */
export const isSecret = (set: FullSet, key: string): boolean =>
  set.values.find((value) => value.key === key)?.secret ?? secretName.test(key)
