import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { readEnv } from '../../delivery/env-text.ts'
import { engineOf } from '../../engine/names.ts'
import { readRunWords, shellText, withShellValues } from '../../engine/run-words.ts'
import { Complaint } from '../../failure.ts'
import { action } from '../../globals.ts'
import { followJob } from '../../live/follow-job.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import type { Shell } from '../../shell.ts'

interface Options {
  target?: string
  envFile?: string[]
  dryRun?: boolean
  start?: boolean
}

/** Variables of a file as flags; the server cannot read it. */
async function fromFiles(paths: readonly string[]): Promise<string[]> {
  const flags: string[] = []
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      const why = (error as Error).message.replace(/,.*/, '')
      throw new Complaint('usage', 'FILE', `--env-file: ${path} cannot be read: ${why}.`)
    })
    for (const [name, value] of readEnv(text).values) flags.push('-e', `${name}=${value}`)
  }
  return flags
}

async function run(shell: Shell, given: Options, args: readonly string[]): Promise<void> {
  const { words, own } = readRunWords(args)
  const target = own.target ?? given.target
  const [dryRun, start] = [own.dryRun || given.dryRun === true, own.start && given.start !== false]
  const filled = withShellValues(words, process.env)
  for (const name of filled.missing) shell.say(`${name} is not set in this shell, so it is left out.`, 'yellow')
  const variables = await fromFiles([...(given.envFile ?? []), ...own.envFiles])
  const { client } = await connect(shell)
  const engine = await engineOf(client, 'update', target === undefined ? {} : { target })
  const command = shellText(['docker', 'run', ...variables, ...filled.words])
  const { draft, problems } = await client.containers.fromCommand({ command })
  for (const problem of problems) shell.say(problem, 'yellow')
  const input = { target: engine.id, draft, ...(start ? {} : { start: false }) }
  if (dryRun) {
    const plan = await client.containers.create.plan(input)
    if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
    return
  }
  const job = await client.containers.create(input)
  await followJob(shell, client, job, `${draft.name} is made${start ? ' and started' : ''} on ${engine.name}.`)
}

const collect = (text: string, before: string[] = []): string[] => [...before, text]

export function define(command: Command): void {
  command
    .passThroughOptions()
    .allowUnknownOption()
    .usage('[flags of docker run] <image> [command...]')
    .argument('[words...]', 'as after docker run: -d --name web -p 8080:80 nginx:1.27')
    .option('--target <name>', 'the engine to make it on')
    .option('--env-file <file>', 'variables from a file here', collect)
    .option('--no-start', 'make it, do not start it')
    .option('--dry-run', 'show the plan, make nothing')
  action(command, run)
}
