export { createTokens, type Tokens, type TokensDeps, type VerifiedToken } from './tokens.ts'
