import { resolve } from 'node:path'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findCertificate } from '../../delivery/names.ts'
import { listed } from '../../delivery/source.ts'
import { exitCodes, usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { wholeNumber } from '../../moment.ts'
import { type Field, fields, heading } from '../../presentation/block.ts'
import { certificateColumns, certificateText } from '../../presentation/delivery/certificates.ts'
import { type Look, paint } from '../../presentation/look.ts'
import { structured } from '../../presentation/output.ts'
import { glyph } from '../../presentation/state.ts'
import { table } from '../../presentation/table.ts'
import { clock } from '../../presentation/units.ts'
import { clean } from '../../presentation/width.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]

interface Generate {
  domains?: string[]
  name?: string
  days?: string
  folder?: string
  installTrust?: boolean
}

export function defineGenerate(command: Command): void {
  command
    .option('--domains <domain,…>', 'names and addresses it is for: app.test,*.app.test,192.168.1.5', collect)
    .option('--install-trust', 'also make the system of the control plane trust the authority')
    .option('--folder <path>', 'where the files go, on the machine of the control plane; its data folder unless told')
    .option('--name <name>', 'how it is called; the first domain unless told')
    .option('--days <n>', 'how long it is valid; 825 at most, and unless told')
  action(command, async (shell, options: Generate) => {
    const domains = listed(options.domains ?? [])
    if (domains.length === 0) throw usage('--domains is needed: wh cert generate --domains app.test,192.168.1.5')
    const days = options.days === undefined ? undefined : wholeNumber(options.days, '--days')
    const { client } = await connect(shell)
    const made = await client.certificates.generate({
      domains,
      name: options.name,
      days,
      folder: options.folder === undefined ? undefined : resolve(options.folder),
      installTrust: options.installTrust,
    })
    if (shell.globals.output === 'name') return shell.write(`${made.name}\n`)
    if (!(await structured(shell, made))) shell.write(certificateText(made, shell.out))
    if (made.issuedBy === 'wheelhouse' && !options.installTrust)
      shell.say('Browsers warn until the authority is trusted: wh cert trust', 'dim')
  })
}

interface Authority {
  readonly source: string
  readonly subject: string
  readonly notAfter: string
  readonly trusted: boolean
  readonly trustedBy: string
}

function authorityText(authority: Authority, look: Look): string {
  const rows: Field[] = [
    ['signed by', authority.source === 'mkcert' ? 'mkcert' : 'the authority of this control plane'],
    ['subject', authority.subject],
    ['ends', clock(authority.notAfter, look.now)],
    ['trusted', `${authority.trusted ? 'yes' : 'no'}: ${authority.trustedBy}`, authority.trusted ? 'green' : 'yellow'],
  ]
  return fields(rows, look)
}

export function defineInfo(command: Command): void {
  command.argument('[name]', 'this one alone, with all there is to know')
  action(command, async (shell, _, [name]) => {
    const { client } = await connect(shell)
    if (name !== undefined) {
      const found = await findCertificate(client, name)
      if (!(await structured(shell, found))) shell.write(certificateText(found, shell.out))
      return
    }
    const [page, authority] = await Promise.all([
      client.certificates.list({ limit: 1000 }),
      client.certificates.authority(),
    ])
    const { output, headers } = shell.globals
    if (await structured(shell, { items: page.items, authority })) return
    if (output === 'name') return shell.write(page.items.map((one) => `${one.name}\n`).join(''))
    const form = { headers: headers !== false, wide: output === 'wide' }
    if (page.items.length === 0)
      shell.say('No certificates yet. Make one with wh cert generate --domains app.test.', 'dim')
    else shell.write(table(certificateColumns, page.items, shell.out, form))
    if (shell.out.glyphs || output === 'wide')
      shell.write(heading('Authority', shell.out) + authorityText(authority, shell.out))
  })
}

interface Verify {
  domain?: string
  address?: string
  name?: string
}

export function defineVerify(command: Command): void {
  command
    .option('--domain <domain>', 'the name or address it must fit')
    .option('--address <host:port>', 'ask this server with TLS instead of a certificate from the list')
    .option('--name <name>', 'this certificate of the list; the one that is for the domain unless told')
  action(command, async (shell, options: Verify) => {
    const { domain, address, name } = options
    if (domain === undefined) throw usage('--domain is needed: wh cert verify --domain app.test')
    const { client } = await connect(shell)
    const id = name === undefined ? undefined : (await findCertificate(client, name)).id
    const answer = await client.certificates.verify({ domain, address, id })
    if (!answer.ok) process.exitCode = exitCodes.failed[0]
    if (await structured(shell, answer)) return
    for (const check of answer.checks) {
      const mark = glyph(check.ok ? 'done' : 'error', shell.out)
      const said = paint(clean(check.message), check.ok ? 'dim' : 'red', shell.out)
      shell.write(`${paint(mark.text, mark.paint, shell.out)} ${clean(check.name)}  ${said}\n`)
    }
    if (answer.certificate && shell.out.glyphs) shell.write(`\n${certificateText(answer.certificate, shell.out)}`)
  })
}

export function defineTrust(command: Command): void {
  command.option('--undo', 'stop trusting it')
  action(command, async (shell, options: { undo?: boolean }) => {
    const { client } = await connect(shell)
    const after = await client.certificates.trust({ trust: !options.undo })
    if (await structured(shell, after)) return
    shell.write(authorityText(after, shell.out))
    const wanted = !options.undo
    if (after.trusted === wanted)
      return shell.say(wanted ? 'The system of the control plane trusts it.' : 'It is trusted no more.', 'green')
    shell.say(after.trustedBy, 'yellow')
    process.exitCode = exitCodes.failed[0]
  })
}
