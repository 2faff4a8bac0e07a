import type { LogLine, Service } from '@wheelhouse/contract'
import { hueOf, logLineText } from '../presentation/log-line.ts'
import { widthOf } from '../presentation/width.ts'
import type { Shell } from '../shell.ts'

/** Prints lines as they come; many arrive at once, so they are written together at the end of a turn. */
export function logPrinter(
  shell: Shell,
  services: readonly Service[],
  timestamps: boolean,
): (service: Service, line: LogLine) => void {
  const look = shell.out
  const longest = Math.max(...services.map((service) => widthOf(service.name)))
  const prefixes = new Map(
    services.map((service, index) => [
      service.id,
      { text: service.name + ' '.repeat(longest - widthOf(service.name)), paint: hueOf(index) },
    ]),
  )
  let waiting = ''
  const flush = (): void => {
    shell.write(waiting)
    waiting = ''
  }
  return (service, line) => {
    const prefix = services.length > 1 ? prefixes.get(service.id) : undefined
    const structured = shell.globals.output === 'json'
    const text = structured
      ? JSON.stringify({ service: service.name, serviceId: service.id, ...line })
      : logLineText(line, look, { timestamps, ...(prefix ? { prefix } : {}) })
    if (waiting === '') queueMicrotask(flush)
    waiting += `${text}\n`
  }
}
