import { setTimeout as sleep } from 'node:timers/promises'
import type { DeploymentLine } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findDeployment } from '../../delivery/names.ts'
import { action } from '../../globals.ts'
import { hueOf } from '../../presentation/observation/log-line.ts'
import { type Look, paint } from '../../presentation/look.ts'
import { clean, cleanLog } from '../../presentation/width.ts'

interface Options {
  stage?: string
  task?: string
  follow?: boolean
  timestamps?: boolean
}

/** Parts differ by colour as well as by name, in the order in which they first spoke. */
function printer(options: Options): (line: DeploymentLine, look: Look) => string {
  const seen = new Map<string, number>()
  return (line, look) => {
    const who = line.task === null ? line.stage : `${line.stage}/${line.task}`
    if (!seen.has(who)) seen.set(who, seen.size)
    const time = options.timestamps ? `${paint(line.at, 'dim', look)} ` : ''
    const head = `${paint(clean(who), hueOf(seen.get(who) ?? 0), look)} ${paint(look.unicode ? '│' : '|', 'dim', look)}`
    const text = cleanLog(line.text, look.color)
    return `${time}${head} ${line.stream === 'system' ? paint(text, 'dim', look) : text}\n`
  }
}

export function define(command: Command): void {
  command
    .argument('<deployment>', 'its id, or stack/environment#number')
    .option('--stage <name>', 'of this stage only')
    .option('--task <name>', 'of this app or service only')
    .option('-f, --follow', 'go on with new lines until the run ends')
    .option('-t, --timestamps', 'with the time of each line')
  action(command, async (shell, options: Options, [name = '']) => {
    const { client } = await connect(shell)
    const { id } = await findDeployment(client, name)
    const text = printer(options)
    let after = 0
    for (;;) {
      // Its state first: whatever it printed before it ended is then in the log.
      const over = !options.follow || deploymentEnded((await client.deployments.get({ id })).state)
      const part = await client.deployments.log({ id, stage: options.stage, task: options.task, after, limit: 1000 })
      for (const line of part.items)
        shell.write(shell.globals.output === 'json' ? `${JSON.stringify(line)}\n` : text(line, shell.out))
      after = Math.max(after, part.items.at(-1)?.seq ?? 0)
      if (part.more && part.items.length > 0) continue
      if (over) return
      await sleep(500)
    }
  })
}
