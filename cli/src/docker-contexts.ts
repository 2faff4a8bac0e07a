import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { contextsOf, type DockerContext } from '@wheelhouse/client/docker-contexts'

const storeOf = (environment: NodeJS.ProcessEnv): string =>
  join(environment.DOCKER_CONFIG || join(homedir(), '.docker'), 'contexts')

/** Reads the store of Docker's command line. What cannot be read as such is left out. */
export async function readDockerContexts(environment: NodeJS.ProcessEnv = process.env): Promise<DockerContext[]> {
  const store = storeOf(environment)
  const digests = await readdir(join(store, 'meta')).catch(() => [])
  const files = new Map<string, string>()
  const read = async (path: string): Promise<void> => {
    const text = await readFile(join(store, path), 'utf8').catch(() => null)
    if (text !== null) files.set(path, text)
  }
  const pems = ['ca.pem', 'cert.pem', 'key.pem']
  await Promise.all(
    digests.flatMap((digest) => [
      read(`meta/${digest}/meta.json`),
      ...pems.map((name) => read(`tls/${digest}/docker/${name}`)),
    ]),
  )
  return contextsOf(files)
}
