import type { Event, Service, Target } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import { type Incidents, openKeyOf, type Turned } from '../incidents/incidents.ts'
import type { RuleRecord, RuleStore } from '../rules/store.ts'
import { Occurrences } from '../sensing/event-traces.ts'
import { isNow, serviceTrace, targetTrace } from '../sensing/now-traces.ts'
import type { World } from '../sensing/ports.ts'
import { Selection } from '../sensing/selection.ts'
import type { Subject } from '../sensing/subject.ts'
import type { Trace, Traces } from '../sensing/trace.ts'
import { tracesOf } from '../sensing/traces.ts'
import { type Hold, isIdle } from './hold.ts'
import { everyMs } from './judge.ts'
import { stepOn } from './look.ts'
import { overSentence, sentenceOf } from './sentence.ts'
import type { HoldRow, HoldStore } from './store.ts'

export interface EvaluatorParts {
  readonly world: World
  readonly rules: RuleStore
  readonly holds: HoldStore
  readonly incidents: Incidents
  readonly log: Log
  now(): number
}

interface Standing {
  readonly subject: Subject
  readonly hold: Hold
}
interface Watching {
  readonly rule: RuleRecord
  readonly selection: Selection
  readonly standings: Map<string, Standing>
  readonly occurrences: Occurrences | null
  dueAt: number
}

/** A run of rules against the world. It is told what changes and when time has passed, and never does two things at once. */
export class Evaluator {
  readonly #parts: EvaluatorParts
  readonly #endedAlone = new Set<string>()
  #watching = new Map<string, Watching>()
  #turns: Turned[] = []

  constructor(parts: EvaluatorParts) {
    this.#parts = parts
  }

  /** Takes up where it was left: by itself before a restart, or by another instance. */
  async load(): Promise<void> {
    const { holds, incidents, now } = this.#parts
    const rows = await holds.all()
    const open = new Map(
      (await incidents.load()).filter(({ openKey }) => openKey !== null).map((row) => [row.openKey, row]),
    )
    this.#watching = new Map()
    await this.#reload(rows)
    await this.#retireUnwatched()
    for (const watching of this.#watching.values()) {
      const { rule, standings } = watching
      // What was cut off between an alert and its note: the alerts are what people have seen.
      for (const [key, { hold }] of standings)
        if (hold.phase === 'firing' && !open.has(openKeyOf(rule.id, key))) standings.delete(key)
    }
    for (const record of open.values()) {
      const watching = record.ruleId === null ? undefined : this.#watching.get(record.ruleId)
      if (!watching || record.cause === 'group' || watching.standings.get(record.subjectKey)?.hold.phase === 'firing')
        continue
      const { subjectKey: key, subject: name, serviceId, targetId, stack, firedAt, furthest } = record
      const kind = key.slice(0, key.indexOf(':')) as Subject['kind']
      watching.standings.set(key, {
        subject: { key, kind, name, serviceId, targetId, stack },
        hold: {
          phase: 'firing',
          at: now(),
          heldMs: 0,
          overMs: null,
          unknownMs: 0,
          firedAt,
          furthest,
          firings: [firedAt],
        },
      })
    }
  }

  /** Looks at every rule that is due. */
  async look(): Promise<void> {
    await this.#reload([])
    const at = this.#parts.now()
    for (const watching of this.#watching.values()) {
      // A clock that was set back must not keep a rule waiting.
      const isDue = at >= watching.dueAt || watching.dueAt - at > everyMs(watching.rule.spec.condition)
      if (!isDue) continue
      watching.dueAt = at + everyMs(watching.rule.spec.condition)
      await this.#lookAt(watching, at).catch((error: unknown) => {
        this.#parts.log.warn({ err: error, rule: watching.rule.name }, 'an alert rule could not be looked at')
      })
    }
    await this.#settle()
  }

  /** What the mirror told: rules that ask how things are now are held against these alone. */
  async changed(services: readonly Service[], targets: readonly Target[]): Promise<void> {
    const at = this.#parts.now()
    for (const service of services) if (service.state !== 'stopped') this.#endedAlone.delete(service.id)
    for (const watching of this.#watching.values()) {
      const { condition } = watching.rule.spec
      if (!isNow(condition)) continue
      const traces =
        condition.kind === 'target'
          ? targets.filter((target) => watching.selection.target(target)).map(targetTrace)
          : services
              .filter((service) => service.taskOf === undefined && watching.selection.service(service))
              .map((service) => serviceTrace(condition, service, this.#endedAlone))
      for (const trace of traces) this.#step(watching, trace, at, null)
    }
    await this.#settle()
  }

  async happened(events: readonly Event[]): Promise<void> {
    const at = this.#parts.now()
    const alone: Service[] = []
    for (const { type, serviceId, message } of events) {
      if (serviceId === null) continue
      if (type === 'service.removed') this.#endedAlone.delete(serviceId)
      // Whoever stops a service knows of it; one that ends by itself is told apart by its words alone.
      if (type !== 'service.stopped' || /\bwas stopped\b/.test(message)) continue
      this.#endedAlone.add(serviceId)
      const service = this.#parts.world.registry.service(serviceId)
      if (service) alone.push(service)
    }
    for (const watching of this.#watching.values()) {
      const { occurrences } = watching
      if (!occurrences) continue
      const about = new Set(events.flatMap((event) => occurrences.add(event)?.key ?? []))
      if (about.size === 0) continue
      for (const trace of occurrences.traces())
        if (about.has(trace.subject.key)) this.#step(watching, trace, at, 'count')
    }
    // Its row may have come before this was known of it.
    await this.changed(alone, [])
  }

  async #lookAt(watching: Watching, at: number): Promise<void> {
    const { rule, occurrences } = watching
    const { condition } = rule.spec
    if (occurrences && condition.kind === 'event') occurrences.forget(at - condition.windowMs)
    const found: Traces = occurrences
      ? { traces: occurrences.traces(), unit: 'count', problem: null, limits: [] }
      : await tracesOf(
          { rule: rule.spec, ruleSinceMs: rule.changedAt, endedAlone: this.#endedAlone },
          this.#parts.world,
          { sinceMs: at, untilMs: at, isPast: false },
        )
    const told = new Set<string>()
    for (const trace of found.traces) {
      told.add(trace.subject.key)
      this.#step(watching, trace, at, found.unit)
    }
    for (const [key, { subject }] of watching.standings)
      if (!told.has(key))
        this.#step(watching, { subject, valueAt: () => null }, at, found.unit, this.#untold(watching, subject, found))
    // What could not be counted whole is no reason to be silent, and is said.
    await this.#note(watching, found.problem ?? found.limits[0] ?? null)
  }

  /** What is so of a subject that nothing was told of. */
  #untold({ rule }: Watching, subject: Subject, { problem }: Traces): { holds?: boolean | null } {
    // The rule itself could not be held against anything.
    if (problem !== null && rule.spec.condition.kind !== 'metric') return { holds: null }
    const isMetric = ['metric', 'change', 'forecast'].includes(rule.spec.condition.kind)
    const { serviceId } = subject
    const isHere = serviceId !== null && this.#parts.world.registry.service(serviceId) !== null
    return { holds: isMetric && (subject.kind !== 'service' || isHere) ? null : false }
  }

  #step(
    watching: Watching,
    trace: Trace,
    at: number,
    unit: Traces['unit'],
    override: { holds?: boolean | null } = {},
  ): void {
    const { rule, standings } = watching
    const { subject } = trace
    const before = standings.get(subject.key)?.hold ?? null
    const stepped = stepOn(rule.spec, trace, before, at, {
      ...this.#overridden(rule, subject),
      ...override,
      ...this.#frozen(rule, subject, trace, at),
    })
    const { hold, turn, value } = stepped
    if (before === null && isIdle(hold)) return
    standings.set(subject.key, { subject, hold })
    const detail = trace.detailAt?.(at) ?? null
    if (turn !== null) {
      const told = { subject, value, detail, unit }
      const message = turn === 'fired' ? sentenceOf(rule.spec.condition, told) : overSentence(rule.spec.condition, told)
      this.#turns.push({ turn, rule, subject, message, value, hold, at })
    }
    this.#dirty(watching, subject.key, before, hold, value)
  }

  /** A service that was stopped or frozen by somebody fires nothing. */
  #overridden({ spec }: RuleRecord, { serviceId }: Subject): { holds?: false } {
    if (isNow(spec.condition) || spec.condition.kind === 'event' || serviceId === null) return {}
    const service = this.#parts.world.registry.service(serviceId)
    return service?.state === 'stopped' || service?.state === 'paused' ? { holds: false } : {}
  }

  /** Of a service whose target is not heard nothing is known, and just after a start none is. */
  #frozen({ spec }: RuleRecord, subject: Subject, trace: Trace, at: number): { frozen?: true } {
    // What happened has happened, whoever is heard now.
    if (spec.condition.kind === 'event') return {}
    if (trace.isFrozen?.(at)) return { frozen: true }
    if (subject.kind !== 'service' || subject.targetId === null) return {}
    const { registry } = this.#parts.world
    if (registry.findTarget(subject.targetId) === null) return {}
    return registry.mirror(subject.targetId).target().state === 'connected' ? {} : { frozen: true }
  }

  readonly #written = new Map<string, HoldRow>()
  readonly #furthers: { watching: Watching; key: string; value: number | null }[] = []

  #dirty(watching: Watching, key: string, before: Hold | null, hold: Hold, value: number | null): void {
    const subject = watching.standings.get(key)?.subject
    if (!subject) return
    const isSame =
      before !== null &&
      before.phase === hold.phase &&
      before.heldMs === hold.heldMs &&
      before.overMs === hold.overMs &&
      before.furthest === hold.furthest &&
      before.firings.length === hold.firings.length
    if (hold.phase === 'firing') this.#furthers.push({ watching, key, value })
    if (!isSame) this.#written.set(openKeyOf(watching.rule.id, key), { ruleId: watching.rule.id, subject, hold })
  }

  /** Writes down what has turned: alerts first, as they are what holds are told from where both cannot be written. */
  async #settle(): Promise<void> {
    const { incidents, holds, rules } = this.#parts
    const turns = this.#turns.splice(0)
    const furthers = this.#furthers.splice(0)
    const rows = [...this.#written.values()]
    this.#written.clear()
    await incidents.take(turns)
    for (const { watching, key, value } of furthers) {
      const standing = watching.standings.get(key)
      if (standing) await incidents.went(watching.rule.id, standing.subject, value, standing.hold.furthest)
    }
    const idle = rows.filter(({ hold }) => isIdle(hold))
    for (const { ruleId, subject } of idle) this.#watching.get(ruleId)?.standings.delete(subject.key)
    for (const [ruleId, some] of Map.groupBy(idle, (row) => row.ruleId))
      await holds.drop(
        ruleId,
        some.map(({ subject }) => subject.key),
      )
    await holds.put(rows.filter(({ hold, ruleId }) => !isIdle(hold) && this.#watching.has(ruleId)))
    for (const [ruleId, some] of Map.groupBy(
      turns.filter(({ turn }) => turn === 'fired'),
      ({ rule }) => rule.id,
    ))
      await rules.update(ruleId, { firedAt: Math.max(...some.map(({ at }) => at)) })
  }

  /** Brings what is watched in line with the rules as they are kept. */
  async #reload(rows: readonly HoldRow[]): Promise<void> {
    const { rules, world, incidents, now, holds } = this.#parts
    const records = (await rules.all()).filter(({ enabled }) => enabled)
    const kept = new Map<string, Watching>()
    for (const rule of records) {
      const known = this.#watching.get(rule.id)
      const isSame = known !== undefined && JSON.stringify(known.rule.spec) === JSON.stringify(rule.spec)
      if (known && isSame) {
        kept.set(rule.id, Object.assign(known, { rule }))
        continue
      }
      const selection = new Selection(rule.spec.where)
      const { condition } = rule.spec
      const occurrences = condition.kind === 'event' ? new Occurrences(condition, selection, world) : null
      if (occurrences && condition.kind === 'event') await occurrences.read(now() - condition.windowMs)
      const standings =
        known?.standings ??
        new Map(rows.filter(({ ruleId }) => ruleId === rule.id).map((row) => [row.subject.key, row]))
      const watching: Watching = { rule, selection, standings, occurrences, dueAt: 0 }
      if (known) await this.#narrow(watching)
      kept.set(rule.id, watching)
    }
    const gone = [...this.#watching.values()].filter(({ rule }) => !kept.has(rule.id))
    this.#watching = kept
    for (const { rule, standings } of gone) {
      await incidents.retire(rule.id, `"${rule.name}" is not watched for any more.`, now())
      await holds.drop(rule.id, [...standings.keys()])
    }
  }

  /** Alerts of rules that were removed or switched off while nobody was here. */
  async #retireUnwatched(): Promise<void> {
    const { incidents, now } = this.#parts
    const open = await incidents.load()
    const ids = new Set(
      open.flatMap(({ ruleId, openKey }) =>
        ruleId !== null && openKey !== null && !this.#watching.has(ruleId) ? [ruleId] : [],
      ),
    )
    for (const id of ids) await incidents.retire(id, 'What it was watched by is switched off or gone.', now())
  }

  /** A rule was edited: what it looks at no longer is over. */
  async #narrow({ rule, selection, standings }: Watching): Promise<void> {
    const { world, incidents, now, holds } = this.#parts
    const { registry } = world
    const targetName = (id: string): string | null => registry.findTarget(id)?.name ?? null
    const isCovered = (subject: Subject): boolean => {
      if (subject.kind === 'target') return selection.target({ id: subject.targetId ?? '', name: subject.name })
      const service = subject.serviceId === null ? null : registry.service(subject.serviceId)
      return service ? selection.service(service) : selection.subject(subject, targetName)
    }
    const out = [...standings.values()].filter(({ subject }) => !isCovered(subject)).map(({ subject }) => subject.key)
    for (const key of out) standings.delete(key)
    if (out.length === 0) return
    await incidents.retire(rule.id, `"${rule.name}" does not look at it any more.`, now(), ({ subjectKey }) =>
      out.includes(subjectKey),
    )
    await holds.drop(rule.id, out)
  }

  async #note(watching: Watching, problem: string | null): Promise<void> {
    if (watching.rule.problem === problem) return
    const changed = await this.#parts.rules.update(watching.rule.id, { problem })
    if (changed) Object.assign(watching, { rule: changed })
  }
}
