import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { engineFor, findImage } from '../../images.ts'
import { followJob } from '../../live/follow-job.ts'
import { structured } from '../../presentation/output.ts'
import type { Shell } from '../../shell.ts'
import type { Client } from '@wheelhouse/client'
import type { Job } from '@wheelhouse/contract'

interface Options {
  target?: string
  platform?: string
  wait?: boolean
  to?: string
}

async function told(shell: Shell, client: Client, job: Job, done: string, wait: boolean | undefined): Promise<void> {
  if (wait !== false) return followJob(shell, client, job, done)
  if (shell.globals.output === 'name') return shell.write(`${job.id}\n`)
  if (!(await structured(shell, job))) shell.say(`${job.title}: wh get jobs ${job.id}`)
}
const where = (command: Command): Command =>
  command.option('--target <name>', 'on this engine; needed where there are several')
const waits = (command: Command): Command => command.option('--no-wait', 'start it and print the job')

export function definePull(command: Command): void {
  waits(where(command.argument('<image>', 'such as nginx:1.27 or registry.example.com/shop/web'))).option(
    '--platform <os/arch>',
    'such as linux/arm64',
  )
  action(command, async (shell, options: Options, [image = '']) => {
    const { client } = await connect(shell)
    const target = await engineFor(client, options.target)
    const { platform } = options
    const job = await client.images.pull({ target: target.id, image, ...(platform ? { platform } : {}) })
    await told(shell, client, job, `${image} is on ${target.name}.`, options.wait)
  })
}

export function definePush(command: Command): void {
  waits(where(command.argument('<image>', 'with the address of its registry in front')))
  action(command, async (shell, options: Options, [image = '']) => {
    const { client } = await connect(shell)
    const { targetId } = await findImage(client, image, options.target)
    const job = await client.images.push({ target: targetId, image })
    await told(shell, client, job, `${image} is in its registry.`, options.wait)
  })
}

export function defineCopy(command: Command): void {
  waits(where(command.argument('<image>', 'name or id'))).requiredOption('--to <name>', 'the engine that gets it')
  action(command, async (shell, options: Options, [asked = '']) => {
    const { client } = await connect(shell)
    const image = await findImage(client, asked, options.target)
    const to = await engineFor(client, options.to)
    const name = image.tags.includes(asked) ? asked : (image.tags[0] ?? image.imageId)
    const job = await client.images.copy({ target: image.targetId, image: name, to: to.id })
    await told(shell, client, job, `${name} is on ${to.name}.`, options.wait)
  })
}
