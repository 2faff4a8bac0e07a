import type { LogLevel } from '@wheelhouse/contract'

const words: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  verbose: 'trace',
  silly: 'trace',
  debug: 'debug',
  dbg: 'debug',
  info: 'info',
  inf: 'info',
  information: 'info',
  notice: 'info',
  log: 'info',
  warn: 'warn',
  wrn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  severe: 'error',
  fatal: 'fatal',
  panic: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
}
const glogLetters: Readonly<Record<string, LogLevel>> = { D: 'debug', I: 'info', W: 'warn', E: 'error', F: 'fatal' }

// A level is said at the start of a line; what stands further right is the message's own business.
const headLength = 300
// oxlint-disable-next-line no-control-regex
const ansi = /\u001b\[[0-9;]*m/g
const jsonField = /"(?:level|severity|log\.level|levelname|lvl)"\s*:\s*(?:"([A-Za-z]+)"|(\d{1,3}))/i
const logfmtField = /(?:^|[\s,])(?:level|lvl|severity)=["']?([A-Za-z]+)/i
const glog = /^([DIWEF])\d{4} \d{2}:\d{2}:\d{2}/
const bracketed = /[[(<|]\s*([A-Za-z]{3,11})\s*[\])>|]/g
const opening = /[[(<|]/
const leading = /^([A-Za-z]{3,11})(?::|\s+-\s|\s*\|)/
const afterTime = /^\W{0,2}\d[\d\-:.,/TZ+ ]{7,34}\W{0,3}([A-Z]{3,11})\b/
const spaced = /(?:^|\s)(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)(?=[\s:])/

const word = (text: string | undefined): LogLevel | null => (text ? (words[text.toLowerCase()] ?? null) : null)

/** Numbers of pino and bunyan (10 to 60); below 10 those of syslog, as journald and GELF write them. */
function numbered(value: number): LogLevel | null {
  if (value >= 10) {
    const steps = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
    return value <= 69 ? (steps[Math.floor(value / 10) - 1] ?? null) : null
  }
  return (['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'] as const)[value] ?? null
}

/** The level a line states for itself, or null. JSON, logfmt, `[ERROR]`, `ERROR:`, `2026-… WARN`, glog's `W0102 …`. */
export function detectLevel(line: string): LogLevel | null {
  const start = line.slice(0, headLength)
  const head = (start.includes('\u001b') ? start.replace(ansi, '') : start).trimStart()
  if (head.startsWith('{')) {
    const field = jsonField.exec(head)
    if (field) return field[2] === undefined ? word(field[1]) : numbered(Number(field[2]))
    return null
  }
  const letter = glog.exec(head)?.[1]
  if (letter) return glogLetters[letter] ?? null
  const stated = word(logfmtField.exec(head)?.[1]) ?? word(leading.exec(head)?.[1]) ?? word(afterTime.exec(head)?.[1])
  if (stated) return stated
  if (opening.test(head))
    for (const match of head.slice(0, 120).matchAll(bracketed)) {
      const level = word(match[1])
      if (level) return level
    }
  return word(spaced.exec(head.slice(0, 80))?.[1])
}
