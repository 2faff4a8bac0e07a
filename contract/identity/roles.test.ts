import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Authority, type Grant, may, maySomewhere, permissions, type Place, rolePermissions } from '../index.ts'

const id = fc.constantFrom('a', 'b', 'c')
const permission = fc.constantFrom(...permissions)
const role = fc.constantFrom('admin' as const, 'developer' as const, 'viewer' as const)
const grant: fc.Arbitrary<Grant> = fc.record({
  on: fc.constantFrom('target' as const, 'service' as const),
  id,
  role: fc.constantFrom('developer' as const, 'viewer' as const),
})
const limits = fc.option(fc.uniqueArray(permission), { nil: null })
const authority: fc.Arbitrary<Authority> = fc.record({
  role,
  reach: fc.constantFrom('all' as const, 'granted' as const),
  grants: fc.array(grant, { maxLength: 4 }),
  limits,
})
const place: fc.Arbitrary<Place> = fc.record({ targetId: id, serviceId: id }, { requiredKeys: [] })

describe('may', () => {
  it('never allows what neither the role nor a grant on that very place holds', () => {
    fc.assert(
      fc.property(authority, permission, place, (who, wanted, where) => {
        if (!may(who, wanted, where)) return
        const byRole = who.reach === 'all' && rolePermissions[who.role].has(wanted)
        const byGrant = who.grants.some((one) => {
          const there = one.on === 'target' ? where.targetId : where.serviceId
          return there !== undefined && there === one.id && rolePermissions[one.role].has(wanted)
        })
        expect(byRole || byGrant).toBe(true)
      }),
    )
  })

  it('never allows a token more than its scopes, nor more than its owner', () => {
    fc.assert(
      fc.property(authority, fc.uniqueArray(permission), permission, place, (who, scopes, wanted, where) => {
        const owner = { ...who, limits: null }
        const token = { ...who, limits: scopes }
        expect(may(token, wanted, where)).toBe(may(owner, wanted, where) && scopes.includes(wanted))
        expect(maySomewhere(token, wanted)).toBe(maySomewhere(owner, wanted) && scopes.includes(wanted))
      }),
    )
  })

  it('gives a narrower role, fewer grants or a smaller reach never more', () => {
    fc.assert(
      fc.property(authority, permission, place, fc.nat(3), (who, wanted, where, dropped) => {
        const fewer = { ...who, grants: who.grants.filter((_, at) => at !== dropped) }
        const narrower: Authority[] = [
          fewer,
          { ...who, reach: 'granted' },
          { ...who, role: 'viewer' },
          { ...who, limits: (who.limits ?? permissions).slice(1) },
        ]
        for (const less of narrower) if (may(less, wanted, where)) expect(may(who, wanted, where)).toBe(true)
      }),
    )
  })

  it('holds nothing of the whole house by grants alone', () => {
    fc.assert(
      fc.property(authority, permission, (who, wanted) => {
        expect(may({ ...who, reach: 'granted' }, wanted)).toBe(false)
      }),
    )
  })

  it('says somewhere wherever it says yes', () => {
    fc.assert(
      fc.property(authority, permission, place, (who, wanted, where) => {
        if (may(who, wanted, where)) expect(maySomewhere(who, wanted)).toBe(true)
      }),
    )
  })
})
