import type { HealthCheckSpec } from '@wheelhouse/contract'
import { run as runProgram } from '@wheelhouse/platform/exec'
import { setTimeout as sleep } from 'node:timers/promises'
import { probe } from '../../checks/index.ts'
import { type Manifest, Problems, readCheck } from '../../stacks/index.ts'
import type { Change } from '../plan/changes.ts'
import { CheckFailed } from '../saga/interruptions.ts'
import type { Run } from '../saga/run.ts'
import { addressOf, checkAt } from '../steps/instances.ts'
import { instanceOf } from '../stages/instances.ts'

type Entry = NonNullable<Manifest['gates']>[number]

const againMs = 500

interface Asked {
  readonly spec: HealthCheckSpec
  readonly of: string
  readonly services: readonly { readonly name: string; readonly serviceId: string }[]
}

/** A check that names a service is asked of each of its new instances, on their own ports. */
async function expand(run: Run, entries: readonly Entry[], changes: readonly Change[]): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const [index, entry] of entries.entries()) {
    const { service, ...check } = entry
    const specs = readCheck({ reader: { problems: new Problems() } as never }, check, index, [])
    for (const spec of specs) {
      if (service === undefined) {
        asked.push({ spec, of: spec.name, services: [] })
        continue
      }
      for (const change of changes.filter((one) => one.workload.spec.service === service)) {
        const instance = instanceOf(run, change)
        if (instance === null) continue
        const address = await addressOf(run, change.targetId, change.workload, instance)
        asked.push({
          spec: checkAt(spec, address?.port ?? instance.port),
          of: `${spec.name} of ${change.workload.spec.name}`,
          services: [{ name: change.workload.spec.name, serviceId: instance.serviceId }],
        })
      }
    }
  }
  return asked
}

/** Asks every check until it passes, or the time is over: then throws CheckFailed with what it said last. Answers how many passed. */
export async function askChecks(
  run: Run,
  entries: readonly Entry[],
  changes: readonly Change[],
  timeoutMs: number,
): Promise<number> {
  const asked = await expand(run, entries, changes)
  const deadline = Date.now() + timeoutMs
  const { environment, secrets } = await run.context(run.signal).variables(null)
  const values: Readonly<Record<string, string>> = { ...environment, ...secrets }
  const directory = (await run.project()).directory
  const command = async (argv: readonly string[], commandMs: number, signal: AbortSignal) => {
    const done = await runProgram(argv as [string, ...string[]], {
      ...(directory === null ? {} : { cwd: directory }),
      env: { ...values },
      timeoutMs: commandMs,
      signal,
    })
    return { exitCode: done.exitCode ?? 128, output: done.stdout + done.stderr }
  }
  const secret = (name: string): Promise<string | null> => Promise.resolve(values[name] ?? null)
  await Promise.all(
    asked.map(async ({ spec, of, services }) => {
      run.task(of, 'running')
      for (let failures = 0; ;) {
        const result = await probe(spec, { run: command, secret }, run.signal)
        run.signal.throwIfAborted()
        if (result.ok) {
          run.task(of, 'done', `${result.message} in ${Math.round(result.tookMs)} ms`)
          return
        }
        failures++
        run.task(of, 'running', `${result.message}, asked ${failures} times`)
        if (Date.now() >= deadline || failures >= Math.max(spec.retries, 1) * 20) {
          run.task(of, 'failed', result.message)
          const everyone = changes.flatMap((change) => {
            const instance = instanceOf(run, change)
            return instance === null || change.mode === 'keep'
              ? []
              : [{ name: change.workload.spec.name, serviceId: instance.serviceId }]
          })
          throw new CheckFailed(
            `${of} did not pass: ${result.message}.`,
            of,
            result.message,
            services.length > 0 ? services : everyone,
          )
        }
        await sleep(againMs, undefined, { signal: run.signal })
      }
    }),
  )
  return asked.length
}
