import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@wheelhouse/client'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { complaintOf, exitCodes, usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { Screen } from '../../live/screen.ts'
import { parseDuration } from '../../moment.ts'
import { type HealthView, healthText, limits, violationsOf } from '../../presentation/delivery/health.ts'
import { paint } from '../../presentation/look.ts'
import { structured } from '../../presentation/output.ts'
import { clock } from '../../presentation/units.ts'
import { allServices } from '../../resolve.ts'
import type { Shell } from '../../shell.ts'

interface Options {
  watch?: boolean
  interval?: string
  alerts?: boolean
  target?: string
  stack?: string
}

/** None where the person may not see alerts: the readings are still judged. */
async function alertsOf(client: Client, { target, stack }: Options): Promise<HealthView['alerts']> {
  const of = stack === undefined ? {} : { stack }
  const names = target === undefined ? [undefined] : target.split(',')
  const pages = await Promise.all(
    names.map((name) =>
      client.alerts.list({ ...of, ...(name === undefined ? {} : { target: name }) }).catch(() => null),
    ),
  )
  return pages.flatMap((page) => page?.items ?? [])
}

async function look(client: Client, options: Options): Promise<HealthView> {
  const [services, targets, overview, alerts] = await Promise.all([
    allServices(client, options),
    client.targets.list({ limit: 1000 }),
    client.health.overview(),
    options.alerts ? alertsOf(client, options) : [],
  ])
  const shown = new Set(services.map((service) => service.id))
  const filtered = options.target !== undefined || options.stack !== undefined
  const used = new Set(services.map((service) => service.targetId))
  return {
    services,
    targets: filtered ? targets.items.filter((target) => used.has(target.id)) : targets.items,
    alerts,
    checks: filtered ? overview.items.filter((check) => shown.has(check.serviceId)) : overview.items,
  }
}

/** Seconds when it is a bare number, as in the seconds of a watch. */
function intervalOf(text: string | undefined): number {
  const ms = text === undefined ? 5000 : /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text)
  if (ms === null || ms < 200) throw usage(`--interval takes seconds or a duration from 200ms, not "${text ?? ''}".`)
  return ms
}

async function once(shell: Shell, client: Client, options: Options): Promise<void> {
  const view = await look(client, options)
  const alerts = options.alerts ? violationsOf(view) : null
  if (alerts !== null && alerts.length > 0) process.exitCode = exitCodes.alerts[0]
  if (await structured(shell, alerts === null ? view : { ...view, alerts })) return
  shell.write(healthText(view, alerts, shell.out))
}

const foot = (shell: Shell, intervalMs: number): string =>
  paint(
    `Last looked at ${clock(new Date(shell.out.now).toISOString(), shell.out.now)}, every ${intervalMs / 1000} s`,
    'dim',
    shell.out,
  )

async function onScreen(shell: Shell, client: Client, options: Options, intervalMs: number): Promise<void> {
  const screen = new Screen('q quit  r now')
  const leave = (): void => screen.leave()
  shell.signal.addEventListener('abort', leave, { once: true })
  let text = ''
  const redraw = (): void => screen.draw(text)
  process.stdout.on('resize', redraw)
  try {
    while (!screen.closed) {
      try {
        const view = await look(client, options)
        text = `${healthText(view, options.alerts ? violationsOf(view) : null, shell.out)}\n${foot(shell, intervalMs)}`
      } catch (error) {
        // A server that restarts is waited for; what was last seen stays, with the reason below it.
        if (complaintOf(error).exit !== 'unreachable') throw error
        text = `${text.replace(/\n[^\n]*$/, '')}\n${paint(complaintOf(error).message, 'yellow', shell.out)}`
      }
      redraw()
      await Promise.race([screen.key(), sleep(intervalMs)])
    }
  } finally {
    process.stdout.off('resize', redraw)
    leave()
  }
}

/** In a pipe: the page again and again with its time, or one JSON object a line. */
async function inPipe(shell: Shell, client: Client, options: Options, intervalMs: number): Promise<void> {
  for (;;) {
    const view = await look(client, options)
    const alerts = options.alerts ? violationsOf(view) : null
    const at = new Date().toISOString()
    if (shell.globals.output === 'json')
      shell.write(`${JSON.stringify({ at, ...view, ...(alerts === null ? {} : { alerts }) })}\n`)
    else shell.write(`${at}\n${healthText(view, alerts, shell.out)}\n`)
    await sleep(intervalMs)
  }
}

export function define(command: Command): void {
  command
    .option('--watch', 'again and again, until q or Ctrl-C')
    .option('--interval <seconds>', 'how often, 5 unless told')
    .option(
      '--alerts',
      `mark what is unhealthy, over ${limits.cpu} % CPU or over ${limits.memory} % memory, and the alerts that are not over; exits with ${exitCodes.alerts[0]} when there is any`,
    )
    .option('--target <name,…>', 'on these targets only')
    .option('--stack <name>', 'of this stack only')
  action(command, async (shell, options: Options, [verb]) => {
    if (verb !== undefined) throw usage(`wh health has no verb "${verb}". wh health --help lists them.`)
    const interval = intervalOf(options.interval)
    const { client } = await connect(shell)
    if (!options.watch && options.interval === undefined) return once(shell, client, options)
    const whole = process.stdout.isTTY && process.stdin.isTTY && shell.globals.output === undefined
    return whole ? onScreen(shell, client, options, interval) : inPipe(shell, client, options, interval)
  })
}
