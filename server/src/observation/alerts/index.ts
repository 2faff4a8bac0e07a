import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { alertRules, alerts, Event, NewEvent, silences } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { State } from '@wheelhouse/platform/state'
import type { Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Notifications } from '../notifications/index.ts'
import type { Timeline } from '../timeline/index.ts'
import { Evaluator } from './evaluating/evaluator.ts'
import { openHoldStore } from './evaluating/store.ts'
import { exitNow, gatherEvidence } from './evidence/gather.ts'
import { Incidents } from './incidents/incidents.ts'
import { alertHandlers } from './incidents/operations.ts'
import { openAlertStore } from './incidents/store.ts'
import { Lease } from './lease.ts'
import { givenRules } from './rules/given.ts'
import { ruleHandlers } from './rules/operations.ts'
import { openRuleStore } from './rules/store.ts'
import type { LineReader, MetricReader, World } from './sensing/ports.ts'
import { silenceHandlers } from './silences/operations.ts'
import { openSilenceStore } from './silences/store.ts'
import { alertOfKey } from './telling/message.ts'
import { Teller } from './telling/teller.ts'
import { Watch } from './watch.ts'

export type { LineReader, MetricReader } from './sensing/ports.ts'

export interface AlertsParts {
  readonly database: Database
  readonly registry: Registry
  readonly bus: Bus
  readonly state: State
  readonly log: Log
  readonly timeline: Pick<Timeline, 'recent' | 'oldestAt'>
  readonly notifications: Pick<Notifications, 'tell' | 'linkTo' | 'missing'>
  readonly metrics: MetricReader | null
  readonly lines: LineReader | null
  announce(event: NewEvent): unknown
  /** Epoch ms. */
  now?(): number
  /** Time in which what belongs together is gathered before it is told; 10 s unless told. */
  readonly gatherMs?: number
  /** Between two looks at what has no event of its own, and at what is to be told. */
  readonly everyMs?: number
  readonly tellEveryMs?: number
  /** How long after it fired its evidence is gathered; 1 s unless told. */
  readonly evidenceAfterMs?: number
  /** False: no rule is made by itself. */
  readonly seeds?: boolean
}

export interface Alerts {
  readonly handlers: {
    readonly alerts: Handlers<typeof alerts>
    readonly alertRules: Handlers<typeof alertRules>
    readonly silences: Handlers<typeof silences>
  }
  /** Looks at everything that is due, tells what is to be told, and resolves when both are done. */
  pass(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const dayMs = 86_400_000
const keptMs = 90 * dayMs

/** What is watched for, what of it is so, and who is told. */
export function createAlerts(parts: AlertsParts): Alerts {
  const { database, registry, bus, log, timeline, notifications, announce } = parts
  const now = parts.now ?? Date.now
  const rules = openRuleStore(database)
  const alertStore = openAlertStore(database)
  const silenceStore = openSilenceStore(database)
  const world: World = {
    registry,
    metrics: parts.metrics,
    lines: parts.lines,
    events: (filter) => timeline.recent(filter),
    eventsSince: () => timeline.oldestAt(),
    bornAt: now(),
  }
  const gathering = new Set<Promise<unknown>>()
  const closing = new AbortController()
  const incidents = new Incidents({
    store: alertStore,
    announce,
    gatherMs: parts.gatherMs ?? 10_000,
    fired(alert, rule) {
      const ended = exitNow(alert, world)
      const keep = async (): Promise<boolean> => {
        const evidence = await gatherEvidence(alert, rule, world, ended)
        await alertStore.update(alert.id, { evidence: JSON.stringify(evidence) })
        return evidence.lines.length > 0
      }
      const afterMs = parts.evidenceAfterMs ?? 1_000
      // Last lines and events come a moment after what they tell of; those of a service that is new, a little later.
      const { signal } = closing
      const work = setTimeout(afterMs, undefined, { signal })
        .then(keep)
        .then(async (isWhole) => {
          if (isWhole || world.lines === null || alert.serviceId === null) return
          await setTimeout(afterMs * 5, undefined, { signal })
          await keep()
        })
        .catch((error: unknown) => {
          if (!signal.aborted) log.warn({ err: error, alert: alert.number }, 'evidence was not kept')
        })
        .finally(() => gathering.delete(work))
      gathering.add(work)
    },
  })
  const evaluator = new Evaluator({ world, rules, holds: openHoldStore(database), incidents, log, now })
  const teller = new Teller({
    store: alertStore,
    rules,
    silences: silenceStore,
    notifications,
    announce,
    targetName: (id) => registry.findTarget(id)?.name ?? null,
  })

  /** What did not reach a channel stands with its alert. */
  function heard(event: Event): void {
    if (event.type !== 'notification.failed') return
    const alertId = alertOfKey(event.data.key)
    if (alertId === null) return
    alertStore
      .addSteps([{ alertId, at: now(), what: 'not-told', message: event.message }])
      .catch((error: unknown) => log.warn({ err: error }, 'a failed delivery was not noted'))
  }

  const watch = new Watch({
    registry,
    bus,
    log,
    evaluator,
    teller,
    lease: new Lease(parts.state),
    now,
    ...(parts.everyMs === undefined ? {} : { everyMs: parts.everyMs }),
    ...(parts.tellEveryMs === undefined ? {} : { tellEveryMs: parts.tellEveryMs }),
    heard,
    async tidy() {
      await alertStore.prune(now() - keptMs)
      await silenceStore.prune(now() - keptMs)
    },
  })

  const seed = (): Promise<void> =>
    rules.seed(
      givenRules.map(({ key, spec }) => ({
        key,
        record: {
          id: randomUUID(),
          name: spec.name,
          spec,
          enabled: true,
          given: true,
          problem: null,
          firedAt: null,
          createdBy: 'Wheelhouse',
          createdAt: now(),
          changedAt: now(),
        },
      })),
    )

  return {
    handlers: {
      alerts: alertHandlers({ alerts: alertStore, rules, registry, announce, now }),
      alertRules: ruleHandlers({ rules, alerts: alertStore, notifications, world, announce, now }),
      silences: silenceHandlers({ silences: silenceStore, rules, registry, now, changed: () => watch.tell() }),
    },
    async pass() {
      watch.look()
      await watch.settled()
      await Promise.all(gathering)
      watch.tell()
      await watch.settled()
    },
    async start() {
      if (parts.seeds !== false) await seed()
      await watch.start()
    },
    async close() {
      await watch.close()
      closing.abort()
      await Promise.all(gathering)
    },
  }
}
