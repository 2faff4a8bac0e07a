export { type Auth, type AuthDeps, type AuthSettings, createAuth } from './auth.ts'
export { type CallerChange } from './auth-room.ts'
export { type Credentials, type Visitor } from './callers.ts'
export { type FirstAdmin } from './setup.ts'
