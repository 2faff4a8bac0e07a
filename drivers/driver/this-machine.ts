import { networkInterfaces } from 'node:os'

/** Host that an address such as tcp://host:port or ssh://user@host names; null for one of this machine (local, unix:///path). */
export function hostOf(address: string): string | null {
  if (!URL.canParse(address)) return null
  return new URL(address).hostname.replace(/^\[|\]$/g, '') || null
}

/** True for names of the loopback and for addresses that an interface of this machine has. */
export function isThisMachine(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return true
  return Object.values(networkInterfaces()).some((own) => own?.some(({ address }) => address === host))
}
