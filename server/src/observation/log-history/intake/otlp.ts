import { Failure, type LogLine, logLevels } from '@wheelhouse/contract'
import { z } from 'zod'

const otlpValue = z.looseObject({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.number().optional(),
  bytesValue: z.string().optional(),
  arrayValue: z.looseObject({ values: z.array(z.unknown()).optional() }).optional(),
  kvlistValue: z
    .looseObject({ values: z.array(z.looseObject({ key: z.string(), value: z.unknown() })).optional() })
    .optional(),
})
const otlpAttributes = z.array(z.looseObject({ key: z.string(), value: otlpValue }))
const otlpTime = z.union([z.string(), z.number()]).optional()

/** Lines as the protocol has them in JSON. What it has beyond this is passed over: it grows. */
const OtlpLogs = z.looseObject({
  resourceLogs: z
    .array(
      z.looseObject({
        resource: z.looseObject({ attributes: otlpAttributes.optional() }).optional(),
        scopeLogs: z
          .array(
            z.looseObject({
              logRecords: z
                .array(
                  z.looseObject({
                    timeUnixNano: otlpTime,
                    observedTimeUnixNano: otlpTime,
                    severityNumber: z.int().optional(),
                    body: otlpValue.optional(),
                    attributes: otlpAttributes.optional(),
                    traceId: z.string().optional(),
                    spanId: z.string().optional(),
                  }),
                )
                .optional(),
            }),
          )
          .optional(),
      }),
    )
    .default([]),
})
type OtlpLogs = z.output<typeof OtlpLogs>

/** Lines of one service, as OpenTelemetry tells them. */
export interface TakenService {
  readonly name: string
  readonly namespace: string | null
  readonly lines: readonly LogLine[]
}

type Resource = OtlpLogs['resourceLogs'][number]
type Attributes = NonNullable<NonNullable<Resource['resource']>['attributes']>
type Value = Attributes[number]['value']

const deepest = 8
const unnamed = 'unknown_service'

/** Reads a value of the protocol; 64-bit numbers come as text and stay so where they are too large. */
function plain(value: Value | undefined, depth = 0): unknown {
  if (value === undefined || value === null || depth > deepest) return null
  if (value.stringValue !== undefined) return value.stringValue
  if (value.boolValue !== undefined) return value.boolValue
  if (value.doubleValue !== undefined) return value.doubleValue
  if (value.bytesValue !== undefined) return value.bytesValue
  if (value.intValue !== undefined) {
    const number = Number(value.intValue)
    return Number.isSafeInteger(number) ? number : String(value.intValue)
  }
  if (value.arrayValue !== undefined)
    return (value.arrayValue.values ?? []).map((each) => plain(each as Value, depth + 1))
  if (value.kvlistValue !== undefined)
    return Object.fromEntries(
      (value.kvlistValue.values ?? []).map(({ key, value: inner }) => [key, plain(inner as Value, depth + 1)]),
    )
  return null
}
const textOf = (attributes: Attributes | undefined, key: string): string | null => {
  const value = plain(attributes?.find((each) => each.key === key)?.value)
  return typeof value === 'string' && value !== '' ? value : null
}

/** 1 to 24, four steps a level. */
const levelOf = (severity: number | undefined): LogLine['level'] =>
  severity === undefined || severity < 1 || severity > 24 ? null : (logLevels[Math.floor((severity - 1) / 4)] ?? null)

function timeOf(
  record: { timeUnixNano?: string | number; observedTimeUnixNano?: string | number },
  now: number,
): number {
  for (const told of [record.timeUnixNano, record.observedTimeUnixNano]) {
    const ms = Math.floor(Number(told ?? 0) / 1e6)
    if (ms > 0 && ms < 8.64e15) return ms
  }
  return now
}

/** The lines of a request by service, in the order told. Throws VALIDATION_FAILED for what is none. A record with attributes becomes a line of JSON, so that they are its fields. */
export function otlpLines(request: unknown, now: number): TakenService[] {
  const parsed = OtlpLogs.safeParse(request)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = (issue?.path ?? []).join('.')
    throw new Failure('VALIDATION_FAILED', `${path}: ${issue?.message ?? 'it is not of the protocol'}.`, {
      field: path,
    })
  }
  const { resourceLogs } = parsed.data
  const services = new Map<string, { name: string; namespace: string | null; lines: LogLine[] }>()
  for (const { resource, scopeLogs = [] } of resourceLogs) {
    const name = textOf(resource?.attributes, 'service.name') ?? unnamed
    const namespace = textOf(resource?.attributes, 'service.namespace')
    const key = JSON.stringify([namespace, name])
    let service = services.get(key)
    if (service === undefined) services.set(key, (service = { name, namespace, lines: [] }))
    for (const { logRecords = [] } of scopeLogs) {
      for (const record of logRecords) {
        const level = levelOf(record.severityNumber)
        const body = plain(record.body)
        const attributes = Object.fromEntries((record.attributes ?? []).map((each) => [each.key, plain(each.value)]))
        const trace = {
          ...(record.traceId ? { traceId: record.traceId } : {}),
          ...(record.spanId ? { spanId: record.spanId } : {}),
        }
        const isPlain = typeof body === 'string' && Object.keys(attributes).length === 0 && !record.traceId
        const whole = typeof body === 'string' ? { message: body } : (body ?? {})
        const text = isPlain ? body : JSON.stringify({ ...whole, ...attributes, ...trace })
        const at = new Date(timeOf(record, now)).toISOString()
        // What spans lines is told as lines of one; JSON has none.
        for (const line of text.split(/\r?\n/)) service.lines.push({ at, stream: 'stdout', level, text: line })
      }
    }
  }
  return [...services.values()].filter(({ lines }) => lines.length > 0)
}
