import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Driver } from '@wheelhouse/driver'
import { NssmConnection } from './nssm/connection.ts'
import { localRun, localStream, type Run, type Stream } from './runner.ts'
import { SystemdConnection } from './systemd/connection.ts'
import { Units } from './systemd/units.ts'

export interface OsServiceDriverOptions {
  /** The one of the platform unless told. */
  readonly manager?: 'systemd' | 'nssm'
  /** How programs run on the machine; on this one unless told. */
  readonly run?: Run
  readonly stream?: Stream
  /** Where unit files lie; that of the administrator, or of the user where we are not root. */
  readonly unitFolder?: string
  /** `systemctl --user`; unless told where we are not root. */
  readonly user?: boolean
  /** NSSM: where the output of services goes. */
  readonly logFolder?: string
}

/** Services of the operating system's own service manager. */
export function createOsServiceDriver(options: OsServiceDriverOptions = {}): Driver {
  const run = options.run ?? localRun
  const stream = options.stream ?? localStream
  const manager = options.manager ?? (process.platform === 'win32' ? 'nssm' : 'systemd')
  const user = options.user ?? process.getuid?.() !== 0
  const folder = options.unitFolder ?? (user ? join(homedir(), '.config/systemd/user') : '/etc/systemd/system')
  const logFolder = options.logFolder ?? join(process.env.ProgramData ?? homedir(), 'Wheelhouse', 'logs')
  return {
    kind: 'os-service',
    open: () =>
      manager === 'nssm'
        ? new NssmConnection(run, logFolder)
        : new SystemdConnection(new Units(run, folder, user), stream),
  }
}
