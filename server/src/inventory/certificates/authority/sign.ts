import './reflection.ts'
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { AuthorityPair } from '../store.ts'

x509.cryptoProvider.set(webcrypto)

type KeyPair = Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[0]['keys']
type SigningKey = KeyPair['privateKey']

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' } as const
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const
const tenYearsMs = 3652 * 86_400_000
/** Clocks of other machines may be behind. */
const leewayMs = 60_000

/** 128 bits; the first is clear, for a serial is a positive number. */
function serial(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return bytes.toString('hex')
}

const newKeys = (): Promise<KeyPair> => webcrypto.subtle.generateKey(curve, true, ['sign', 'verify'])

async function pem(keys: KeyPair): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey as never)
  return x509.PemConverter.encode(der, 'PRIVATE KEY') + '\n'
}

/** A new authority: P-256, ten years, signs leaves and no further authority. */
export async function createAuthority(commonName: string, now: number): Promise<AuthorityPair> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [commonName] }, { O: ['Wheelhouse'] }],
    notBefore: new Date(now - leewayMs),
    notAfter: new Date(now + tenYearsMs),
    signingAlgorithm: ecdsa,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem') + '\n', key: await pem(keys) }
}

export interface LeafOrder {
  readonly domains: readonly string[]
  /** Epoch ms. */
  readonly notBefore: number
  readonly notAfter: number
}

/** A server certificate of its own P-256 key, signed by an authority with an EC (P-256) or RSA key. */
export async function signLeaf(authority: AuthorityPair, order: LeafOrder): Promise<AuthorityPair> {
  const keys = await newKeys()
  const issuer = new x509.X509Certificate(authority.certificate)
  const issuerKey = createPrivateKey(authority.key)
  const algorithm = issuerKey.asymmetricKeyType === 'rsa' ? rsa : { ...curve, ...ecdsa }
  const der = issuerKey.export({ type: 'pkcs8', format: 'der' })
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  const names = order.domains.map((value): { type: 'dns' | 'ip'; value: string } => ({
    type: isIP(value) === 0 ? 'dns' : 'ip',
    value,
  }))
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [(order.domains[0] ?? '').slice(0, 64)] }],
    issuer: issuer.subjectName,
    notBefore: new Date(order.notBefore),
    notAfter: new Date(Math.min(order.notAfter, issuer.notAfter.getTime())),
    signingAlgorithm: issuerKey.asymmetricKeyType === 'rsa' ? rsa : ecdsa,
    publicKey: keys.publicKey,
    signingKey: signingKey as unknown as SigningKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem') + '\n', key: await pem(keys) }
}

/** Whether a certificate and a key of an authority belong together and may sign. */
export const maySign = ({ certificate, key }: AuthorityPair): boolean => {
  const read = new X509Certificate(certificate)
  return read.ca && read.checkPrivateKey(createPrivateKey(key))
}
