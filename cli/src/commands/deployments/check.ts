import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { atPlace, describeManifest, listed, manifestPlace, oneOf } from '../../delivery/source.ts'
import { exitCodes } from '../../failure.ts'
import { action } from '../../globals.ts'
import { preflightText } from '../../presentation/delivery/preflight.ts'
import { structured } from '../../presentation/output.ts'
import { addSource, addVariables, type RunOptions, variablesOf } from './flags.ts'

export function define(command: Command): void {
  command.argument('[app...]', 'only what these apps need; all unless told')
  addVariables(addSource(command).option('--target <name>', 'instead of the one the manifest names'))
  action(command, async (shell, options: RunOptions, words) => {
    const place = await manifestPlace(options.file)
    const variables = variablesOf(options.var)
    const { client, access } = await connect(shell)
    const { environment, target } = options
    const apps = listed(words)
    if (apps.length > 0) {
      const described = await describeManifest(client, access.url, place, { environment, target })
      for (const app of apps)
        oneOf(
          'app',
          app,
          described.apps.map((one) => one.name),
        )
    }
    const source = { ...place, environment, target, variables, apps: apps.length > 0 ? apps : undefined }
    const preflight = await atPlace(place, access.url, () => client.deployments.check(source))
    if (!preflight.ok) process.exitCode = exitCodes.checks[0]
    if (!(await structured(shell, preflight))) shell.write(preflightText(preflight, shell.out))
  })
}
