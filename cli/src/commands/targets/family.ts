import { type Family, part } from '../../catalog/family.ts'

const register = () => import('./register.ts')
const importing = () => import('./import.ts')

export const targets: Family = {
  domain: 'targets',
  name: 'targets',
  summary: 'Where services run',
  verbs: [
    {
      name: 'register',
      summary: 'Register a Docker engine by socket, TCP, TLS or SSH',
      load: part(register, 'define'),
    },
    { name: 'import', summary: 'Register what docker context knows on this machine', load: part(importing, 'define') },
  ],
}
