import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.ts'
import { subfolder } from './place.ts'

/** Makes a CA, a server's and a client's certificate under the names that Docker's clients look for, in a subfolder of the lab. */
export async function makeCertificates(folder: string, addresses: string[]): Promise<string> {
  const cwd = subfolder(folder)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const ca = [...key, '-keyout', 'ca-key.pem', '-x509', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=lab CA']
  await run('openssl', ['req', ...ca], { cwd })
  const sign = async (name: string, prefix: string, extensions: string) => {
    writeFileSync(join(cwd, `${name}.ext`), extensions)
    const request = [...key, '-keyout', `${prefix}key.pem`, '-out', `${name}.csr`, '-subj', `/CN=lab ${name}`]
    await run('openssl', ['req', ...request], { cwd })
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-set_serial', name === 'server' ? '1' : '2', '-days', '30']
    const files = ['-in', `${name}.csr`, '-out', `${prefix}cert.pem`, '-extfile', `${name}.ext`]
    await run('openssl', ['x509', '-req', ...files, ...by], { cwd })
  }
  const names = [...addresses.map((address) => `IP:${address}`), 'DNS:localhost'].join(',')
  await sign('server', 'server-', `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`)
  await sign('client', '', 'extendedKeyUsage=clientAuth\n')
  return cwd
}
