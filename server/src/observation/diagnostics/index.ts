import type { diagnostics, OutputOf } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/index.ts'

export type Status = OutputOf<typeof diagnostics.status>
export type Settings = OutputOf<typeof diagnostics.settings>

export interface DiagnosticsParts {
  readonly version: string
  status(): Promise<Status>
  settings(): Settings
}

/** How the control plane itself is set up and doing. */
export function createDiagnostics(parts: DiagnosticsParts): { handlers: Handlers<typeof diagnostics> } {
  return {
    handlers: {
      version: async () => ({ name: 'Wheelhouse', version: parts.version, node: process.version }),
      settings: async () => parts.settings(),
      status: () => parts.status(),
    },
  }
}
