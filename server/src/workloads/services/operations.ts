import { type BulkAct, Failure, type Plan, type Service, type services } from '@wheelhouse/contract'
import { type CallContext, callerMay, type Handlers, ofSteadyRows, paged, planDigest } from '../../dispatch/index.ts'
import { type ActOptions, perform, requireActable } from './act.ts'
import { bulkHandler } from './bulk/handler.ts'
import type { BulkRoom } from './bulk/room.ts'
import { listServices } from './listing.ts'
import { networkAddresses } from './network-addresses.ts'
import { requireExec, requireInside } from './exec-leave.ts'
import { runCommand } from './run-command.ts'
import { maskEnvironment, maskNative, secretTexts } from './secret-environment.ts'

function removal(service: Service, volumes: boolean): Plan {
  const reasons =
    service.state === 'stopped' ? ['its log goes with it'] : ['it is stopped first', 'its log goes with it']
  return {
    summary: `Remove ${service.name} from ${service.targetName}.`,
    steps: [{ verb: 'remove', kind: 'service', name: service.name, reasons }],
    counts: { remove: 1 },
    warnings: service.stack
      ? [`It belongs to the stack ${service.stack}, which misses it then. Applying the stack again makes it anew.`]
      : [],
    kept:
      service.kind === 'container'
        ? [volumes ? 'named volumes' : 'all volumes', 'its image']
        : ['its files and folders'],
    digest: planDigest([service.id, service.state, volumes]),
  }
}

export function serviceHandlers(room: BulkRoom): Handlers<typeof services> {
  const { registry } = room
  const one = (id: string): Service => {
    const service = registry.service(id)
    if (!service) throw new Failure('NOT_FOUND', `There is no service "${id}".`, { kind: 'service', id })
    return service
  }

  async function act(
    name: BulkAct | 'rename',
    id: string,
    options: ActOptions,
    context: CallContext,
  ): Promise<Service> {
    if (name === 'start' || name === 'restart') await room.judge(one(id), context.caller)
    const { before, after } = await perform(registry, id, name, options, context.signal)
    context.audit({
      resource: `service:${id}`,
      before: { name: before.name, state: before.state },
      after: after ? { name: after.name, state: after.state } : null,
    })
    return after ?? before
  }

  return {
    list: async (input, { caller }) => {
      const { rows, states } = listServices(
        registry.services(),
        input,
        (place) => callerMay(caller, 'services.read', place),
        input.q === undefined ? undefined : networkAddresses(registry),
      )
      return ofSteadyRows({ ...paged(rows, input), states })
    },
    get: async ({ id }) => one(id),
    inspect: async ({ id }) => {
      const { connection, nativeId } = registry.reach(id)
      const { native, environment } = await connection.inspect(nativeId)
      return {
        native: maskNative(native, secretTexts(environment)) as Record<string, unknown>,
        environment: maskEnvironment(environment),
      }
    },
    start: ({ id }, context) => act('start', id, {}, context),
    stop: ({ id, ...options }, context) => act('stop', id, options, context),
    restart: ({ id, ...options }, context) => act('restart', id, options, context),
    pause: ({ id }, context) => act('pause', id, {}, context),
    resume: ({ id }, context) => act('resume', id, {}, context),
    kill: ({ id, ...options }, context) => act('kill', id, options, context),
    rename: ({ id, ...options }, context) => act('rename', id, options, context),
    remove: {
      plan: async ({ id, volumes }) => removal(one(id), volumes ?? false),
      run: async ({ id, volumes }, context) => {
        const { before } = await perform(registry, id, 'remove', { volumes }, context.signal)
        context.audit({
          resource: `service:${id}`,
          before: { name: before.name, state: before.state, image: before.image },
        })
        return { ok: true }
      },
    },
    bulk: bulkHandler(room),
    exec: async (input, context) => {
      const { connection, nativeId, service } = registry.reach(input.id)
      requireInside(registry, service, connection)
      requireActable(service, 'exec', connection)
      await requireExec(context.caller, service, connection, nativeId)
      const result = await runCommand(connection, nativeId, input, context.signal)
      context.audit({ resource: `service:${service.id}`, after: { argv: input.argv, exitCode: result.exitCode } })
      return result
    },
  }
}
