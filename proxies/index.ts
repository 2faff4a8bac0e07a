export * from './caddy/index.ts'
export * from './proxy/index.ts'
export * from './switch/index.ts'
export * from './traefik/index.ts'
