import { deploying } from '../../catalog/words.ts'
import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')

export const certificates: Family = {
  domain: 'certificates',
  name: 'cert',
  summary: 'Certificates and the local authority',
  group: deploying,
  verbs: [
    {
      name: 'generate',
      summary: 'Generate a certificate for domains and addresses',
      load: part(verb, 'defineGenerate'),
    },
    {
      name: 'info',
      summary: 'Show certificates, how long they last, and the authority',
      load: part(verb, 'defineInfo'),
    },
    {
      name: 'verify',
      summary: 'Does a certificate fit, is it in date, is it trusted',
      load: part(verb, 'defineVerify'),
    },
    {
      name: 'trust',
      summary: 'Make the system of the control plane trust the authority',
      load: part(verb, 'defineTrust'),
    },
  ],
}
