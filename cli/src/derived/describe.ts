import { Binary, contract, type Operation } from '@wheelhouse/contract'
import { z } from 'zod'
import { type Flag, type FlagTable, kebab, type Verb, type VerbTable } from './model.ts'

// Runs at build time and for the reference only: this is the one file here that loads the contract itself.

/** Operations that have better words, written by hand. */
const better: Record<string, string> = {
  'auth.login': 'wh login',
  'auth.logout': 'wh logout',
  'auth.refresh': 'wh login',
  'auth.ticket': 'wh get -w',
  'auth.setup': 'the setup link that the server prints',
  'services.exec': 'wh exec',
  'terminals.get': 'wh describe terminal',
  'terminals.end': 'wh delete terminal',
  'stacks.plan': 'wh plan',
  'stacks.apply': 'wh apply',
  'stacks.remove': 'wh remove',
  'stacks.revisions': 'wh stack history',
  'stacks.draft': 'wh stack draft',
  'stacks.return': 'wh stack rollback',
  'deployments.start': 'wh deploy',
  'deployments.check': 'wh check',
  'deployments.rollback': 'wh rollout undo',
  'deployments.promote': 'wh promote',
  'deployments.decide': 'wh approve or wh refuse',
  'configs.save': 'wh config set, unset or edit',
  'configs.preview': 'wh config sync --dry-run',
  'certificates.get': 'wh cert info',
  'stackSources.receive': 'the address of the webhook',
  'triggers.receive': 'the address of the webhook',
  'images.list': 'wh get images',
  'images.get': 'wh describe image',
  'swarmServices.scale': 'wh scale',
  'logs.tail': 'wh logs',
  'logs.follow': 'wh logs -f',
  'logs.download': 'wh logs --tail',
}
const nouns: Record<string, Verb['on']> = {
  services: 'service',
  health: 'service',
  stacks: 'stack',
  targets: 'target',
  users: 'user',
  deployments: 'deployment',
  releases: 'release',
  backups: 'backup',
  configs: 'config',
  certificates: 'certificate',
  triggers: 'trigger',
  notifications: 'notification',
  registries: 'registry',
}

interface Shape {
  type?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  maxLength?: number
  description?: string
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  additionalProperties?: Shape | boolean
  anyOf?: Shape[]
}

/** A union with null is the other side, nullable; any other union cannot be a flag. */
function withoutNull(shape: Shape): { shape: Shape; nullable: boolean } {
  const sides = shape.anyOf?.filter((side) => side.type !== 'null')
  if (!sides || sides.length === shape.anyOf?.length || sides.length !== 1) return { shape, nullable: false }
  return { shape: { description: shape.description, ...sides[0] }, nullable: true }
}

const scalar = (shape: Shape | undefined): boolean =>
  shape !== undefined && ['string', 'integer', 'number', 'boolean'].includes(shape.type ?? '')

/** Texts as long as a file are given as a file: certificates and sources do not belong on a command line. */
const fileLength = 65_536

function kindOf(field: string, shape: Shape): Pick<Flag, 'kind' | 'choices'> {
  if (/password$/i.test(field)) return { kind: 'secret' }
  if (shape.enum) return { kind: 'choice', choices: shape.enum.map(String) }
  if (shape.const === true || shape.type === 'boolean') return { kind: 'boolean' }
  if (shape.type === 'integer') return { kind: field.endsWith('Ms') ? 'duration' : 'integer' }
  if (shape.type === 'number') return { kind: 'number' }
  if (shape.format === 'date-time') return { kind: 'moment' }
  if (shape.type === 'string') return { kind: (shape.maxLength ?? 0) >= fileLength ? 'file' : 'text' }
  if (shape.type === 'array' && scalar(shape.items))
    return { kind: 'list', ...(shape.items?.enum ? { choices: shape.items.enum.map(String) } : {}) }
  const values = shape.additionalProperties
  if (shape.type === 'object' && !shape.properties && typeof values === 'object' && scalar(values))
    return { kind: 'map' }
  return { kind: 'json' }
}

function flagsOf(shape: Shape, above: readonly string[], secret: readonly string[]): Flag[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, raw]): Flag[] => {
    const { shape: inner, nullable } = withoutNull(raw)
    if (inner.type === 'object' && inner.properties && above.length === 0) return flagsOf(inner, [key], secret)
    const field = [...above, key]
    const usual = kindOf(key, inner)
    // Whatever is typed on a line is seen by everyone on the machine.
    const kind = usual.kind === 'text' && secret.includes(key) ? ({ kind: 'secret' } as const) : usual
    const name = field.map(kebab).join('.')
    const required = above.length === 0 && (shape.required?.includes(key) ?? false)
    return [
      {
        name: kind.kind === 'duration' ? name.replace(/-ms$/, '') : name,
        field,
        ...kind,
        ...(usual.kind === 'map' && secret.includes(key) ? { kind: 'json' as const, fileOnly: true as const } : {}),
        ...(required ? { required: true } : {}),
        ...(nullable ? { nullable: true } : {}),
        ...(inner.description ? { about: inner.description } : {}),
      },
    ]
  })
}

function verbOf(operation: Operation): Verb {
  const args = [...operation.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
  const on = args.length === 0 ? undefined : (operation.scope?.on ?? nouns[operation.domain])
  const words = better[operation.id]
  return {
    id: operation.id,
    method: operation.method,
    path: operation.path,
    summary: operation.summary,
    danger: operation.danger,
    ...(operation.kind === 'stream' ? { stream: true } : {}),
    ...(operation.kind === 'upload' ? { upload: true } : {}),
    ...(operation.output === Binary ? { binary: true } : {}),
    ...(operation.plan ? { plan: true } : {}),
    args,
    ...(on ? { on } : {}),
    ...(words ? { words } : {}),
  }
}

export interface Tables {
  readonly verbs: VerbTable
  readonly flags: Readonly<Record<string, FlagTable>>
}

/** Everything the command line needs to know of the contract, as plain data. */
export function describeContract(): Tables {
  const verbs: Record<string, Record<string, Verb>> = {}
  const flags: Record<string, Record<string, readonly Flag[]>> = {}
  for (const [domain, members] of Object.entries(contract)) {
    const verbRows: Record<string, Verb> = {}
    const flagRows: Record<string, readonly Flag[]> = {}
    for (const [name, operation] of Object.entries(members as Record<string, Operation>)) {
      const verb = verbOf(operation)
      verbRows[name] = verb
      if (verb.words) continue
      const shape = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as Shape
      flagRows[name] = flagsOf(shape, [], operation.secret ?? []).filter(
        (flag) => !verb.args.includes(flag.field.join('.')),
      )
    }
    verbs[domain] = verbRows
    flags[domain] = flagRows
  }
  return { verbs, flags }
}
