import { Failure, type Plan, type SwarmObject, type swarmConfigs, type swarmSecrets } from '@wheelhouse/contract'
import type { SwarmStored } from '@wheelhouse/driver'
import { type Caller, type Handlers, paged, shownJob } from '../../../dispatch/index.ts'
import { allowanceOf } from '../../../inventory/policies/index.ts'
import { planOf, some } from '../plan-text.ts'
import { clusterOf, seenSwarm, seenSwarms, type Seen, shown, type SwarmRoom } from '../room.ts'
import { allowed } from '../services/policy.ts'
import {
  type Family,
  familyOf,
  findFamily,
  newestOf,
  nextName,
  objectLabels,
  type ObjectKind,
  objectsOf,
  objectViews,
} from './family.ts'
import { type RevertData, type RotateData, usersOf, versionBefore, versionIn } from './rotate.ts'

const mostBytes = 500_000
const usualDeadlineMs = 600_000

/** The bytes of a value. VALIDATION_FAILED where it is not what it says, or more than an engine takes. */
function bytesOf(value: string, encoding: 'utf8' | 'base64' | undefined): Uint8Array {
  const refuse = (why: string): never => {
    throw new Failure('VALIDATION_FAILED', `value: ${why}.`, { fields: [{ field: 'value', message: why }] })
  }
  const text = encoding === 'base64' ? value.replace(/\s/g, '') : value
  if (encoding === 'base64' && !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) refuse('it is not base64')
  const bytes = Buffer.from(text, encoding ?? 'utf8')
  if (bytes.length === 0) refuse('it is empty')
  if (bytes.length > mostBytes) refuse('it is more than 500 kB, which is what an engine takes')
  return bytes
}

function objectHandlers(room: SwarmRoom, kind: ObjectKind): Handlers<typeof swarmSecrets> {
  const { registry } = room
  const noun = kind
  const found = (swarm: string, name: string): { seen: Seen; family: Family } => {
    const seen = seenSwarm(registry, swarm)
    return { seen, family: findFamily(seen, kind, name) }
  }
  /** The versions that are meant to go: one by its own name, all by that of the family. */
  const going = ({ versions, one }: Family): readonly SwarmStored[] => (one ? [one] : versions)
  const unused = (seen: Seen, family: Family): readonly SwarmStored[] => {
    const view = objectViews(seen, kind)
    const rows = going(family)
    const used = rows.map(view).filter(({ usedBy }) => usedBy.length > 0)
    if (used.length === 0) return rows
    const users = [...new Set(used.flatMap(({ usedBy }) => usedBy.map((use) => use.name)))]
    throw new Failure(
      'STATE_CONFLICT',
      `${used.map(({ name }) => name).join(', ')} is used by ${users.join(', ')}. Take it out of there first.`,
      { usedBy: users },
    )
  }
  /** To move a service over is to change it. */
  const allowedUsers = (seen: Seen, family: Family, except: string | null, caller: Caller): string[] => {
    const users = new Set(usersOf(seen, kind, family, except).map(({ nativeId }) => nativeId))
    const specs = seen.sight.services.filter(({ ID }) => users.has(ID)).map(({ Spec }) => Spec)
    return specs.flatMap((spec) => allowed(room, seen.targetId, spec, caller))
  }
  const rotatePlan = (
    seen: Seen,
    family: Family,
    to: string,
    summary: string,
    except: string | null,
    caller: Caller,
  ): Plan => {
    const users = usersOf(seen, kind, family, except)
    const notes = allowedUsers(seen, family, except, caller)
    return planOf({
      summary,
      steps: [
        ...(except === null ? [{ verb: 'create' as const, kind: noun, name: to, reasons: ['a new version'] }] : []),
        ...users.map(({ name }) => ({
          verb: 'replace' as const,
          kind: 'service' as const,
          name,
          reasons: [`${kind}: ${to}`, 'its tasks are replaced by its update policy'],
        })),
      ],
      warnings: users.length === 0 ? ['Nobody uses it, so nothing is replaced.'] : notes,
      kept: family.versions.map(({ Spec }) => Spec.Name),
      from: [family.versions.map(({ ID }) => ID), users, to],
    })
  }
  const queue = async (verb: 'rotate' | 'revert', title: string, data: RotateData | RevertData) =>
    shownJob(
      await room.jobs.enqueue(`swarm.${verb}`, data, {
        title,
        requestedBy: data.by,
        key: `swarm-${kind}:${data.targetId}:${data.family}`,
      }),
    )
  const revertTo = (seen: Seen, family: Family, version: number | undefined): SwarmStored => {
    const to = versionIn(family, version ?? versionBefore(seen, kind, family), kind)
    if (usersOf(seen, kind, family, to.ID).length > 0) return to
    throw new Failure('STATE_CONFLICT', `Nobody uses another version of ${family.name} than ${to.Spec.Name}.`)
  }

  return {
    list: async (input, { caller }) => {
      const text = input.q?.toLowerCase()
      const rows = seenSwarms(registry, caller, input.swarm)
        .flatMap((seen) => objectsOf(seen, kind).map(objectViews(seen, kind)))
        .filter(
          (row) =>
            (input.versions === true || row.newest) && (text === undefined || row.name.toLowerCase().includes(text)),
        )
      const order = (a: SwarmObject, b: SwarmObject): number =>
        a.family < b.family ? -1 : a.family > b.family ? 1 : b.version - a.version || (a.id < b.id ? -1 : 1)
      return paged(rows.sort(order), input)
    },

    create: async ({ swarm, name, value, encoding, labels }, context) => {
      const seen = seenSwarm(registry, swarm)
      if (objectsOf(seen, kind).some((object) => object.Spec.Name === name || familyOf(object) === name))
        throw new Failure(
          'CONFLICT',
          `${seen.name} has a ${kind} "${name}" already. Rotate it, or choose another name.`,
          {
            field: 'name',
          },
        )
      const own = { [objectLabels.family]: name, [objectLabels.version]: '1' }
      const data = bytesOf(value, encoding)
      const id = await clusterOf(registry, swarm).createObject(kind, { name, labels: { ...labels, ...own }, data })
      context.audit({
        resource: `${kind}:${swarm}:${id}`,
        after: { name, labels: labels ?? {}, sizeBytes: data.length },
      })
      const look = (): SwarmObject | null => {
        const now = seenSwarm(registry, swarm)
        const object = objectsOf(now, kind).find(({ ID }) => ID === id)
        return object ? objectViews(now, kind)(object) : null
      }
      const made = await shown(room, swarm, look, context.signal)
      if (made) return made
      throw new Failure('TIMED_OUT', `${name} was made, but the Swarm does not list it yet. Look again in a moment.`)
    },

    rotate: {
      plan: async ({ swarm, name, value, encoding, removeOld }, { caller }) => {
        bytesOf(value, encoding)
        const { seen, family } = found(swarm, name)
        const next = nextName(family).name
        const summary = `Make ${next} and move the users of ${family.name} over.`
        const plan = rotatePlan(seen, family, next, summary, null, caller)
        if (!removeOld) return plan
        const old = family.versions.map(({ Spec }) => ({
          verb: 'remove' as const,
          kind: noun,
          name: Spec.Name,
          reasons: ['when all have moved'],
        }))
        return { ...plan, steps: [...plan.steps, ...old], counts: { ...plan.counts, remove: old.length }, kept: [] }
      },
      run: async ({ swarm, name, value, encoding, removeOld, deadlineMs }, context) => {
        const bytes = bytesOf(value, encoding)
        const { seen, family } = found(swarm, name)
        clusterOf(registry, swarm)
        allowedUsers(seen, family, null, context.caller)
        const next = nextName(family).name
        const data: RotateData = {
          targetId: swarm,
          kind,
          family: family.name,
          value: await room.store.keepValue(bytes),
          removeOld: removeOld ?? false,
          deadlineMs: deadlineMs ?? usualDeadlineMs,
          by: context.caller.username,
          allowance: allowanceOf(context.caller, swarm),
        }
        context.audit({
          resource: `${kind}:${swarm}:${family.name}`,
          before: { version: newestOf(family).Spec.Name },
          after: { version: next, removeOld: removeOld ?? false },
        })
        return queue('rotate', `Rotate the ${kind} ${family.name}`, data)
      },
    },

    revert: {
      plan: async ({ swarm, name, version }, { caller }) => {
        const { seen, family } = found(swarm, name)
        const to = revertTo(seen, family, version)
        return rotatePlan(
          seen,
          family,
          to.Spec.Name,
          `Move the users of ${family.name} back to ${to.Spec.Name}.`,
          to.ID,
          caller,
        )
      },
      run: async ({ swarm, name, version }, context) => {
        const { seen, family } = found(swarm, name)
        clusterOf(registry, swarm)
        const object = revertTo(seen, family, version)
        allowedUsers(seen, family, object.ID, context.caller)
        const to = objectViews(seen, kind)(object)
        const data: RevertData = {
          targetId: swarm,
          kind,
          family: family.name,
          version: to.version,
          deadlineMs: usualDeadlineMs,
          by: context.caller.username,
          allowance: allowanceOf(context.caller, swarm),
        }
        context.audit({ resource: `${kind}:${swarm}:${family.name}`, after: { version: to.name } })
        return queue('revert', `Bring users of the ${kind} ${family.name} back to version ${to.version}`, data)
      },
    },

    remove: {
      plan: async ({ swarm, name }) => {
        const { seen, family } = found(swarm, name)
        const rows = unused(seen, family)
        return planOf({
          summary: `Remove ${rows.length === 1 ? `the ${kind} ${rows[0]?.Spec.Name ?? name}` : `${some(rows.length, 'version')} of the ${kind} ${family.name}`} from ${seen.name}.`,
          steps: rows.map(({ Spec }) => ({ verb: 'remove', kind: noun, name: Spec.Name, reasons: ['nobody uses it'] })),
          kept: family.versions.filter((object) => !rows.includes(object)).map(({ Spec }) => Spec.Name),
          from: rows.map(({ ID }) => ID),
        })
      },
      run: async ({ swarm, name }, context) => {
        const { seen, family } = found(swarm, name)
        const rows = unused(seen, family)
        const cluster = clusterOf(registry, swarm)
        const removed: string[] = []
        try {
          for (const { ID, Spec } of rows) {
            await cluster.removeObject(kind, ID)
            removed.push(Spec.Name)
          }
        } finally {
          context.audit({ resource: `${kind}:${swarm}:${family.name}`, before: { removed } })
        }
        const gone = (): true | null =>
          objectsOf(seenSwarm(registry, swarm), kind).some(({ ID }) => rows.some((row) => row.ID === ID)) ? null : true
        await shown(room, swarm, gone, context.signal)
        return { ok: true }
      },
    },
  }
}

export const secretHandlers = (room: SwarmRoom): Handlers<typeof swarmSecrets> => objectHandlers(room, 'secret')

export function configHandlers(room: SwarmRoom): Handlers<typeof swarmConfigs> {
  return {
    ...objectHandlers(room, 'config'),
    read: async ({ swarm, name }) => {
      const seen = seenSwarm(room.registry, swarm)
      const family = findFamily(seen, 'config', name)
      const object = family.one ?? newestOf(family)
      const bytes = Buffer.from(await clusterOf(room.registry, swarm).readConfig(object.ID))
      const text = bytes.toString('utf8')
      const isText = Buffer.from(text, 'utf8').equals(bytes) && !text.includes('\0')
      return {
        ...objectViews(seen, 'config')(object),
        value: isText ? text : bytes.toString('base64'),
        encoding: isText ? ('utf8' as const) : ('base64' as const),
      }
    },
  }
}
