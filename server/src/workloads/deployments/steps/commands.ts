import { createStepRunner } from '@wheelhouse/builders/builder'
import type { StepKind } from '../saga/step-kinds.ts'

export interface CommandArgs extends Record<string, unknown> {
  readonly title: string
  readonly argv: readonly string[]
  readonly undo: readonly string[] | null
  readonly directory: string
  readonly release: string | null
  readonly task: string | null
  /** Found in its output, it tells that no migration was due. */
  readonly nothingDone: string | null
}

export interface CommandResult {
  readonly changed: boolean
}

/** Runs a program of the manifest or of a builder, with the values of the config as variables. */
export const commandRun: StepKind<CommandArgs, CommandResult> = {
  async do(args, context) {
    const { environment, secrets } = await context.variables(args.release)
    let output = ''
    const run = createStepRunner({
      directory: args.directory,
      environment,
      secrets,
      signal: context.signal,
      log: (_stream, text) => {
        output = `${output}${text}\n`.slice(-20_000)
        context.log(text, args.task ?? undefined)
      },
    })
    await run({ title: args.title, argv: args.argv as [string, ...string[]] })
    return { changed: args.nothingDone === null || !new RegExp(args.nothingDone, 'i').test(output) }
  },
  async undo(args, _result, context) {
    if (args.undo === null || args.undo.length === 0) return null
    const { environment, secrets } = await context.variables(args.release)
    const run = createStepRunner({
      directory: args.directory,
      environment,
      secrets,
      signal: context.signal,
      log: (_stream, text) => context.log(text, args.task ?? undefined),
    })
    await run({ title: `undo of ${args.title}`, argv: args.undo as [string, ...string[]] })
    return `${args.title} was undone.`
  },
}
