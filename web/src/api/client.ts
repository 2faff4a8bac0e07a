import { createClient } from '@wheelhouse/client'
import { operations } from 'virtual:operations'
import { renew, session } from './session.ts'

/** Every operation of the contract, as the person who is signed in. */
export const client = createClient({
  origin: '',
  table: operations,
  headers: { 'x-wheelhouse-face': 'web' },
  token: () => session.token(),
  renew,
})
