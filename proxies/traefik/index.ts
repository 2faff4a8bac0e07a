export { type EntryPointName, entryPointsOf, type TraefikConfig, traefikConfig } from './traefik-config.ts'
export { createTraefik, type Traefik, type TraefikSettings } from './traefik.ts'
