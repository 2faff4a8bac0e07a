import { type configs, notFound } from '@wheelhouse/contract'
import { type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import { builtInTemplates } from './built-in/templates.ts'
import { checkValues, errorsOf } from './check/check-values.ts'
import { propertyOf, type JsonSchema } from './check/secret-keys.ts'
import { type ConfigRoom, findSet, secretsOf, type SetAndContent, setView } from './config-room.ts'
import { mask } from './render/mask-text.ts'
import { unified } from './render/file-diff.ts'
import { planChange, runChange, type SetChange } from './sets/change-set.ts'
import { createSet } from './sets/create-set.ts'
import { importText, maskedIn } from './sets/import-text.ts'
import { applied, differenceOf } from './sets/next-content.ts'
import { planOf, prepareSync, runSync } from './sync.ts'
import { printConfigText, readConfigText } from './text/config-text.ts'

const mediaTypes = { env: 'text/plain; charset=utf-8', json: 'application/json', yaml: 'application/yaml' } as const
const byKey = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

/** Lines of KEY=value with the secrets masked; `other` tells which of them changed. */
function maskedLines(one: SetAndContent, other: SetAndContent | null): string {
  const secrets = secretsOf(one)
  const word = (key: string, value: string): string => {
    const changed = other && Object.hasOwn(other.content.values, key) && other.content.values[key] !== value
    return changed ? '[secret, changed]' : mask
  }
  const beside = other ? secretsOf(other) : new Set<string>()
  return Object.entries(byKey(one.content.values))
    .map(([key, value]) => {
      const text =
        (secrets.has(key) || beside.has(key)) && value !== '' ? word(key, value) : value.replaceAll('\n', '⏎')
      return `${key}=${text}\n`
    })
    .join('')
}

export function configHandlers(room: ConfigRoom): Handlers<typeof configs> {
  const planned = <I>(changeOf: (input: I) => SetChange | Promise<SetChange>) => ({
    plan: async (input: I, context: Parameters<typeof planChange>[2]) => {
      requirePermission(context.caller, 'configs.manage')
      return planChange(room, await changeOf(input), context)
    },
    run: async (input: I, context: Parameters<typeof planChange>[2]) => {
      requirePermission(context.caller, 'configs.manage')
      return runChange(room, await changeOf(input), context)
    },
  })

  return {
    list: async (input, { caller }) => {
      requirePermission(caller, 'configs.read')
      const q = input.q?.toLowerCase()
      const sets = (await room.store.list()).filter(({ name }) => q === undefined || name.toLowerCase().includes(q))
      const page = paged(sets, input)
      return {
        ...page,
        items: await Promise.all(page.items.map(async ({ id }) => setView(room, await findSet(room, id)))),
      }
    },

    get: async ({ id, version }, { caller }) => {
      requirePermission(caller, 'configs.read')
      const one = await findSet(room, id, version)
      const { set, content } = one
      const secrets = secretsOf(one)
      const values = Object.entries(content.values).map(([key, value]) => {
        const secret = secrets.has(key)
        const { description } = propertyOf(set.schema, key)
        const help = typeof description === 'string' ? description : null
        return { key, value: secret ? null : value, secret, version: content.changed[key] ?? set.version, help }
      })
      return { ...(await setView(room, one, version ?? set.version)), values, schema: set.schema }
    },

    reveal: async ({ id, key }, { caller, audit }) => {
      requirePermission(caller, 'configs.manage')
      const { set, content } = await findSet(room, id)
      audit({ resource: `config:${set.id}`, after: { name: set.name, revealed: key } })
      if (!Object.hasOwn(content.values, key)) throw notFound('value', `${key} in ${set.name}`)
      return { key, value: content.values[key]! }
    },

    create: createSet(room),

    save: planned((input) => ({
      id: input.id,
      version: input.version,
      reason: input.reason ?? '',
      schema: input.schema,
      description: input.description,
      next: ({ content }, version) =>
        applied(content, { set: input.set ?? {}, unset: input.unset ?? [], secrets: input.secrets ?? [] }, version),
    })),

    restore: planned(async (input) => {
      const { set, content: old } = await findSet(room, input.id, input.version)
      return {
        id: set.id,
        reason: input.reason ?? `back to version ${input.version}`,
        next: ({ content }, version) => {
          const unset = differenceOf(content.values, old.values).removed
          return applied(content, { set: old.values, unset, secrets: old.secrets }, version)
        },
      }
    }),

    import: planned((input) => ({
      id: input.id,
      version: input.version,
      reason: input.reason ?? 'imported',
      next: (now, version) => importText(now, version, input),
    })),

    remove: {
      plan: async ({ id }, { caller }) => {
        requirePermission(caller, 'configs.manage')
        const { set, content } = await findSet(room, id)
        const count = Object.keys(content.values).length
        return {
          summary: `Remove the config ${set.name} with ${count} values and its ${set.version} versions.`,
          steps: [{ verb: 'remove', kind: 'file', name: set.name, reasons: ['its history cannot be had back'] }],
          counts: { remove: 1 },
          warnings: [],
          kept: set.path === null ? [] : [`the file ${set.path}`],
          digest: `${set.id}:${set.version}`,
        }
      },
      run: async ({ id }, { caller, audit }) => {
        requirePermission(caller, 'configs.manage')
        const { set, content } = await findSet(room, id)
        await room.store.remove(set.id)
        const { name, version } = set
        audit({ resource: `config:${set.id}`, before: { name, version, keys: Object.keys(content.values) } })
        room.announce({
          type: 'config.changed',
          actor: caller.username,
          message: `The config ${name} was removed.`,
          data: { setId: set.id, name, removed: true },
        })
        return { ok: true }
      },
    },

    validate: async (input, { caller }) => {
      requirePermission(caller, 'configs.read')
      const read = readConfigText(input.text, input.format)
      const one = input.id === undefined ? null : await findSet(room, input.id)
      const schema: JsonSchema | null = input.schema ?? one?.set.schema ?? null
      // A masked value is taken to be fine. It is never looked up: with a schema of one's own, answers would spell it out.
      const masked = maskedIn(read.values)
      const problems = await checkValues({
        values: read.values,
        schema,
        secrets: one?.content.secrets ?? [],
        lines: read.lines,
        text: read.problems,
        before: one ? Object.keys(one.content.values).length : 0,
        masked,
      })
      return { ok: errorsOf(problems).length === 0, keys: Object.keys(read.values).length, problems }
    },

    history: async (input, { caller }) => {
      requirePermission(caller, 'configs.read')
      const { set } = await findSet(room, input.id)
      const q = input.q?.toLowerCase()
      const all = (await room.store.versions(set.id)).map(({ at, ...rest }) => ({
        ...rest,
        at: new Date(at).toISOString(),
      }))
      return paged(
        all.filter(({ by, reason }) => q === undefined || `${by} ${reason}`.toLowerCase().includes(q)),
        input,
      )
    },

    diff: async (input, { caller }) => {
      requirePermission(caller, 'configs.read')
      const to = await findSet(room, input.id, input.to)
      const toVersion = input.to ?? to.set.version
      const fromVersion = input.from ?? (input.with === undefined ? Math.max(toVersion - 1, 1) : undefined)
      const from = await findSet(room, input.with ?? input.id, fromVersion)
      const before = `${from.set.name}, version ${fromVersion ?? from.set.version}`
      const after = `${to.set.name}, version ${toVersion}`
      const difference = differenceOf(from.content.values, to.content.values)
      const text = unified(before, after, maskedLines(from, null), maskedLines(to, from))
      return {
        before,
        after,
        diff: text,
        added: [...difference.added],
        changed: [...difference.changed],
        removed: [...difference.removed],
      }
    },

    export: ({ id, format = 'env', secrets = false }, { caller, audit, exchange }) => {
      // Before the first chunk is asked for: a refusal must be on record as one.
      requirePermission(caller, 'configs.read')
      if (secrets) requirePermission(caller, 'configs.manage')
      audit({ resource: `config:${id}`, after: { format, secrets } })
      return (async function* () {
        const one = await findSet(room, id)
        const { set, content } = one
        const hidden = secrets ? new Set<string>() : secretsOf(one)
        const shown = Object.entries(content.values).map(
          ([key, value]) => [key, hidden.has(key) ? mask : value] as const,
        )
        exchange.download(`${set.name}.${format}`, mediaTypes[format])
        yield printConfigText(Object.fromEntries(shown), format)
      })()
    },

    templates: (_input, { caller }) => {
      requirePermission(caller, 'configs.read')
      return Promise.resolve({ items: builtInTemplates.map((template) => ({ ...template })) })
    },

    sync: {
      plan: async (input, context) => {
        requirePermission(context.caller, 'configs.manage')
        return planOf(await prepareSync(room, input, context, 'Syncing a config'))
      },
      run: async (input, context) => {
        requirePermission(context.caller, 'configs.manage')
        return runSync(room, input, context)
      },
    },

    preview: async (input, context) => {
      requirePermission(context.caller, 'configs.read')
      const { files, problems, digest } = await prepareSync(room, input, context, 'Previewing a config')
      return { files, problems: [...problems], digest }
    },
  }
}
