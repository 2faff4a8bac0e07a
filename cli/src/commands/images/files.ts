import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { requirePlace, sendFrom, writeTo } from '../../derived/transfer.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { engineFor, findImage } from '../../images.ts'
import { followJob } from '../../live/follow-job.ts'
import { structured } from '../../presentation/output.ts'

interface Options {
  target?: string
  to?: string
  from?: string
}
interface Build extends Options {
  tag: string
  file?: string
  stage?: string
  buildArg?: string[]
  pull?: boolean
  cache?: boolean
}

export function defineSave(command: Command): void {
  command
    .argument('<image...>', 'names or ids')
    .option('--target <name>', 'on this engine')
    .option('-f, --to <file>', 'where to write it, - for standard output')
  action(command, async (shell, options: Options, names) => {
    requirePlace(options.to)
    const { client } = await connect(shell)
    const found = []
    for (const name of names) found.push({ name, image: await findImage(client, name, options.target) })
    const targets = new Set(found.map(({ image }) => image.targetId))
    if (targets.size > 1) throw usage('They are on several engines. Save those of one at a time, with --target.')
    const images = found.map(({ name, image }) => (image.id === name ? image.imageId : name)).join(',')
    const body = await client.images.save({ target: [...targets][0]!, images }, { signal: shell.signal })
    await writeTo(shell, body, options.to)
  })
}

export function defineLoad(command: Command): void {
  command
    .option('--target <name>', 'on this engine; needed where there are several')
    .option('-f, --from <file>', 'what docker save made, - for standard input; required')
  action(command, async (shell, options: Options) => {
    const { client } = await connect(shell)
    const target = await engineFor(client, options.target)
    let loaded: readonly string[] = []
    const answer = await sendFrom(shell, options.from, async (body) => {
      const done = await client.images.load({ target: target.id }, body, { signal: shell.signal })
      loaded = done.loaded
      return done
    })
    if (await structured(shell, answer)) return
    shell.say(`${loaded.join(', ')} ${loaded.length === 1 ? 'is' : 'are'} on ${target.name}.`, 'green')
  })
}

const collect = (text: string, before: string[] = []): string[] => [...before, text]

export function defineBuild(command: Command): void {
  command
    .requiredOption('-t, --tag <name>', 'the name it gets')
    .option('--target <name>', 'on this engine; needed where there are several')
    .option('--from <file>', 'a tar of its context, - for standard input; required')
    .option('--file <path>', 'its Dockerfile in the context')
    .option('--stage <name>', 'stop after this stage')
    .option('--build-arg <NAME=value>', 'stays in its history: no secrets; may be repeated', collect)
    .option('--pull', 'ask for a newer base image')
    .option('--no-cache', 'use no layers of before')
    .addHelpText('after', '\nFrom a folder:\n  tar -C app -c . | wh image build -t shop/web:1 --from -\n')
  action(command, async (shell, options: Build) => {
    const { client } = await connect(shell)
    const target = await engineFor(client, options.target)
    const wish = {
      target: target.id,
      tag: options.tag,
      ...(options.file === undefined ? {} : { dockerfile: options.file }),
      ...(options.stage === undefined ? {} : { stage: options.stage }),
      ...(options.buildArg === undefined ? {} : { args: options.buildArg.join('\n') }),
      ...(options.pull ? { pull: true } : {}),
      ...(options.cache === false ? { noCache: true } : {}),
    }
    const begun: { job?: Awaited<ReturnType<typeof client.images.build>> } = {}
    await sendFrom(shell, options.from, async (body) => {
      begun.job = await client.images.build(wish, body, { signal: shell.signal })
    })
    if (begun.job) await followJob(shell, client, begun.job, `${options.tag} is built on ${target.name}.`)
  })
}
