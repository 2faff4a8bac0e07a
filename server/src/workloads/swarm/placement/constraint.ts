import type { SwarmNode } from '@wheelhouse/driver'

const form = /^\s*([\w.-]+(?:\.[\w./-]+)?)\s*(==|!=)\s*(.+?)\s*$/

/** Names a machine has for one architecture, and the scheduler takes as one. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
  i386: '386',
  i686: '386',
}
export const architecture = (name: string): string => architectures[name.toLowerCase()] ?? name.toLowerCase()

function addressFits(address: string, wanted: string): boolean {
  const [base = '', bits] = wanted.split('/')
  if (bits === undefined) return address === base
  const number = (text: string): number | null => {
    const parts = text.split('.').map(Number)
    if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return null
    return parts.reduce((sum, part) => sum * 256 + part, 0)
  }
  const [one, other] = [number(address), number(base)]
  if (one === null || other === null) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(one / size) === Math.floor(other / size)
}

/** What a node has where a constraint looks; null where the constraint looks at nothing that there is. */
export function attributeOf(node: SwarmNode, key: string): string | null {
  const lower = key.toLowerCase()
  if (lower === 'node.id') return node.ID
  if (lower === 'node.hostname') return node.Description?.Hostname ?? ''
  if (lower === 'node.role') return node.Spec.Role ?? ''
  if (lower === 'node.ip') return node.Status?.Addr ?? ''
  if (lower === 'node.platform.os') return node.Description?.Platform?.OS ?? ''
  if (lower === 'node.platform.arch') return architecture(node.Description?.Platform?.Architecture ?? '')
  if (lower.startsWith('node.labels.')) return node.Spec.Labels?.[key.slice('node.labels.'.length)] ?? ''
  if (lower.startsWith('engine.labels.'))
    return node.Description?.Engine?.Labels?.[key.slice('engine.labels.'.length)] ?? ''
  return null
}

/** What speaks against a node by one constraint, such as `node.labels.disk is hdd, not ssd`; null where nothing does. */
export function constraintReason(node: SwarmNode, constraint: string): string | null {
  const [, key = '', operator = '==', value = ''] = form.exec(constraint) ?? []
  if (key === '') return `the constraint "${constraint}" cannot be read`
  const has = attributeOf(node, key)
  if (has === null) return `the constraint "${constraint}" looks at nothing that a node has`
  const isArch = key.toLowerCase() === 'node.platform.arch'
  const same =
    key.toLowerCase() === 'node.ip'
      ? addressFits(has, value)
      : has.toLowerCase() === (isArch ? architecture(value) : value.toLowerCase())
  if (same === (operator === '==')) return null
  if (operator === '!=') return `${key} is ${has}, which is ruled out`
  return has === '' ? `${key} is not set, and must be ${value}` : `${key} is ${has}, not ${value}`
}
