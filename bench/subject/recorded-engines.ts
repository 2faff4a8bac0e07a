import { join } from 'node:path'
import { RecordedEngine } from '../../test/docker/recorded-engine.ts'

/** `node recorded-engines.ts <folder> <engines> <containers> [lines a second of each]`: stand-ins on sockets `<folder>/host-<n>.sock` until it is told to end. */
const [folder = '', engines = '', containers = '', linesPerS] = process.argv.slice(2)
const says = linesPerS === undefined ? {} : { linesPerS: Number(linesPerS) }
const all = await Promise.all(
  Array.from({ length: Number(engines) }, (_, index) => {
    const name = `host-${index}`
    const socket = join(folder, `${name}.sock`)
    return new RecordedEngine({ name, containers: Number(containers), socket, ...says }).listen()
  }),
)
process.once('SIGTERM', () => void Promise.all(all.map((engine) => engine.close())).then(() => process.exit(0)))
process.stdout.write('ready\n')
