import type { Explanation, LogLine, Service } from '@wheelhouse/contract'
import type { Registry } from '../../inventory/targets/index.ts'
import { worstOf } from './components.ts'
import { type Look, lookAll, ok, skipped, type Verdict, warning, wrong } from './looking.ts'
import { durationWords, sizeWords } from './words.ts'

const runs: ReadonlySet<Service['state']> = new Set(['running', 'degraded', 'starting', 'paused'])
const lastLines = 20

/** What an exit code says, as shells and kernels use them. */
function exitVerdict({ exitCode, state, reason }: Service): Verdict {
  if (exitCode === null || runs.has(state)) return skipped('It has not ended.')
  if (exitCode === 0)
    return state === 'failed'
      ? wrong(
          `It ended by itself with 0${reason ? `: ${reason}` : ''}.`,
          'A service stays; look at its command, which may do its work and end.',
        )
      : ok('It ended with 0.')
  const meanings: Readonly<Record<number, [string, string]>> = {
    1: ['an error of its own', 'Its last words say which.'],
    2: ['wrong arguments, or an error of its own', 'Look at its command and its last words.'],
    125: ['the engine could not start it', 'The reason of the engine stands in its state.'],
    126: [
      'its command may not be executed',
      'Give the file the right to be executed (chmod +x), or begin with its interpreter.',
    ],
    127: ['its command was not found', 'Look at the spelling, and whether the image has it.'],
    134: ['it aborted itself', 'Its last words say why.'],
    137: ['it was killed', 'If nobody killed it, it had too little memory: look at its limit below.'],
    139: ['it read memory that is not its own', 'That is a fault in the program, or an image for another processor.'],
    143: ['it was asked to end', 'Somebody or something stopped it; the timeline says who.'],
  }
  const [meaning, advice] =
    meanings[exitCode] ??
    (exitCode > 128
      ? [`signal ${exitCode - 128} ended it`, 'Look who sent it.']
      : ['an error of its own', 'Its last words say which.'])
  return wrong(`It ended with ${exitCode}: ${meaning}.`, advice)
}

function stateVerdict({ state, reason, nativeState, stale }: Service): Verdict {
  if (stale)
    return warning(`Its target is not heard, so nobody knows. ${reason ?? ''}`.trim(), 'Bring the target back first.')
  if (state === 'running') return ok('It runs.')
  if (state === 'starting')
    return warning(
      'It starts: its check has not said yet that it is well.',
      'Wait for its start period, then look at its health below.',
    )
  if (state === 'degraded')
    return warning(`It runs, but not well${reason ? `: ${reason}` : ''}.`, 'See what its checks say below.')
  if (state === 'paused') return warning('It is paused.', 'Resume it.')
  if (state === 'stopped') return warning('It is stopped.', 'Start it. The timeline says who stopped it.')
  return wrong(`It is ${nativeState}${reason ? `: ${reason}` : ''}.`, 'See its end and its last words below.')
}

function portsVerdict(service: Service, registry: Registry): Verdict {
  const published = service.ports.filter(({ hostPort }) => hostPort !== null)
  if (published.length === 0) return skipped('It publishes no port.')
  for (const other of registry.services()) {
    if (
      other.id === service.id ||
      other.targetId !== service.targetId ||
      !runs.has(other.state) ||
      other.taskOf === service.id
    )
      continue
    const taken = published.find((port) =>
      other.ports.some(
        (theirs) =>
          theirs.hostPort === port.hostPort && theirs.protocol === port.protocol && overlaps(theirs.host, port.host),
      ),
    )
    if (taken)
      return wrong(`Port ${taken.hostPort} is taken by ${other.name}.`, `Stop ${other.name}, or publish another port.`)
  }
  return ok(`No other service has ${published.map(({ hostPort }) => hostPort).join(', ')}.`)
}
const everywhere = new Set([null, '', '0.0.0.0', '::'])
const overlaps = (a: string | null, b: string | null): boolean => a === b || everywhere.has(a) || everywhere.has(b)

function imageVerdict({ image, targetId, reason }: Service, registry: Registry): Verdict {
  if (image === null) return skipped('It has no image.')
  if (/pull|manifest|no such image|not found.*image/i.test(reason ?? ''))
    return wrong(
      `${image} could not be had: ${reason}`,
      'Look at its spelling and tag, and at the sign-in of its registry.',
    )
  const there = registry.mirror(targetId).images
  if (there === null) return skipped('Its target does not tell which images it has.')
  const plain = image.replace(/@sha256:.*$/, '')
  const has =
    there.some((one) => one.tags.some((tag) => tag === plain || tag === `${plain}:latest`)) ||
    image.startsWith('sha256:')
  return has
    ? ok(`${image} is on its target.`)
    : warning(
        `No image on its target is called ${image} any more.`,
        'It runs from the one it was made of; made anew it would be pulled.',
      )
}

function memoryVerdict({ usage, exitCode, reason }: Service): Verdict {
  if (/oom|out of memory/i.test(reason ?? ''))
    return wrong(
      'It was killed because it used more memory than it may.',
      'Raise its memory limit, or find what it keeps.',
    )
  const { memoryBytes, memoryLimitBytes } = usage ?? {}
  if (!memoryBytes || !memoryLimitBytes)
    return exitCode === 137
      ? warning(
          'It was killed; whether for its memory is not told.',
          'Compare its memory before its end with its limit.',
        )
      : skipped('It has no limit that is known.')
  const share = Math.round((memoryBytes / memoryLimitBytes) * 100)
  return share > 90
    ? warning(
        `It uses ${share} % of the ${sizeWords(memoryLimitBytes)} it may.`,
        'Raise its limit before it is killed.',
      )
    : ok(`It uses ${sizeWords(memoryBytes)} of ${sizeWords(memoryLimitBytes)}.`)
}

function targetVerdict(service: Service, registry: Registry): Verdict {
  const target = registry.mirror(service.targetId).target()
  if (target.state !== 'connected')
    return wrong(
      `${target.name} is not heard: ${target.reason ?? 'it is being connected'}`,
      'Bring it back first; nothing can be done there until then.',
    )
  const { diskBytes, diskTotalBytes, memoryBytes, memoryTotalBytes } = target.usage ?? {}
  if (diskBytes && diskTotalBytes && diskBytes / diskTotalBytes > 0.95)
    return wrong(
      `The disk of ${target.name} is full (${sizeWords(diskTotalBytes - diskBytes)} free).`,
      `See what can go: wh engine prune ${target.name} --dry-run`,
    )
  if (memoryBytes && memoryTotalBytes && memoryBytes / memoryTotalBytes > 0.95)
    return warning(
      `${target.name} has ${sizeWords(memoryTotalBytes - memoryBytes)} of memory left.`,
      'The kernel kills what is largest when there is none.',
    )
  return ok(`${target.name} is connected and has room.`)
}

export interface ExplainParts {
  readonly registry: Registry
  /** Null where the caller may not read its log. */
  readonly lastLines: ((serviceId: string, count: number) => Promise<readonly LogLine[]>) | null
  readonly why: string | null
}

/** Why a service does not run, or that it does. */
export async function explain(
  service: Service,
  { registry, lastLines: linesOf, why }: ExplainParts,
): Promise<Explanation> {
  let lines: string[] = []
  const looks: Look[] = [
    { id: 'target', name: 'Target', look: () => targetVerdict(service, registry) },
    { id: 'state', name: 'State', look: () => stateVerdict(service) },
    { id: 'exit', name: 'End', look: () => exitVerdict(service) },
    {
      id: 'health',
      name: 'Health',
      look: () =>
        service.health === 'unhealthy' || why !== null
          ? wrong(why ?? 'Its own check fails.', 'The check says what it found; run it again once that is mended.')
          : service.health === 'none'
            ? skipped('It has no check, so it counts as well when it runs.')
            : ok(`Its checks say ${service.health}.`),
    },
    {
      id: 'restarts',
      name: 'Restarts',
      look: () => {
        const ago = service.startedAt === null ? null : Date.now() - Date.parse(service.startedAt)
        return service.restarts > 3 && ago !== null && ago < 600_000
          ? wrong(
              `It was started again ${service.restarts} times, the last time ${durationWords(ago)} ago.`,
              'It ends each time: its last words say why.',
            )
          : ok(
              service.restarts === 0
                ? 'It was never started again by itself.'
                : `It was started again ${service.restarts} times.`,
            )
      },
    },
    { id: 'ports', name: 'Ports', look: () => portsVerdict(service, registry) },
    { id: 'image', name: 'Image', look: () => imageVerdict(service, registry) },
    { id: 'memory', name: 'Memory', look: () => memoryVerdict(service) },
    {
      id: 'log',
      name: 'Last words',
      look: async () => {
        if (linesOf === null) return skipped('You may not read its log.')
        lines = (await linesOf(service.id, lastLines)).map(({ text }) => text)
        const bad = lines.findLast((line) =>
          /error|fatal|panic|exception|denied|refused|not found|cannot|failed/i.test(line),
        )
        if (lines.length === 0) return skipped('It has said nothing.')
        return bad === undefined || service.state === 'running'
          ? ok(`Its last line: ${lines.at(-1)!.slice(0, 300)}`)
          : warning(bad.slice(0, 300), 'That may be why.')
      },
    },
  ]
  const findings = await lookAll(looks)
  const worst = findings.find(({ state }) => state === 'error') ?? findings.find(({ state }) => state === 'warning')
  const summary = worst ? `${worst.name}: ${worst.found}` : 'Nothing is wrong with it.'
  return {
    serviceId: service.id,
    name: service.name,
    at: new Date().toISOString(),
    state: worstOf(findings.map(({ state }) => state)),
    summary,
    findings,
    lines,
  }
}
