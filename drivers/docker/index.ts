import { Failure } from '@wheelhouse/contract'
import type { Driver } from '@wheelhouse/driver'

export function createDockerDriver(): Driver {
  return {
    kind: 'docker',
    open: () => {
      throw new Failure('CAPABILITY_MISSING', 'The Docker driver has not landed.')
    },
  }
}
export const findEngine = (_env: Readonly<Record<string, string | undefined>>): null => null
