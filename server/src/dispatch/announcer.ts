import { randomUUID } from 'node:crypto'
import type { Event, NewEvent } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'

export const eventTopic = 'event'
export type Announce = (event: NewEvent) => Event

/** Gives an event its id and time and puts it on the bus. Events announce what happened; nobody is steered by them. */
export function createAnnouncer(bus: Bus, now: () => Date = () => new Date()): Announce {
  return (event) => {
    const whole: Event = {
      id: randomUUID(),
      at: now().toISOString(),
      severity: 'info',
      actor: null,
      targetId: null,
      serviceId: null,
      serviceName: null,
      stack: null,
      data: {},
      ...event,
    }
    bus.publish(eventTopic, whole)
    return whole
  }
}

/** One that steers a row but tells people nothing, such as a check that begins: it is neither listed nor kept. */
export const isQuiet = (event: Event): boolean => event.data.quiet === true

export function onEvent(bus: Bus, listener: (event: Event) => void): () => void {
  return bus.subscribe(eventTopic, (message) => listener(message as Event))
}
