import type { Permission } from '@wheelhouse/contract'
import { may, type Place } from '@wheelhouse/contract/identity/authority'
import { useCallback } from 'react'
import { useMe } from './session.ts'

/** Asks the one rule of authorisation for the person who is signed in. */
export function useMay(): (permission: Permission, place?: Place) => boolean {
  const me = useMe()
  return useCallback((permission, place) => may(me, permission, place), [me])
}
