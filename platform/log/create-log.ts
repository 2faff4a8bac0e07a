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

/** A log that masks secrets and never throws: a line that cannot be written is lost, the work goes on. */
export function createLog(options: LogOptions): Log {
  const output = options.destination ?? pino.destination({ fd: 1, sync: true })
  const colour = options.destination === undefined && process.stdout.isTTY && !process.env.NO_COLOR
  const stream = options.pretty ? { write: (line: string) => output.write(prettyLine(line, colour)) } : output
  const sink = {
    write(line: string) {
      try {
        stream.write(line)
      } catch {
        // A closed terminal or a full disk must not end the work that only wanted to speak about itself.
      }
    },
  }
  return wrap(pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink))
}

function wrap(inner: pino.Logger): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => {
    return (fields: Record<string, unknown>, message: string): void => {
      if (!inner.isLevelEnabled(level)) return
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
    child: (fields) => wrap(inner.child(maskFields(fields))),
  }
}
