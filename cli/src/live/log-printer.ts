import type { LogLine } from '@wheelhouse/contract'
import { hueOf, logLineText } from '../presentation/observation/log-line.ts'
import { widthOf } from '../presentation/width.ts'
import type { Shell } from '../shell.ts'

interface Named {
  readonly id: string
  readonly name: string
}

/**
 * Prints lines as they come; many arrive at once, so they are written together at the end of a turn. Each has the name of its service
 * before it where there are several, or where others may come later (`named`).
 */
export function logPrinter(
  shell: Shell,
  services: readonly Named[],
  timestamps: boolean,
  named = services.length > 1,
): (service: Named, line: LogLine) => void {
  const look = shell.out
  const longest = Math.max(0, ...services.map((service) => widthOf(service.name)))
  const hues = new Map(services.map(({ name }, index) => [name, hueOf(index)]))
  const prefixOf = (name: string): { text: string; paint: ReturnType<typeof hueOf> } => {
    const paint = hues.get(name) ?? hueOf(hues.size)
    hues.set(name, paint)
    return { text: name + ' '.repeat(Math.max(0, longest - widthOf(name))), paint }
  }
  let waiting = ''
  const flush = (): void => {
    shell.write(waiting)
    waiting = ''
  }
  return (service, line) => {
    const prefix = named ? prefixOf(service.name) : undefined
    const structured = shell.globals.output === 'json'
    const text = structured
      ? JSON.stringify({ service: service.name, serviceId: service.id, ...line })
      : logLineText(line, look, { timestamps, ...(prefix ? { prefix } : {}) })
    if (waiting === '') queueMicrotask(flush)
    waiting += `${text}\n`
  }
}
