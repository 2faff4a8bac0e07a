import type { AuditEntry, Session, Token, User } from '@wheelhouse/contract'
import { stateCell } from './state.ts'
import type { Cell, Column } from './table.ts'
import { age, clock, until } from './units.ts'

const reachText = (user: Pick<User, 'reach' | 'grants'>): string =>
  user.reach === 'all' ? 'everything' : `${user.grants.length} granted`

export const userColumns: readonly Column<User>[] = [
  { head: 'USER', cell: (u) => ({ text: u.username, paint: 'bold' }), shrink: 12 },
  { head: 'NAME', cell: (u) => u.displayName, shrink: 10, drop: 4 },
  { head: 'ROLE', cell: (u) => u.role },
  { head: 'REACH', cell: reachText, drop: 3 },
  { head: 'E-MAIL', wide: true, cell: (u) => u.email ?? '-', shrink: 12, drop: 5 },
  { head: 'SEEN', align: 'right', cell: (u, look) => age(u.lastSeenAt, look.now), drop: 2 },
  { head: 'AGE', align: 'right', wide: true, cell: (u, look) => age(u.createdAt, look.now), drop: 6 },
  { head: 'ID', wide: true, cell: (u) => ({ text: u.id, paint: 'dim' }), drop: 7 },
  {
    head: 'NOTE',
    sparse: true,
    cell: (u, look): Cell => {
      if (u.disabled) return { text: 'disabled', paint: 'yellow' }
      const locked = u.lockedUntil !== null && Date.parse(u.lockedUntil) > look.now
      return locked ? { text: `locked, ends ${until(u.lockedUntil, look.now)}`, paint: 'red' } : { text: '' }
    },
  },
]

export const tokenColumns: readonly Column<Token>[] = [
  { head: 'NAME', cell: (t) => ({ text: t.name, paint: 'bold' }), shrink: 12 },
  { head: 'STARTS WITH', cell: (t) => t.prefix, drop: 5 },
  { head: 'OF', cell: (t) => t.username },
  { head: 'MAY', cell: (t) => (t.scopes.length > 2 ? `${t.scopes.length} permissions` : t.scopes.join(' ')), drop: 4 },
  { head: 'USED', align: 'right', cell: (t, look) => age(t.lastUsedAt, look.now), drop: 3 },
  {
    head: 'ENDS',
    cell: (t, look) => {
      const left = t.expiresAt === null ? Infinity : Date.parse(t.expiresAt) - look.now
      return {
        text: until(t.expiresAt, look.now),
        paint: left < 0 ? 'red' : left < 7 * 86_400_000 ? 'yellow' : undefined,
      }
    },
  },
  { head: 'ID', cell: (t) => ({ text: t.id, paint: 'dim' }) },
]

export const sessionColumns: readonly Column<Session>[] = [
  { head: 'USER', cell: (s) => ({ text: s.username, paint: 'bold' }) },
  { head: 'FROM', cell: (s) => s.ip },
  { head: 'WITH', cell: (s) => s.userAgent, shrink: 12, drop: 3 },
  { head: 'SEEN', align: 'right', cell: (s, look) => age(s.lastSeenAt, look.now) },
  { head: 'ENDS', cell: (s, look) => until(s.expiresAt, look.now), drop: 2 },
  { head: 'ID', cell: (s) => ({ text: s.id, paint: 'dim' }) },
  { head: '', sparse: true, cell: (s) => (s.current ? 'this one' : '') },
]

export const auditColumns: readonly Column<AuditEntry>[] = [
  { head: 'TIME', cell: (e, look) => ({ text: clock(e.at, look.now), paint: 'dim' }) },
  { head: 'WHO', cell: (e) => ({ text: e.actor, paint: 'bold' }), shrink: 8 },
  { head: 'DID', cell: (e) => e.operation },
  { head: 'TO', cell: (e) => e.resource ?? '-', shrink: 12, drop: 3 },
  {
    head: 'OUTCOME',
    cell: (e, look) => stateCell(e.outcome, look, e.errorCode === null ? e.outcome : `${e.outcome} ${e.errorCode}`),
  },
  { head: 'VIA', cell: (e) => e.via, shrink: 10, drop: 5 },
  { head: 'FACE', wide: true, cell: (e) => e.face, drop: 6 },
  { head: 'FROM', cell: (e) => e.ip, drop: 4 },
  { head: 'REQUEST', wide: true, cell: (e) => ({ text: e.requestId, paint: 'dim' }), drop: 7 },
]
