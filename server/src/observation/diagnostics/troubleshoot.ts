import { lookup } from 'node:dns/promises'
import { access, constants, stat, unlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { NotificationChannel, Target } from '@wheelhouse/contract'
import { guardedAddress, troubleWords } from '../../inventory/outbound/index.ts'
import { type Looks } from './components.ts'
import { type Look, ok, skipped, type Verdict, warning, wrong } from './looking.ts'
import { roomOf } from './vitals.ts'
import { countWords, durationWords, sizeWords } from './words.ts'

const connectMs = 4_000
const stuckMs = 15 * 60_000
const leastFreeBytes = 500_000_000

async function folderLook(folder: string): Promise<Verdict> {
  const { mode, uid } = await stat(folder)
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    await writeFile(probe, 'written to see whether it can be', { mode: 0o600 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return wrong(
      `Nothing can be written into ${folder} (${code}).`,
      code === 'ENOSPC' ? 'The disk is full: make room.' : 'Give its owner the right to write, or mount it writable.',
    )
  } finally {
    await unlink(probe).catch(() => undefined)
  }
  if ((mode & 0o077) !== 0)
    return warning(
      `${folder} is open to other users of this machine (mode ${(mode & 0o777).toString(8)}).`,
      `Close it: chmod 700 ${folder}`,
    )
  const own = process.getuid?.()
  return own !== undefined && uid !== own
    ? warning(`${folder} belongs to another user (${uid}).`, 'Give it to the user that runs Wheelhouse.')
    : ok(`${folder} is readable, writable and closed to others.`)
}

async function keyLook(file: string | null): Promise<Verdict> {
  if (file === null) return ok('The master key comes from the environment and opens what is sealed.')
  const found = await stat(file).catch(() => null)
  if (!found)
    return wrong(
      `${file} is gone. What is sealed opens only as long as Wheelhouse runs.`,
      'Put the key file back from where you keep it before the next start.',
    )
  return (found.mode & 0o077) === 0
    ? ok('The master key is there and closed to others. Keep a copy of it elsewhere.')
    : wrong(
        `Other users of this machine can read ${file}.`,
        `Close it: chmod 600 ${file}, then rotate the key: wh encryption rotate.`,
      )
}

/** Whether something accepts a connection there. */
function reached(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: connectMs })
    socket.once('connect', () => resolve(socket.destroy() && undefined))
    socket.once('timeout', () => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })) ?? socket.destroy())
    socket.once('error', reject)
  })
}

async function placeLook(place: string, usual: number): Promise<Verdict> {
  const [, host = place, port] = /^(.*?)(?::(\d+))?$/.exec(place) ?? []
  try {
    const { address } = await guardedAddress(host)
    await reached(address, Number(port ?? usual))
    return ok(`${place} accepts connections.`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = troubleWords(error) ?? message
    const dns = code === 'ENOTFOUND' || code === 'EAI_AGAIN'
    return wrong(
      `${place}: ${why}.`,
      dns
        ? 'Look at the name server of this machine, and at the spelling.'
        : 'Look whether it runs, and at the firewall between.',
    )
  }
}

function targetLook(target: Target, driftMs: number | null): Verdict {
  if (target.state === 'unreachable')
    return wrong(`It is not heard: ${target.reason ?? 'no reason is known'}`, adviceFor(target))
  if (target.state === 'connecting') return warning('It is being connected.', 'Look again in a moment.')
  const { engine } = target
  if (driftMs !== null && Math.abs(driftMs) > 2_000)
    return warning(
      `Connected, but its clock is ${durationWords(Math.abs(driftMs))} ${driftMs > 0 ? 'ahead' : 'behind'}.`,
      'Let it take its time from a time server.',
    )
  const { diskBytes, diskTotalBytes } = target.usage ?? {}
  if (diskBytes && diskTotalBytes && diskBytes / diskTotalBytes > 0.95)
    return warning(
      `Connected, but its disk is ${Math.round((diskBytes / diskTotalBytes) * 100)} % full.`,
      `See what can go: wh engine prune ${target.name} --dry-run`,
    )
  return ok(
    `Connected${engine ? `: ${engine.version}${engine.apiVersion === null ? '' : `, API ${engine.apiVersion}`} on ${engine.os}` : ''}.`,
  )
}

function adviceFor({ address, kind }: Target): string {
  if (address.startsWith('unix://'))
    return `Look whether the engine runs (systemctl status docker), and whether the user of Wheelhouse may use ${address.slice(7)} (group docker).`
  if (address.startsWith('ssh://'))
    return `Try it by hand: ssh ${address.slice(6)} docker version. The host key must be known and the key of the target let in.`
  if (address.startsWith('tcp://'))
    return `Look whether ${address.slice(6)} is reached from this machine, and whether its certificate is the one that is registered.`
  return kind === 'swarm' ? 'One of its managers must be a target that is heard.' : 'Look at the log of Wheelhouse.'
}

function channelLook({ kind, address, lastAt, lastError }: NotificationChannel): Verdict | Promise<Verdict> {
  if (lastError !== null)
    return wrong(`The last message did not arrive: ${lastError}`, 'Mend it, then send a test: wh notification test.')
  if (kind !== 'email') return placeLook(address, 443)
  return ok(lastAt === null ? 'Nothing was sent yet; send a test.' : `The last message arrived at ${lastAt}.`)
}

/** Everything that is known to keep a control plane from its work, looked at now. */
export async function houseLooks({ parts, store, disk, clocks }: Looks): Promise<Look[]> {
  const { folder, database, registry } = parts
  const [registries, channels] = await Promise.all([parts.registries(), parts.channels()])
  return [
    { id: 'folder', name: 'Data folder', look: () => folderLook(folder) },
    {
      id: 'room',
      name: 'Room on the disk',
      look: async () => {
        const room = await roomOf(folder)
        if (!room) return skipped('The system does not tell.')
        const largest = disk.found?.parts[0]
        const said = `${sizeWords(room.freeBytes)} of ${sizeWords(room.totalBytes)} free.`
        return room.freeBytes < leastFreeBytes
          ? wrong(
              said,
              `Make room${largest ? `: most of the data folder is ${largest.name} (${sizeWords(largest.bytes)})` : ''}. Nothing is written when it is full.`,
            )
          : ok(said)
      },
    },
    { id: 'key', name: 'Master key', look: () => keyLook(parts.keyFile) },
    {
      id: 'migrations',
      name: 'Migrations',
      look: async () => {
        const applied = (await database.upkeep.rows())['schema_migrations'] ?? 0
        return applied === parts.migrations.length
          ? ok(`All ${applied} are applied.`)
          : wrong(
              `${applied} of ${parts.migrations.length} are applied.`,
              'Restart Wheelhouse: it applies what is missing. If it does not, the log says why.',
            )
      },
    },
    {
      id: 'database',
      name: 'Database',
      look: async () => {
        const { writeMs, readMs } = await store.probe(Date.now())
        return writeMs > 500
          ? warning(`A small write takes ${Math.round(writeMs)} ms.`, 'Its disk is slow or busy.')
          : ok(`A small write takes ${writeMs.toFixed(1)} ms, a read ${readMs.toFixed(1)} ms.`)
      },
    },
    {
      id: 'integrity',
      name: 'Order of the database',
      look: async () => {
        const size = await database.sizeBytes()
        if ((size ?? 0) > 1_000_000_000)
          return skipped(`It is large (${sizeWords(size ?? 0)}): check it with wh admin integrity, which runs beside.`)
        const broken = await database.upkeep.check()
        return broken.length === 0
          ? ok('Every page of it was read and is whole.')
          : wrong(
              `${countWords(broken.length, 'fault')}: ${broken[0]}`,
              'Stop Wheelhouse, keep the file, and restore the latest backup: wh admin restore.',
            )
      },
    },
    {
      id: 'jobs',
      name: 'Jobs',
      look: async () => {
        const open = await parts.jobTable.unfinished()
        const stuck = open.filter(
          ({ state, heartbeatAt }) =>
            state === 'running' && heartbeatAt !== null && Date.now() - Date.parse(heartbeatAt) > stuckMs,
        )
        return stuck.length === 0
          ? ok(`${countWords(open.length, 'job')} not ended, none stuck.`)
          : wrong(
              `${stuck[0]!.title} has given no sign since ${stuck[0]!.heartbeatAt}.`,
              `Cancel it: wh job cancel ${stuck[0]!.id}`,
            )
      },
    },
    {
      id: 'settings',
      name: 'Settings',
      look: () => {
        const [first, ...more] = parts.settings().warnings
        return first === undefined
          ? ok('Nothing in them is unsafe.')
          : warning(first, more.length > 0 ? more.join(' ') : 'See the page of settings.')
      },
    },
    {
      id: 'dns',
      name: 'Name server',
      look: async () => {
        const first = (await parts.registries())[0]?.address.replace(/:\d+$/, '') ?? null
        const host = parts.settings().items.find(({ key }) => key === 'publicUrl')?.value
        const name = host && URL.canParse(host) ? new URL(host).hostname : first
        if (!name) return skipped('There is no name to look up: no registry, and no public address is set.')
        try {
          return ok(`${name} is ${(await lookup(name)).address}.`)
        } catch (error) {
          return wrong(
            `${name}: ${troubleWords(error) ?? 'it could not be looked up'}.`,
            'Look at the name server of this machine (/etc/resolv.conf).',
          )
        }
      },
    },
    {
      id: 'clock',
      name: 'Clock',
      look: async () => {
        await clocks.look()
        const all = clocks.all()
        const off = all.filter(({ driftMs }) => Math.abs(driftMs) > 2_000)
        if (all.length === 0) return skipped('No target tells its time to compare with.')
        return off.length === 0
          ? ok(`It agrees with ${countWords(all.length, 'target')}.`)
          : warning(
              `${countWords(off.length, 'target')} of ${all.length} ${off.length === 1 ? 'has' : 'have'} another time.`,
              'Let all machines take their time from a time server.',
            )
      },
    },
    ...registry.targets().map((target): Look => ({
      id: `target:${target.id}`,
      name: `Target ${target.name}`,
      look: () => targetLook(target, clocks.of(target.id)),
    })),
    ...registries.map(({ id, name, address, insecure }): Look => ({
      id: `registry:${id}`,
      name: `Registry ${name}`,
      look: () => placeLook(address, insecure ? 80 : 443),
    })),
    ...channels
      .filter(({ enabled }) => enabled)
      .map((channel): Look => ({
        id: `channel:${channel.id}`,
        name: `Channel ${channel.name}`,
        look: () => channelLook(channel),
      })),
  ]
}
