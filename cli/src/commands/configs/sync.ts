import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { atPlace, listed, manifestPlace, type SourceOptions } from '../../delivery/source.ts'
import { Complaint } from '../../failure.ts'
import { action } from '../../globals.ts'
import { problemText } from '../../presentation/delivery/configs.ts'
import { diffText } from '../../presentation/delivery/diff.ts'
import { type Look, paint } from '../../presentation/look.ts'
import { structured } from '../../presentation/output.ts'
import { count } from '../../presentation/units.ts'
import { clean } from '../../presentation/width.ts'
import { confirm } from '../../prompt.ts'
import { addSource } from '../deployments/flags.ts'

interface Options extends SourceOptions {
  dryRun?: boolean
  force?: boolean
  yes?: boolean
  apps?: string[]
}

interface File {
  readonly path: string
  readonly app: string | null
  readonly verb: 'create' | 'change' | 'keep'
  readonly diff: string
}

const collect = (text: string, before: string[] = []): string[] => [...before, text]

function filesText(files: readonly File[], look: Look): string {
  return files
    .map((file) => {
      const app = file.app === null ? '' : ` of ${file.app}`
      if (file.verb === 'keep') return paint(`= ${clean(file.path)}${app} stays as it is\n`, 'dim', look)
      const sign = file.verb === 'create' ? '+' : '~'
      const head = paint(
        `${sign} ${file.verb} ${clean(file.path)}${app}`,
        file.verb === 'create' ? 'green' : 'yellow',
        look,
      )
      return `${head}\n${diffText(file.diff, look)}\n`
    })
    .join('')
}

export function define(command: Command): void {
  addSource(command)
    .option('--apps <app,…>', 'only into these apps', collect)
    .option('--dry-run', 'show the diffs, write nothing')
    .option('--force', 'do not ask')
    .option('-y, --yes', 'the same')
  action(command, async (shell, options: Options) => {
    const place = await manifestPlace(options.file)
    const apps = listed(options.apps ?? [])
    const input = { ...place, environment: options.environment, apps: apps.length > 0 ? apps : undefined }
    const { client, access } = await connect(shell)
    const preview = await atPlace(place, access.url, () => client.configs.preview(input))
    const errors = preview.problems.filter((problem) => problem.severity === 'error')
    if (options.dryRun && (await structured(shell, preview))) {
      if (errors.length === 0) return
    } else {
      const look = options.dryRun ? shell.out : shell.talk
      const text = filesText(preview.files, look) + preview.problems.map((one) => problemText(one, look)).join('')
      if (options.dryRun) shell.write(text)
      else shell.say(text)
    }
    if (errors.length > 0)
      throw new Complaint(
        'usage',
        'CONFIG_INVALID',
        `${count(errors.length, 'value')} must be mended first. Nothing was written.`,
        errors.map((one) => `${one.key}: ${one.message}`),
      )
    const changes = preview.files.filter((file) => file.verb !== 'keep').length
    if (options.dryRun)
      return shell.say(
        changes === 0 ? 'Every file is as the config says.' : `${count(changes, 'file')} would be written.`,
      )
    if (changes === 0 && shell.globals.output === undefined)
      return shell.say('Every file is as the config says. Nothing to do.', 'green')
    if (changes > 0)
      await confirm(shell, `Write ${count(changes, 'file')}?`, options.force === true || options.yes === true)
    // The digest binds the run to the diffs that were shown.
    const answer = await atPlace(place, access.url, () => client.configs.sync({ ...input, digest: preview.digest }))
    if (await structured(shell, answer)) return
    const written = answer.files.filter((file) => file.verb !== 'keep')
    if (shell.globals.output === 'name') return shell.write(written.map((file) => `${file.path}\n`).join(''))
    shell.say(`${count(written.length, 'file')} written from ${answer.set}, version ${answer.version}.`, 'green')
    if (answer.backedUp.length > 0) shell.say(`The old ones are kept: ${answer.backedUp.join(', ')}`, 'dim')
  })
}
