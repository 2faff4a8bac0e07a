import { X509Certificate } from 'node:crypto'
import { isIP, type TcpNetConnectOpts } from 'node:net'
import { connect, type ConnectionOptions, type PeerCertificate, type TLSSocket } from 'node:tls'
import { Failure } from '@wheelhouse/contract'

/** Resolves a host once; throws an Error that says why where it must not be called. */
export type Guard = (host: string) => Promise<{ address: string; family: 4 | 6 }>

const timeoutMs = 5_000
const longest = 10

/** `host:port` or `[v6]:port`. Throws VALIDATION_FAILED. */
export function hostAndPort(address: string): { host: string; port: number } {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(address)
  const host = found?.[1] ?? found?.[2]
  const port = Number(found?.[3])
  if (host === undefined || port < 1 || port > 65_535) {
    const message = 'use host:port, such as app.test:443'
    throw new Failure('VALIDATION_FAILED', `address: ${message}.`, { fields: [{ field: 'address', message }] })
  }
  return { host, port }
}

/** The certificates a server shows for a domain, its own first. Rejects with an Error that says why in a clause. */
export async function shownBy(address: string, domain: string, guard: Guard): Promise<X509Certificate[]> {
  const { host, port } = hostAndPort(address)
  const place = await guard(host)
  return new Promise((resolve, reject) => {
    const options: ConnectionOptions & TcpNetConnectOpts = {
      host: place.address,
      family: place.family,
      port,
      ...(isIP(domain) === 0 ? { servername: domain.replace(/^\*\./, 'any.') } : {}),
      // Judged by us, so that each check can say what it found.
      rejectUnauthorized: false,
    }
    const socket: TLSSocket = connect(options)
    const end = (error: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => end(new Error(`it did not answer within ${timeoutMs / 1000} s`)), timeoutMs)
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const plain = error.code === 'EPROTO' || error.code?.startsWith('ERR_SSL')
      end(new Error(plain ? 'it does not speak TLS there' : `it refused: ${error.code ?? error.message}`))
    })
    socket.once('close', () => end(new Error('it closed the connection before it showed a certificate')))
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      const chain: X509Certificate[] = []
      let at: PeerCertificate | undefined = socket.getPeerCertificate(true)
      while (at?.raw && chain.length < longest) {
        const next: PeerCertificate = (at as PeerCertificate & { issuerCertificate: PeerCertificate }).issuerCertificate
        chain.push(new X509Certificate(at.raw))
        if (next === at) break
        at = next
      }
      socket.destroy()
      resolve(chain)
    })
  })
}
