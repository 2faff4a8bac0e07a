import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createDockerDriver, findEngine } from '@wheelhouse/driver-docker'
import { createOsServiceDriver, findManager } from '@wheelhouse/driver-os-service'
import { createProcessDriver } from '@wheelhouse/driver-process'
import { createSwarmDriver } from '@wheelhouse/driver-swarm'
import { builders } from '@wheelhouse/builders'
import { openProxies } from '@wheelhouse/proxies'
import { createLog } from '@wheelhouse/platform/log'
import { loadSettings } from '@wheelhouse/platform/settings'
import manifest from '../package.json' with { type: 'json' }
import { openFoundation } from './foundation.ts'
import { openHouse } from './house.ts'
import { copyNamed, orderRestore } from './observation/maintenance/index.ts'
import { settings as definition, settingWarnings } from './settings.ts'
import { explain } from './start-failure.ts'

const root = resolve(import.meta.dirname, '../..')
const usage = `Wheelhouse ${manifest.version}

Usage: npm start -- [--port N] [--host ADDRESS] [--data FOLDER] [--config FILE] [--restore COPY]

--restore puts a copy of the database, by its name or path, in the place of the one that is there, which is set aside.
`

/** The settings file: named by flag or variable, or settings.yaml in the data folder where there is one. Beside it the copy to restore. */
function startFlags(argv: readonly string[]): { file: string | undefined; restore: string | null; rest: string[] } {
  const { values, tokens } = parseArgs({
    args: [...argv],
    options: { config: { type: 'string' }, restore: { type: 'string' } },
    strict: false,
    tokens: true,
  })
  const named = typeof values.config === 'string' ? values.config : process.env.WHEELHOUSE_CONFIG
  const restore = typeof values.restore === 'string' ? values.restore : null
  const taken = new Set<number>()
  for (const token of tokens) {
    if (token.kind !== 'option' || (token.name !== 'config' && token.name !== 'restore')) continue
    taken.add(token.index)
    if (!token.inlineValue) taken.add(token.index + 1)
  }
  const rest = argv.filter((_, index) => !taken.has(index))
  if (named) return { file: resolve(named), restore, rest }
  const data = loadSettings(definition, { argv: rest, env: process.env }).values.data
  const usual = join(data, 'settings.yaml')
  return { file: existsSync(usual) ? usual : undefined, restore, rest }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function main(): Promise<void> {
  const argv = process.argv.slice(2)
  if (argv.includes('--help') || argv.includes('-h')) return say(usage)
  if (argv.includes('--version')) return say(manifest.version)
  const { file, restore, rest } = startFlags(argv)
  const loaded = loadSettings(definition, { argv: rest, env: process.env, file })
  const settings = loaded.values
  const log = createLog({ level: settings.logLevel, pretty: process.stdout.isTTY })
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was left without a handler'))
  if (restore !== null) await orderRestore(settings.data, copyNamed(settings.data, restore), 'the start')
  const foundation = await openFoundation(settings, log)
  try {
    for (const warning of settingWarnings(settings)) log.warn({}, warning)
    const house = await openHouse({
      foundation,
      settings: loaded,
      settingsFile: file ?? null,
      drivers: new Map([
        ['process', createProcessDriver({ stateFolder: join(settings.data, 'processes') })],
        ['docker', createDockerDriver()],
        ['os-service', createOsServiceDriver()],
      ]),
      swarmDriver: createSwarmDriver,
      builders,
      proxies: (start) => openProxies(settings, start),
      version: manifest.version,
      webFolder: join(root, 'web/dist'),
      examplesFolder: settings.examples ?? join(root, 'examples'),
      findServiceManager: () => findManager() !== null,
      findEngine: () => (settings.discoverDocker ? findEngine(process.env) : null),
    })
    const { auth } = house.domains.identity
    const { adminUsername, adminPassword } = settings
    if (adminUsername !== null && adminPassword !== null) {
      await auth.ensureFirstAdmin({ username: adminUsername, password: adminPassword })
    }
    const setup = await auth.setupToken()
    const url = settings.publicUrl ?? house.url
    say(`Wheelhouse ${manifest.version} is at ${url}`)
    // In the fragment, which browsers send to nobody.
    if (setup !== null) say(`Create the first administrator at ${url}/setup#token=${setup}`)

    let stopping = false
    const stop = (signal: string): void => {
      if (stopping) process.exit(130)
      stopping = true
      log.info({ signal }, 'stopping; services keep running')
      house
        .close()
        .then(() => foundation.close())
        .then(
          () => process.exit(0),
          (error: unknown) => {
            log.error({ err: error }, 'it did not stop cleanly')
            process.exit(1)
          },
        )
    }
    process.on('SIGTERM', () => stop('SIGTERM'))
    process.on('SIGINT', () => stop('SIGINT'))
  } catch (error) {
    await foundation.close()
    throw error
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`wheelhouse: ${explain(error)}\n`)
  process.exit(1)
})
