import { type BuiltInTemplate, choice, environment, port, secret, text, url } from './template.ts'

export const node: BuiltInTemplate = {
  name: 'node',
  title: 'Node',
  description: 'A Node service with a database.',
  schema: {
    type: 'object',
    required: ['ENVIRONMENT', 'APP_PORT'],
    properties: {
      ENVIRONMENT: environment,
      NODE_ENV: choice('What libraries go by.', 'development', 'test', 'production'),
      APP_HOST: text('Address it listens on; 0.0.0.0 opens it to the network.'),
      APP_PORT: port('Port it listens on.'),
      PUBLIC_URL: url('Address people open.'),
      LOG_LEVEL: choice('Least severe line that is logged.', 'trace', 'debug', 'info', 'warn', 'error'),
      DB_HOST: text('Host of the database.'),
      DB_PORT: port('Port of the database.'),
      DB_DATABASE: text('Name of the database.'),
      DB_USERNAME: text('User of the database.'),
      DB_PASSWORD: secret('Password of that user.'),
      SESSION_SECRET: { ...secret('Signs sessions; 32 characters or more.'), minLength: 32 },
    },
  },
  values: {
    ENVIRONMENT: 'development',
    NODE_ENV: 'development',
    APP_HOST: '127.0.0.1',
    APP_PORT: '3000',
    PUBLIC_URL: 'http://127.0.0.1:3000',
    LOG_LEVEL: 'info',
    DB_HOST: '127.0.0.1',
    DB_PORT: '5432',
    DB_DATABASE: 'app',
    DB_USERNAME: 'app',
    DB_PASSWORD: '',
    SESSION_SECRET: '',
  },
}
