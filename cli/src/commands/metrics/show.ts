import type { MetricQuery } from '@wheelhouse/contract'
import { type Command, Option } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseDuration, parseMoment, wholeNumber } from '../../moment.ts'
import { seriesText } from './series-text.ts'
import { structured } from '../../presentation/output.ts'
import type { Shell } from '../../shell.ts'
import { listMetrics } from './list.ts'

interface Options {
  service?: string
  stack?: string
  target?: string
  since?: string
  until?: string
  step?: string
  aggregate?: MetricQuery['aggregate']
  group?: MetricQuery['group']
  across?: MetricQuery['across']
  top?: string
}

const aggregates = ['avg', 'min', 'max', 'sum', 'last', 'rate', 'increase', 'p95']
const groups = ['labels', 'service', 'stack', 'target', 'all']
const acrosses = ['avg', 'min', 'max', 'sum', 'count', 'p95']

function stepOf(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text)
  if (ms === null || ms < 1000) throw usage(`--step takes seconds or a duration from 1s, such as 5m, not "${text}".`)
  return ms
}

function queryOf(metrics: readonly string[], options: Options): MetricQuery {
  const { since, until, step, top, ...rest } = options
  const told = Object.entries(rest).filter(([, value]) => value !== undefined)
  return {
    ...(Object.fromEntries(told) as Partial<MetricQuery>),
    metric: metrics.join(','),
    ...(since === undefined ? {} : { since: parseMoment(since, '--since') }),
    ...(until === undefined ? {} : { until: parseMoment(until, '--until') }),
    ...(step === undefined ? {} : { stepMs: stepOf(step) }),
    ...(top === undefined ? {} : { top: wholeNumber(top, '--top') }),
  }
}

async function show(shell: Shell, options: Options, metrics: readonly string[]): Promise<void> {
  if (metrics.length === 0) return listMetrics(shell)
  const query = queryOf(metrics, options)
  const { client } = await connect(shell)
  const answer = await client.metrics.query(query)
  if (await structured(shell, answer)) return
  if (answer.series.length === 0)
    return shell.say('Nothing is known of it in that time. wh metrics list names the metrics there are.', 'dim')
  shell.write(seriesText(answer, shell.out, { headers: shell.globals.headers !== false }))
  if (answer.more > 0) shell.say(`${answer.more} more series are not shown; --top or --group chooses.`, 'dim')
}

export function define(command: Command): void {
  command
    .argument('[metric...]', 'names, as wh metrics list has them; alone it lists them')
    .option('--service <name,…>', 'of these: names, ids or stack/service, also of services that are gone')
    .option('--stack <name>', 'of all services of a stack')
    .option('--target <name>', 'of what runs or ran there, or of the target itself')
    .option('--since <time>', 'since 6h, 14:30 or a time; an hour ago unless told')
    .option('--until <time>', 'up to then; now unless told')
    .option('--step <duration>', 'what each point stands for, such as 5m; some 240 points unless told')
    .addOption(
      new Option('--aggregate <name>', 'how the values within a step become one: avg, min, max, p95, rate …').choices(
        aggregates,
      ),
    )
    .addOption(new Option('--group <what>', 'what one line stands for: service, stack, target, all').choices(groups))
    .addOption(
      new Option('--across <name>', 'how the services of a group become one; sum unless told').choices(acrosses),
    )
    .option('--top <n>', 'only the highest so many')
  action(command, show)
}
