import { randomUUID } from 'node:crypto'
import { type Dashboard, type DashboardRow, type dashboards, Failure, type Widget } from '@wheelhouse/contract'
import { type Caller, callerMay, type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import { requireLayout } from './layout.ts'
import type { Board, BoardStore } from './store.ts'
import { templatesFor } from './templates.ts'

const usualRangeMs = 3_600_000
const mostBoards = 100

type Kept = Omit<Handlers<typeof dashboards>, 'overview' | 'data' | 'preview'>

/** Whose it is. Throws UNAUTHENTICATED for callers that are no person. */
function person(caller: Caller): string {
  if (caller.userId === null) throw new Failure('UNAUTHENTICATED')
  return caller.userId
}

const mayChange = (board: Board, caller: Caller): boolean =>
  board.shared ? callerMay(caller, 'dashboards.manage') : board.ownerId === caller.userId

/** A board that the caller may look at, by id, then by name: his own first. Throws NOT_FOUND. */
export async function seenBoard(store: BoardStore, reference: string, caller: Caller): Promise<Board> {
  const userId = person(caller)
  const exact = await store.get(reference)
  if (exact && (exact.ownerId === userId || exact.shared)) return exact
  const named = (await store.seenBy(userId)).filter(({ name }) => name === reference)
  const board = named.find(({ ownerId }) => ownerId === userId) ?? named[0]
  if (board) return board
  throw new Failure('NOT_FOUND', `There is no dashboard "${reference}", or it is not shared with you.`, {
    kind: 'dashboard',
    id: reference,
  })
}

async function changeable(store: BoardStore, reference: string, caller: Caller): Promise<Board> {
  const board = await seenBoard(store, reference, caller)
  if (board.shared) requirePermission(caller, 'dashboards.manage')
  // What is private is seen by its owner alone.
  return board
}

export function boardHandlers(store: BoardStore): Kept {
  const row = (board: Board, caller: Caller, defaultId: string | null): DashboardRow => ({
    id: board.id,
    name: board.name,
    description: board.description,
    owner: board.owner,
    own: board.ownerId === caller.userId,
    shared: board.shared,
    isDefault: board.id === defaultId,
    mayChange: mayChange(board, caller),
    widgetCount: board.widgets.length,
    version: board.version,
    createdAt: new Date(board.createdAt).toISOString(),
    changedAt: new Date(board.changedAt).toISOString(),
    changedBy: board.changedBy,
  })
  const whole = async (board: Board, caller: Caller): Promise<Dashboard> => ({
    ...row(board, caller, await store.defaultOf(person(caller))),
    rangeMs: board.rangeMs,
    widgets: [...board.widgets],
  })

  interface Made {
    readonly name: string
    readonly description?: string | undefined
    readonly rangeMs?: number | undefined
    readonly widgets?: readonly Widget[] | undefined
    readonly shared?: boolean | undefined
  }
  async function make({ name, description, rangeMs, widgets = [], shared }: Made, caller: Caller): Promise<Board> {
    const ownerId = person(caller)
    if (shared === true) requirePermission(caller, 'dashboards.manage')
    requireLayout(widgets)
    if ((await store.countOf(ownerId)) >= mostBoards)
      throw new Failure('LIMIT_REACHED', `You have ${mostBoards} dashboards. Remove one first.`)
    const now = Date.now()
    const board: Board = {
      id: randomUUID(),
      ownerId,
      owner: caller.username,
      name,
      description: description ?? '',
      shared: shared ?? false,
      version: 1,
      rangeMs: rangeMs ?? usualRangeMs,
      widgets,
      createdAt: now,
      changedAt: now,
      changedBy: caller.username,
    }
    if (!(await store.add(board))) throw taken(name)
    return board
  }

  return {
    async list(input, { caller }) {
      const userId = person(caller)
      const [boards, defaultId] = await Promise.all([store.seenBy(userId), store.defaultOf(userId)])
      const q = input.q?.toLowerCase()
      const found = boards.filter(({ name, description }) => !q || `${name} ${description}`.toLowerCase().includes(q))
      return paged(
        found.map((board) => row(board, caller, defaultId)),
        input,
      )
    },
    get: async ({ id }, { caller }) => whole(await seenBoard(store, id, caller), caller),
    templates: async (about) => ({ items: templatesFor(about) }),
    async create(input, { caller, audit }) {
      const board = await make(input, caller)
      audit({ resource: `dashboard:${board.id}`, after: noted(board) })
      return whole(board, caller)
    },
    async update({ id, version, ...change }, { caller, audit }) {
      const board = await changeable(store, id, caller)
      if (change.shared === true && !board.shared) requirePermission(caller, 'dashboards.manage')
      if (change.widgets) requireLayout(change.widgets)
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      const by = { changedAt: Date.now(), changedBy: caller.username }
      const outcome =
        board.version === version ? await store.change(board.id, version, { ...given, ...by }) : ('stale' as const)
      if (outcome === 'taken') throw taken(change.name ?? board.name)
      const now = await store.get(board.id)
      if (now === null) throw new Failure('NOT_FOUND', `The dashboard ${board.name} was removed meanwhile.`)
      if (outcome === 'stale')
        throw new Failure(
          'STATE_CONFLICT',
          `${now.changedBy} changed ${now.name} since you opened it. Load it anew, or save yours under another name.`,
          { version: now.version, changedBy: now.changedBy },
        )
      audit({ resource: `dashboard:${board.id}`, before: noted(board), after: noted(now) })
      return whole(now, caller)
    },
    async remove({ id }, { caller, audit }) {
      const board = await changeable(store, id, caller)
      await store.remove(board.id)
      audit({ resource: `dashboard:${board.id}`, before: noted(board) })
      return { ok: true }
    },
    async duplicate({ id, name }, { caller, audit }) {
      const like = await seenBoard(store, id, caller)
      const names = new Set((await store.seenBy(person(caller))).map((board) => board.name))
      const board = await make({ ...like, name: name ?? freeName(like.name, names), shared: false }, caller)
      audit({ resource: `dashboard:${board.id}`, after: noted(board) })
      return whole(board, caller)
    },
    async begin({ id }, { caller, audit }) {
      const board = id === null ? null : await seenBoard(store, id, caller)
      await store.setDefault(person(caller), board?.id ?? null)
      audit({ resource: `user:${person(caller)}`, after: { dashboard: board?.name ?? null } })
      return { ok: true }
    },
    async export({ id }, { caller }) {
      const { name, description, rangeMs, widgets } = await seenBoard(store, id, caller)
      return { wheelhouse: 'dashboard', version: 1, name, description, rangeMs, widgets: [...widgets] }
    },
    async import({ file, replace = false, shared }, { caller, audit }) {
      const { name, description, rangeMs, widgets } = file
      const own = (await store.seenBy(person(caller))).find(
        (board) => board.ownerId === caller.userId && board.name === name,
      )
      if (!own || !replace) {
        const board = await make({ name, description, rangeMs, widgets, shared }, caller)
        audit({ resource: `dashboard:${board.id}`, after: noted(board) })
        return whole(board, caller)
      }
      requireLayout(widgets)
      if (own.shared || shared === true) requirePermission(caller, 'dashboards.manage')
      const by = { changedAt: Date.now(), changedBy: caller.username }
      const change = { description, rangeMs, widgets, ...(shared === undefined ? {} : { shared }), ...by }
      if ((await store.change(own.id, own.version, change)) !== 'done')
        throw new Failure('STATE_CONFLICT', `${name} was changed in this moment. Import it again.`)
      const now = { ...own, ...change, version: own.version + 1 }
      audit({ resource: `dashboard:${own.id}`, before: noted(own), after: noted(now) })
      return whole(now, caller)
    },
  }
}

const taken = (name: string): Failure =>
  new Failure('CONFLICT', `You have a dashboard "${name}" already. Choose another name.`, { field: 'name' })

/** What the audit holds of it: texts of widgets may be long, and are nobody's business there. */
const noted = ({ name, shared, version, widgets }: Board) => ({
  name,
  shared,
  version,
  widgets: widgets.map(({ id, spec }) => `${spec.kind} ${id}`),
})

function freeName(name: string, names: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const tried = `${name.slice(0, 90)} ${number}`
    if (!names.has(tried)) return tried
  }
}
