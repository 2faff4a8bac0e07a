export { type EntryPoint, type TraefikConfig, traefikConfig } from './traefik-config.ts'
export { createTraefik, type TraefikSettings } from './traefik.ts'
