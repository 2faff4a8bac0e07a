import { ProgramMissing, ProgramRefused, type RunningProgram, spawnStream } from '@wheelhouse/platform/exec'
import { realpath } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { type BuildContext, BuildFailed, type BuildStep } from './builder.ts'
import { createMask, secretValues } from './mask-values.ts'
import { networkEnvironment, proxyPasswords } from './network-environment.ts'
import { OutputLines } from './output-lines.ts'

const LAST_LINES = 50

export interface StepRunnerOptions extends Pick<BuildContext, 'environment' | 'secrets' | 'signal' | 'log'> {
  /** Absolute: where steps run, and what none may leave. */
  readonly directory: string
  /** Between TERM and KILL once the signal aborts; 5,000 unless told. */
  readonly graceMs?: number
}

export interface StepOutcome {
  /** The step changes a database and did not say that there was nothing to do. */
  readonly migrated: boolean
}

/** What `BuildContext.run` is: see `runStep`. */
export function createStepRunner(options: StepRunnerOptions): BuildContext['run'] {
  return async (step) => {
    await runStep(step, options)
  }
}

/**
 * Runs one program to its end, on a leash, with PATH, HOME, the locale and the way to the network of this process, the
 * environment, the secrets and the step's own variables, in that order. What it prints goes to `log` line by line, masked. Throws `BuildFailed` with the last 50
 * lines, or the reason of the signal once the program and all it started are stopped.
 */
export async function runStep(step: BuildStep, options: StepRunnerOptions): Promise<StepOutcome> {
  const { signal, log } = options
  const env = { ...networkEnvironment(), ...options.environment, ...options.secrets, ...step.environment }
  const mask = createMask([...secretValues(env, options.secrets), ...proxyPasswords(env)])
  const last: string[] = []
  let nothingDone = false
  const lines = (stream: 'stdout' | 'stderr') =>
    new OutputLines(mask, (line) => {
      last.push(line)
      if (last.length > LAST_LINES) last.shift()
      if (step.migrates?.nothingDone.test(line)) nothingDone = true
      log(stream, line)
    })
  const cwd = await confined(options.directory, step)
  const program = await start(step, { cwd, env, signal, graceMs: options.graceMs })
  const readers = [read(program.stdout, lines('stdout')), read(program.stderr, lines('stderr'))]
  program.stdin.end()
  const ended = await program.ended
  for (const finish of readers) finish()
  signal.throwIfAborted()
  if (ended.exitCode !== 0) {
    const why = ended.signal === null ? undefined : `${step.title} was ended by ${ended.signal}${memory(ended.signal)}`
    throw new BuildFailed(step.title, ended.exitCode, last.join('\n'), why)
  }
  return { migrated: step.migrates !== undefined && !nothingDone }
}

function read(stream: RunningProgram['stdout'], lines: OutputLines): () => void {
  stream.on('data', (chunk: Buffer) => lines.push(chunk))
  stream.on('error', () => undefined)
  return () => lines.end()
}

const memory = (signal: string): string => (signal === 'SIGKILL' ? ', as the kernel does when memory runs out' : '')

async function start(
  step: BuildStep,
  options: { cwd: string; env: Record<string, string>; signal: AbortSignal; graceMs: number | undefined },
): Promise<RunningProgram> {
  try {
    return await spawnStream(step.argv, { ...options, leash: true })
  } catch (error) {
    if (!(error instanceof ProgramMissing || error instanceof ProgramRefused)) throw error
    throw new BuildFailed(step.title, null, '', `${step.title} did not start. ${error.message}`)
  }
}

/** The folder of a step; a link may lead out of the app as well as `..` may. */
async function confined(directory: string, step: BuildStep): Promise<string> {
  const folder = resolve(directory, step.directory ?? '.')
  const [top, real] = await Promise.all([realpath(directory), realpath(folder).catch(() => null)])
  if (real === null) {
    throw new BuildFailed(
      step.title,
      null,
      '',
      `${step.title} did not start. The folder ${step.directory} is not there.`,
    )
  }
  if (real === top || real.startsWith(join(top, sep))) return real
  throw new BuildFailed(
    step.title,
    null,
    '',
    `${step.title} did not start. The folder ${step.directory} is not in the app.`,
  )
}
