import type { ParsedLine } from './parsed-line.ts'
import { isoTime } from './told-time.ts'

const events =
  /^ {0,4}(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) )?(Connection Established|Connection Closed|Message Received|Message Handled|Message Sent|Message Broadcast|Pruning Stale Connections|Pinging Inactive Connections|Connection Pruned|Control Frame Received|Connection Pinged) ?\.{0,400} ?(\S{0,200})\s*$/
const own =
  /^ {1,4}(INFO|WARN|ERROR) {2}((?:Starting|Stopping|Gracefully terminating|Restarting)\b.{0,300}\b(?:server|Reverb)\b.{0,300}|.{0,200}\b(?:WebSocket|Reverb)\b.{0,200})$/i

/** Laravel Reverb: `Connection Established ....... 563812345.123`, and what it says of itself. */
export function reverb(text: string): ParsedLine | null {
  const [, time, event, connection] = events.exec(text) ?? []
  if (event !== undefined) {
    return {
      format: 'reverb',
      level: 'info',
      at: time === undefined ? null : isoTime(time),
      message: event,
      fields: { event, ...(connection ? { connection } : {}) },
      access: null,
    }
  }
  const [, word = '', message] = own.exec(text) ?? []
  if (message === undefined) return null
  const level = word.toUpperCase() === 'ERROR' ? 'error' : word.toUpperCase() === 'WARN' ? 'warn' : 'info'
  return { format: 'reverb', level, at: null, message: message.trim(), fields: {}, access: null }
}
