/** What a body tells of a push. */
export interface Push {
  /** `refs/heads/main`, or what else the body calls a branch; none where it does not say. */
  readonly refs: readonly string[]
  /** The first 12 characters of the newest commit; empty where it does not say. */
  readonly commit: string
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const plain = (value: unknown, longest: number): string =>
  // oxlint-disable-next-line no-control-regex
  typeof value === 'string' ? value.replace(/[\u0000-\u001f\u007f]/g, '').slice(0, longest) : ''

/** Reads the body of a push as GitHub, Gitea, Forgejo, GitLab and Bitbucket write it. Never throws. */
export function readPush(body: Uint8Array): Push {
  let fields: Fields
  try {
    fields = fieldsOf(JSON.parse(Buffer.from(body).toString('utf8')))
  } catch {
    return { refs: [], commit: '' }
  }
  const ref = plain(fields.ref ?? fields.branch, 100)
  if (ref !== '') return { refs: [ref], commit: plain(fields.commit ?? fields.after, 12) }
  // Bitbucket tells of several at once: Cloud within `push`, Data Center at the top.
  const told = fieldsOf(fields.push).changes ?? fields.changes
  const changes = (Array.isArray(told) ? told : []).slice(0, 100).map(fieldsOf)
  const refs = changes.map((change) => {
    const { type, name } = fieldsOf(change.new ?? change.old)
    const cloud = plain(name, 100)
    if (cloud !== '') return `refs/${type === 'tag' ? 'tags' : 'heads'}/${cloud}`
    return plain(fieldsOf(change.ref).id, 100)
  })
  const newest = fieldsOf(changes[0])
  const commit = plain(fields.commit ?? fields.after ?? fieldsOf(fieldsOf(newest.new).target).hash ?? newest.toHash, 12)
  return { refs: refs.filter(Boolean), commit }
}
