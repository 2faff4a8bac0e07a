import { pino } from 'pino'
import type { Log } from './log.ts'
import { maskFields, maskText } from './masking.ts'
import { prettyLine } from './pretty.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LogOptions {
  readonly level: LogLevel
  /** Lines for a person instead of JSON. */
  readonly pretty: boolean
  /** Where lines go, each with its line break; standard output unless told. */
  readonly destination?: { write(line: string): unknown }
}

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 }
/** Lines that are remembered for whoever asks what was said last. */
const remembered = 1_000
const longestRemembered = 4_000

/** The log of a whole process: its level may change while it runs, also for those made of it, and its last lines are at hand. */
export interface ProcessLog extends Log {
  level: LogLevel
  /** As JSON, masked, oldest first. */
  recent(): readonly string[]
}

/** A log that masks secrets and never throws: a line that cannot be written is lost, the work goes on. */
export function createLog(options: LogOptions): ProcessLog {
  const output = options.destination ?? pino.destination({ fd: 1, sync: true })
  const colour = options.destination === undefined && process.stdout.isTTY && !process.env.NO_COLOR
  const stream = options.pretty ? { write: (line: string) => output.write(prettyLine(line, colour)) } : output
  const recent: string[] = []
  const sink = {
    write(line: string) {
      recent.push(line.slice(0, longestRemembered).trimEnd())
      if (recent.length > remembered) recent.shift()
      try {
        stream.write(line)
      } catch {
        // A closed terminal or a full disk must not end the work that only wanted to speak about itself.
      }
    },
  }
  const gate = { level: options.level }
  const log = wrap(pino({ level: 'debug', base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink), gate)
  return {
    ...log,
    get level() {
      return gate.level
    },
    set level(level) {
      gate.level = level
    },
    recent: () => [...recent],
  }
}

function wrap(inner: pino.Logger, gate: { readonly level: LogLevel }): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => {
    return (fields: Record<string, unknown>, message: string): void => {
      if (order[level] < order[gate.level]) return
      try {
        inner[level](maskFields(fields), maskText(message))
      } catch {
        // As above.
      }
    }
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(inner.child(maskFields(fields)), gate),
  }
}
