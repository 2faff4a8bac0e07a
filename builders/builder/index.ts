export * from './builder.ts'
