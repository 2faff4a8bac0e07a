import { type BuiltInTemplate, environment, port, secret, text, url } from './template.ts'

export const nuxt: BuiltInTemplate = {
  name: 'nuxt',
  title: 'Nuxt',
  description: 'A Nuxt application that is served by Node.',
  schema: {
    type: 'object',
    required: ['ENVIRONMENT', 'NITRO_PORT', 'NUXT_PUBLIC_API_BASE'],
    properties: {
      ENVIRONMENT: environment,
      NITRO_HOST: text('Address it listens on; 0.0.0.0 opens it to the network.'),
      NITRO_PORT: port('Port it listens on.'),
      NUXT_APP_BASE_URL: text('Path it is served below.'),
      NUXT_PUBLIC_SITE_URL: url('Address people open.'),
      NUXT_PUBLIC_API_BASE: url('Address of the API; browsers see it.'),
      NUXT_SESSION_PASSWORD: { ...secret('Seals sessions; 32 characters or more.'), minLength: 32 },
    },
  },
  values: {
    ENVIRONMENT: 'development',
    NITRO_HOST: '127.0.0.1',
    NITRO_PORT: '3000',
    NUXT_APP_BASE_URL: '/',
    NUXT_PUBLIC_SITE_URL: 'http://127.0.0.1:3000',
    NUXT_PUBLIC_API_BASE: 'http://127.0.0.1:8000/api',
    NUXT_SESSION_PASSWORD: '',
  },
}
