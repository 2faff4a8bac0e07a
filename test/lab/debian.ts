import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, which } from './command.ts'
import { Unavailable } from './component.ts'
import { subfolder } from './place.ts'

/** The mirror that apt itself uses here, else Debian's own. */
export async function mirrorOfDebian(): Promise<string> {
  const uris = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']).catch(() => '')
  return uris.split('\n').find((uri) => /\/debian\/?$/.test(uri)) ?? 'http://deb.debian.org/debian'
}

const making = new Map<string, Promise<string>>()

/**
 * Packages of a release, unpacked into a folder of the lab's cache and not installed. apt fetches them with lists of
 * their own, so that signatures are checked and the machine's apt stays as it is. Gives the folder, which stands for `/`.
 */
export function unpacked(name: string, release: string, packages: readonly string[]): Promise<string> {
  const before = making.get(name)
  if (before) return before
  const made = unpack(name, release, packages)
  making.set(name, made)
  return made
}

async function unpack(name: string, release: string, packages: readonly string[]): Promise<string> {
  const done = join(subfolder('cache'), name)
  if (existsSync(done)) return done
  const missing = ['apt-get', 'dpkg-deb'].filter((program) => !which(program))
  if (missing.length > 0) throw new Unavailable(`there is no ${missing.join(' and no ')} here to fetch it with`)
  const work = subfolder(`fetch-${name}`)
  try {
    await fetchTo(work, release, packages).catch((error: unknown) => {
      throw new Unavailable(`${packages.join(', ')} of ${release} not to be had: ${(error as Error).message}`)
    })
    const root = join(work, 'root')
    for (const file of readdirSync(work).filter((entry) => entry.endsWith('.deb'))) {
      await run('dpkg-deb', ['-x', join(work, file), root])
    }
    renameSync(root, done)
    return done
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function fetchTo(cwd: string, release: string, packages: readonly string[]): Promise<void> {
  for (const part of ['lists/partial', 'archives/partial']) mkdirSync(join(cwd, part), { recursive: true })
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const source = `deb [signed-by=${keyring}] ${await mirrorOfDebian()} ${release} main\n`
  writeFileSync(join(cwd, 'sources.list'), source)
  writeFileSync(join(cwd, 'status'), '')
  const settings = {
    'Dir::Etc::SourceList': join(cwd, 'sources.list'),
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': join(cwd, 'lists'),
    'Dir::State::Status': join(cwd, 'status'),
    'Dir::Cache': cwd,
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root', // its own user may not enter a checkout under /root
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  await run('apt-get', [...options, '-qq', 'update'])
  await run('apt-get', [...options, '-qq', 'download', ...packages], { cwd })
}
