import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Signed {
  readonly cert: string
  readonly key: string
}

/** An authority of a test, which also signs what no engine should show. */
export class EngineCertificates {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wh-engine-certs-'))
  readonly ca: string
  #count = 0

  constructor() {
    const files = ['-keyout', 'ca-key.pem', '-x509', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=hosts of a test']
    this.#openssl('req', ...newKey, ...files)
    this.ca = this.#read('ca.pem')
  }

  /** For `name`, such as `IP:127.0.0.1`; with `ended` its time was over yesterday. */
  sign(name: string, { ended = false } = {}): Signed {
    this.#count += 1
    const part = `s${this.#count}`
    this.#openssl('req', ...newKey, '-keyout', `${part}-key.pem`, '-out', `${part}.csr`, '-subj', `/CN=${part}`)
    writeFileSync(join(this.#folder, `${part}.ext`), `subjectAltName=${name}\nextendedKeyUsage=serverAuth\n`)
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-set_serial', String(this.#count)]
    const days = ['-days', ended ? '-1' : '2']
    const files = ['-in', `${part}.csr`, '-out', `${part}.pem`, '-extfile', `${part}.ext`]
    this.#openssl('x509', '-req', ...files, ...by, ...days)
    return { cert: this.#read(`${part}.pem`), key: this.#read(`${part}-key.pem`) }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8')
  }
  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' })
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
