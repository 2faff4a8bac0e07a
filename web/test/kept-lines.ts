import {
  Failure,
  type KeptLine,
  type LogBookmark,
  type LogGap,
  type LogPattern,
  type LogSource,
  type ServiceLife,
} from '@wheelhouse/contract'
import type { ContractServer } from './contract-server.ts'
import { ago } from './run-fixture.ts'

const minute = 60_000
const source = (id: string, name: string, over: Partial<LogSource> = {}): LogSource => ({
  id,
  name,
  stack: 'shop',
  stackService: name.replace('shop-', ''),
  targetId: 'local',
  targetName: 'north',
  serviceId: `local:${name}`,
  state: 'followed',
  bytes: 48_000_000,
  lines: 812_440,
  oldestAt: ago(29 * 1440 * minute),
  newestAt: ago(1_000),
  problem: null,
  ...over,
})

export const sources = (): LogSource[] => [
  source('kept-1', 'shop-api'),
  source('kept-2', 'shop-worker', { bytes: 9_100_000, lines: 91_204 }),
  source('kept-3', 'shop-mailer', {
    serviceId: null,
    state: 'gone',
    bytes: 310_000,
    lines: 4_212,
    newestAt: ago(90 * minute),
  }),
  source('kept-4', 'ledger', {
    stack: null,
    stackService: null,
    targetId: 'west',
    targetName: 'west',
    state: 'waiting',
    problem: 'west does not answer: connection refused. Lines come in again once it does.',
  }),
]

export const lives: ServiceLife[] = [
  {
    id: 'life-1',
    sourceId: 'kept-3',
    serviceId: 'local:shop-mailer',
    image: 'registry.local/shop/mailer:12',
    startedAt: ago(110 * minute),
    endedAt: ago(90 * minute),
    exitCode: 137,
    outcome: 'crashed',
    reason: 'Killed for memory, limit 512 MB',
  },
  {
    id: 'life-2',
    sourceId: 'kept-3',
    serviceId: 'local:shop-mailer',
    image: 'registry.local/shop/mailer:11',
    startedAt: ago(900 * minute),
    endedAt: ago(110 * minute),
    exitCode: 0,
    outcome: 'ended',
    reason: null,
  },
]

const trace = ['    at reserve (src/stock/reserve.ts:88)', '    at placeOrder (src/order/place.ts:141)']

/** Oldest first: every tenth is a warning, every 25th an error with a trace beneath it. */
function said(count: number): KeptLine[] {
  const lines: KeptLine[] = []
  for (let n = 0; lines.length < count; n++) {
    const at = ago((count - n) * 2_000)
    const from = sources()[n % 2] ?? source('kept-1', 'shop-api')
    const add = (text: string, over: Partial<KeptLine>): unknown =>
      lines.push({
        at,
        stream: 'stdout',
        level: 'info',
        text,
        position: `${Date.parse(at)}000.${from.id}.${lines.length}`,
        sourceId: from.id,
        service: from.name,
        serviceId: from.serviceId,
        stack: from.stack,
        targetId: 'local',
        goesOn: false,
        ...over,
      })
    if (n % 25 === 24) {
      add(`TimeoutError: reserve stock failed, order o_${n} kept as pending`, { level: 'error', stream: 'stderr' })
      for (const text of trace) add(text, { level: null, stream: 'stderr', goesOn: true })
    } else if (n % 10 === 9)
      add(`\u001b[33mWARN\u001b[0m reserve stock is slow durationMs=${n} limitMs=800`, { level: 'warn' })
    else add(`POST /v2/checkout 200 orderId=o_${n} durationMs=${n % 300}`, {})
  }
  return lines
}

/** Fields of the operations, which the server has held against the contract. */
type Asked = Partial<
  Record<
    'q' | 'contains' | 'regex' | 'service' | 'level' | 'since' | 'until' | 'order' | 'cursor' | 'position',
    string
  > &
    Record<'limit' | 'buckets' | 'before' | 'after', number>
>

/** Kept lines that can be searched, a budget, and services that are gone. */
export class KeptLines {
  readonly lines: readonly KeptLine[] = said(2_000)
  sources = sources()
  marks: LogBookmark[] = []

  /** Whether a search takes too long. */
  isSlow = false

  answer(server: ContractServer): void {
    server
      .on('logHistory.search', (input) => this.#search(input))
      .on('logHistory.histogram', (input) => this.#histogram(input))
      .on('logHistory.around', (input) => this.#around(input))
      .on('logHistory.patterns', () => this.#patterns())
      .on('logBookmarks.list', () => ({ items: this.marks }))
      .on('logBookmarks.create', ({ position, note = '' }) => {
        const mark = this.#mark(String(position), String(note))
        this.marks = [mark, ...this.marks]
        return mark
      })
      .on('logBookmarks.remove', ({ id }) => {
        this.marks = this.marks.filter((mark) => mark.id !== id)
        return { ok: true }
      })
      .on('logHistory.export', (input) =>
        Buffer.from(
          this.#found(input)
            .map(({ at, service, text }) => `${at} ${service} ${text}\n`)
            .join(''),
        ),
      )
      .on('logHistory.sources', ({ service }: Asked) => {
        const items = this.sources.filter(
          ({ id, name, targetId }) => service === undefined || [id, name, `${targetId}:${name}`].includes(service),
        )
        return { items, nextCursor: null, total: items.length }
      })
      .on('logHistory.lives', () => ({ items: lives }))
      .on('logHistory.storage', () => ({
        enabled: true,
        bytes: 1_810_000_000,
        budgetBytes: 2_147_483_648,
        keepMs: 30 * 1440 * minute,
        sources: this.sources.length,
        followed: 2,
        lostLines: 0,
        brokenPlaces: 0,
        problem: null,
      }))
      .on('logHistory.forget', ({ id }) => {
        if (!this.sources.some((each) => each.id === id))
          throw new Failure('NOT_FOUND', `There are no kept lines "${String(id)}".`)
        this.sources = this.sources.filter((each) => each.id !== id)
        return { ok: true }
      })
  }

  #found({ q, contains, regex, service, level, since, until }: Asked): KeptLine[] {
    const text = q ?? contains
    const pattern = regex === undefined ? null : new RegExp(regex, 'i')
    return this.lines.filter(
      (line) =>
        (text === undefined || line.text.toLowerCase().includes(text.toLowerCase())) &&
        (pattern === null || pattern.test(line.text)) &&
        (service === undefined || [line.service, line.sourceId].some((each) => service.split(',').includes(each))) &&
        (level === undefined || level.split(',').includes(line.level ?? 'none')) &&
        (since === undefined || line.at >= since) &&
        (until === undefined || line.at <= until),
    )
  }

  #search(input: Asked): object {
    if (this.isSlow)
      throw new Failure('TIMED_OUT', 'The search took too long and was ended. Ask for less time or fewer services.')
    const found = this.#found(input)
    const lines = input.order === 'oldest' ? found : found.toReversed()
    const from = Number((input.cursor ?? 'line-0').slice('line-'.length))
    const to = from + (input.limit ?? 200)
    return {
      items: lines.slice(from, to),
      nextCursor: to < lines.length ? `line-${to}` : null,
      gaps: from === 0 ? [this.#gap(lines)] : [],
      scanned: { blocks: 3, skipped: 1, broken: 0 },
    }
  }

  #histogram(input: Asked): object {
    const buckets = input.buckets ?? 60
    const until = Date.parse(input.until ?? new Date().toISOString())
    const since = Date.parse(input.since ?? new Date(until - 1440 * minute).toISOString())
    const stepMs = (until - since) / buckets
    const levels = ['none', 'trace', 'debug', 'info', 'warn', 'error', 'fatal']
    const counts = Array.from({ length: buckets }, () => levels.map(() => 0))
    for (const { at, level } of this.#found({ service: input.service, since: input.since, until: input.until })) {
      const row = counts[Math.floor((Date.parse(at) - since) / stepMs)]
      const column = levels.indexOf(level ?? 'none')
      if (row) row[column] = (row[column] ?? 0) + 1
    }
    return { since: new Date(since).toISOString(), stepMs, levels, counts }
  }

  #around({ position, service, before = 50, after = 50 }: Asked): object {
    const lines = service === undefined ? this.lines : this.#found({ service })
    const place = lines.findIndex((line) => line.position === position)
    if (place < 0) throw new Failure('NOT_FOUND', 'This line is no longer kept: it grew too old.')
    const fields = { method: 'POST', path: '/v2/checkout', status: 200, durationMs: 41.2 }
    return {
      items: lines.slice(Math.max(0, place - before), place + after + 1),
      gaps: [],
      told: { format: 'json', at: lines[place]?.at ?? null, message: lines[place]?.text ?? '', fields },
    }
  }

  #gap(lines: readonly KeptLine[]): LogGap {
    const [to, from] = [lines[4], lines[5]]
      .map((line) => line?.at ?? ago(0))
      .toSorted()
      .toReversed()
    const { id, name, serviceId } = sources()[0]!
    return { sourceId: id, service: name, serviceId, targetId: 'local', from: from!, to: to!, reason: 'rotated' }
  }

  #patterns(): object {
    const shape = (pattern: string, level: LogPattern['level'], lines: number, isNew: boolean | null): LogPattern => ({
      pattern,
      level,
      lines,
      share: lines / 2_000,
      firstAt: ago(60 * minute),
      lastAt: ago(minute),
      example: this.lines.find((line) => line.level === level) ?? this.lines[0]!,
      before: isNew ? 0 : lines,
      isNew,
    })
    return {
      since: ago(60 * minute),
      until: ago(0),
      lines: 2_000,
      other: 12,
      isPartial: false,
      items: [
        shape('POST /v2/checkout <*> orderId=<*> durationMs=<*>', 'info', 1_700, false),
        shape('WARN reserve stock is slow durationMs=<*> limitMs=<*>', 'warn', 180, false),
        shape('TimeoutError: reserve stock failed, order <*> kept as pending', 'error', 80, true),
      ],
    }
  }

  #mark(position: string, note: string): LogBookmark {
    const line = this.lines.find((each) => each.position === position)
    if (!line) throw new Failure('NOT_FOUND', 'This line is no longer kept.')
    return { id: `mark-${position}`, line, note, createdAt: ago(minute) }
  }
}
