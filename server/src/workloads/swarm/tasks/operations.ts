import { Failure, taskStates, type tasks } from '@wheelhouse/contract'
import { callerMay, type Handlers, paged } from '../../../dispatch/index.ts'
import { type SwarmRoom, seenSwarms } from '../room.ts'
import { byNeed, isPresent, taskViews } from './view.ts'

function statesOf(text: string | undefined): ReadonlySet<string> | null {
  if (text === undefined || text === '') return null
  const words = text.split(',').map((word) => word.trim())
  const unknown = words.find((word) => !(taskStates as readonly string[]).includes(word))
  if (unknown === undefined) return new Set(words)
  throw new Failure('VALIDATION_FAILED', `state: "${unknown}" is none of ${taskStates.join(', ')}.`, {
    field: 'state',
    known: taskStates,
  })
}

export function taskHandlers(room: SwarmRoom): Handlers<typeof tasks> {
  const { registry } = room
  return {
    list: async (input, { caller }) => {
      const states = statesOf(input.state)
      const text = input.q?.toLowerCase()
      const service =
        input.service === undefined
          ? null
          : registry.findService(input.service, (place) => callerMay(caller, 'swarm.read', place))
      if (input.service !== undefined && service === null)
        throw new Failure('NOT_FOUND', `There is no service "${input.service}".`, {
          kind: 'service',
          id: input.service,
        })
      const rows = seenSwarms(registry, caller, input.swarm).flatMap((seen) => {
        const view = taskViews(seen, room)
        return seen.sight.tasks
          .filter((task) => input.past === true || isPresent(task))
          .map(view)
          .filter(
            (task) =>
              (service === null || task.serviceId === service.id) &&
              (input.node === undefined || input.node === task.nodeId || input.node === task.nodeName) &&
              (states === null || states.has(task.state)) &&
              (text === undefined ||
                `${task.serviceName}.${task.slot ?? task.nodeName ?? ''} ${task.id} ${task.image}`
                  .toLowerCase()
                  .includes(text)),
          )
      })
      return paged(rows.sort(byNeed), input)
    },
  }
}
