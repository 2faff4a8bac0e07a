export { type CaddySettings, createCaddy } from './caddy.ts'
