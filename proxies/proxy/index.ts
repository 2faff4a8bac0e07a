export * from './check-route.ts'
export * from './port-owner.ts'
export * from './proxy.ts'
export * from './routes-file.ts'
