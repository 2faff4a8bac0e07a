import { statfs } from 'node:fs/promises'
import { availableParallelism, freemem, platform, release, totalmem } from 'node:os'
import { readFile } from 'node:fs/promises'
import { builderOf } from '../build/build-app.ts'
import { bad, type Check, type Look, well } from './check.ts'

const mb = (bytes: number): string =>
  bytes >= 1_073_741_824 ? `${(bytes / 1_073_741_824).toFixed(1)} GB` : `${Math.round(bytes / 1_048_576)} MB`

/** What Linux would give to a new program without swapping; free memory alone leaves out the page cache. */
async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const found = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1]
  return found === undefined ? freemem() : Number(found) * 1024
}

const leastMemoryBytes = 134_217_728
const leastDiskBytes = 268_435_456

export function systemChecks({ room, project, apps }: Look): Check[] {
  const requires = project.manifest?.requires
  const known = platform() === 'linux' || platform() === 'darwin' || platform() === 'win32'
  const buildBytes = apps.reduce((sum, name) => {
    const entry = project.manifest?.apps?.[name]
    if (!entry || !room.builders.has(entry.builder)) return sum
    const { builder, options } = builderOf(room, name, entry)
    return sum + builder.needs(options).diskBytes
  }, 0)
  const disk = Math.max(requires?.disk ?? 0, leastDiskBytes + buildBytes)
  const memory = Math.max(requires?.memory ?? 0, leastMemoryBytes)
  return [
    {
      id: 'os',
      group: 'system',
      title: 'Operating system',
      severity: 'warning',
      look: () =>
        Promise.resolve(
          known ? well(`${platform()} ${release()}`) : bad(`${platform()} is not tried`, 'Deploy from Linux.'),
        ),
    },
    {
      id: 'cpu',
      group: 'system',
      title: 'Processors',
      severity: 'warning',
      look: () => {
        const has = availableParallelism()
        const needs = requires?.cpus ?? 1
        return Promise.resolve(
          has >= needs
            ? well(`${has}`)
            : bad(`${has} of ${needs}`, `The manifest asks for ${needs}. Use a larger machine.`),
        )
      },
    },
    {
      id: 'memory',
      group: 'system',
      title: 'Free memory',
      severity: 'error',
      look: async () => {
        const free = await availableMemory()
        const said = `${mb(free)} of ${mb(totalmem())} free, ${mb(memory)} needed`
        return free >= memory ? well(said) : bad(said, 'Stop what is not needed, or add memory.')
      },
    },
    {
      id: 'disk',
      group: 'system',
      title: 'Free disk',
      severity: 'error',
      look: async () => {
        const found = await statfs(room.settings.data)
        const free = found.bavail * found.bsize
        const said = `${mb(free)} free where releases are kept, ${mb(disk)} needed`
        return free >= disk
          ? well(said)
          : bad(said, 'Remove old releases (wh releases cleanup) or make room on the disk.')
      },
    },
  ]
}
