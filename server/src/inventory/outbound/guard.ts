import { BlockList, isIP } from 'node:net'
import { lookup } from 'node:dns/promises'

// Addresses that no service lives on, but that answer secrets (cloud metadata) or everyone (broadcast).
const never = new BlockList()
never.addSubnet('169.254.0.0', 16, 'ipv4')
never.addSubnet('0.0.0.0', 8, 'ipv4')
never.addSubnet('224.0.0.0', 3, 'ipv4')
never.addSubnet('fe80::', 10, 'ipv6')
never.addSubnet('ff00::', 8, 'ipv6')
never.addAddress('fd00:ec2::254', 'ipv6')
never.addAddress('100.100.100.200', 'ipv4')
// Prefixes that carry an IPv4 address inside (RFC 6052, 3056, 4291): a gateway would take the call to where it must not go.
never.addSubnet('64:ff9b::', 96, 'ipv6')
never.addSubnet('2002::', 16, 'ipv6')
never.addSubnet('::', 96, 'ipv6')
const loopback = '::1'

/** The address is one that must not be called for a user. */
export class AddressRefused extends Error {
  constructor(host: string) {
    super(`${host} is an address that Wheelhouse does not call`)
    this.name = 'AddressRefused'
  }
}

/**
 * Resolves a host once and refuses what must not be called. The caller connects to the answered address, so that a name
 * cannot answer something else the second time.
 */
export async function guardedAddress(host: string): Promise<{ address: string; family: 4 | 6 }> {
  const bare = host.replace(/^\[|\]$/g, '')
  const { address } = isIP(bare) ? { address: bare } : await lookup(bare)
  const family = isIP(address) === 6 ? 6 : 4
  // A mapped address (::ffff:a9fe:a9fe) is looked up as the IPv4 address it stands for.
  if (address !== loopback && never.check(address, family === 4 ? 'ipv4' : 'ipv6')) throw new AddressRefused(host)
  return { address, family }
}
