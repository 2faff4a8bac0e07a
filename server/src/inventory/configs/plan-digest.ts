import { createHmac } from 'node:crypto'

/** Binds a run to a plan. Under a key of this installation: values are secret, and a plain hash of a short one could be tried out. */
export const digestOf = (value: unknown, key: string): string =>
  createHmac('sha256', key).update(JSON.stringify(value)).digest('hex')
