import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { trusted } from '../../delivery/host-keys.ts'
import { listed } from '../../delivery/source.ts'
import { readText } from '../../derived/input.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]

interface Register {
  name?: string
  address?: string
  group?: string
  tags?: string[]
  acceptHostKey?: boolean
  'tls.ca'?: string
  'tls.cert'?: string
  'tls.key'?: string
  'ssh.privateKey'?: string
  'ssh.hostKeys'?: string
}

export function define(command: Command): void {
  command
    .argument('[name]', 'how it is called')
    .argument('[address]', 'unix:///path/to/docker.sock, tcp://host:port or ssh://user@host')
    .option('--name <text>', 'the same as the first word')
    .option('--address <text>', 'the same as the second word')
    .option('--group <text>', 'where it belongs, such as a site or a customer')
    .option('--tags <text>', 'words to find it by, comma-separated', collect)
    .option('--tls.ca <file>', 'CA certificate of a tcp:// engine')
    .option('--tls.cert <file>', 'client certificate')
    .option('--tls.key <file>', 'key of the client certificate')
    .option('--ssh.privateKey <file>', 'key for an ssh:// address; those of the user that runs Wheelhouse unless told')
    .option('--ssh.hostKeys <file>', 'known_hosts lines to trust')
    .option('--accept-host-key', 'trust the key that the host shows, without asking')
  action(command, async (shell, options: Register, [first, second]) => {
    const name = options.name ?? first
    const address = options.address ?? second
    if (!name || !address) throw usage('A name and an address are needed: wh targets register n2 ssh://ops@10.0.4.12')
    const read = async (key: keyof Register): Promise<string | undefined> =>
      options[key] === undefined ? undefined : readText(String(options[key]), `--${key}`)
    const tls = { ca: await read('tls.ca'), cert: await read('tls.cert'), key: await read('tls.key') }
    const ssh = { privateKey: await read('ssh.privateKey'), hostKeys: await read('ssh.hostKeys') }
    const { client } = await connect(shell)
    const material = await trusted(shell, client, address, ssh, options.acceptHostKey ?? false)
    const made = await client.targets.register({
      name,
      address,
      ...(options.group === undefined ? {} : { group: options.group }),
      ...(options.tags === undefined ? {} : { tags: listed(options.tags) }),
      ...(Object.values(tls).some((text) => text !== undefined) ? { tls } : {}),
      ...(material ? { ssh: material } : {}),
    })
    if (await structured(shell, made)) return
    if (shell.globals.output === 'name') return shell.write(`${made.name}\n`)
    shell.say(`${made.name} is registered. wh get targets shows when it answers.`, 'green')
  })
}
