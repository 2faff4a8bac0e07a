import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Empty, Id, Timestamp } from '../page.ts'
import { Grant, Permission, Reach, Role } from './roles.ts'

export const Username = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{1,62}$/,
    'use 2 to 63 small letters, digits, dots, dashes or underscores, starting with a letter or digit',
  )
/** 12 characters or more; the server also refuses common passwords and the user's own name. */
export const Password = z.string().min(12, 'use 12 characters or more').max(200)
export const Theme = z.enum(['system', 'light', 'dark'])
export const Density = z.enum(['compact', 'default', 'comfortable'])

export const Preferences = z.object({ theme: Theme, density: Density, singleKeys: z.boolean() })
export const Me = z.object({
  id: Id,
  username: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  role: Role,
  reach: Reach,
  grants: z.array(Grant),
  limits: z.array(Permission).nullable().describe('scopes of the API token in use; null for a signed-in person'),
  preferences: Preferences,
  createdAt: Timestamp,
})
export type Me = z.infer<typeof Me>

/** The refresh token travels in an HttpOnly cookie, never in a body. */
export const SignedIn = z.object({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresInMs: z.int(),
  user: Me,
})
export type SignedIn = z.infer<typeof SignedIn>

export const Session = z.object({
  id: Id,
  userId: Id,
  username: z.string(),
  current: z.boolean(),
  ip: z.string(),
  userAgent: z.string(),
  createdAt: Timestamp,
  lastSeenAt: Timestamp,
  expiresAt: Timestamp,
})
export type Session = z.infer<typeof Session>

export const auth = domain('auth', {
  setupState: call({
    method: 'GET',
    path: '/api/v1/auth/setup',
    summary: 'Whether the first administrator is still to be created',
    input: Empty,
    output: z.object({ needed: z.boolean() }),
    permission: 'public',
    danger: 'none',
  }),
  setup: call({
    method: 'POST',
    path: '/api/v1/auth/setup',
    summary: 'Create the first administrator with the one-time setup token',
    input: z.strictObject({ token: z.string().min(1).max(200), username: Username, password: Password }),
    output: SignedIn,
    permission: 'public',
    danger: 'reversible',
    assistant: false,
    errors: ['SETUP_DONE', 'SETUP_TOKEN_REFUSED'],
    secret: ['token', 'accessToken'],
  }),
  login: call({
    method: 'POST',
    path: '/api/v1/auth/login',
    aliases: ['/api/auth/login'],
    summary: 'Sign in with user name and password',
    input: z.strictObject({ username: z.string().min(1).max(200), password: z.string().min(1).max(200) }),
    output: SignedIn,
    permission: 'public',
    danger: 'reversible',
    assistant: false,
    errors: ['CREDENTIALS_REFUSED', 'LOCKED_OUT'],
    secret: ['accessToken'],
  }),
  refresh: call({
    method: 'POST',
    path: '/api/v1/auth/refresh',
    aliases: ['/api/auth/refresh'],
    summary: 'Change the refresh cookie for a new access token',
    input: Empty,
    output: SignedIn,
    permission: 'public',
    danger: 'reversible',
    assistant: false,
    audit: false,
    errors: ['SESSION_ENDED'],
    secret: ['accessToken'],
  }),
  logout: call({
    method: 'POST',
    path: '/api/v1/auth/logout',
    aliases: ['/api/auth/logout'],
    summary: 'End this session',
    input: Empty,
    output: Done,
    permission: 'public',
    danger: 'reversible',
    assistant: false,
  }),
  ticket: call({
    method: 'POST',
    path: '/api/v1/auth/ticket',
    summary: 'A ticket that opens one WebSocket within 30 seconds',
    input: Empty,
    output: z.object({ ticket: z.string(), expiresInMs: z.int() }),
    permission: 'self',
    danger: 'none',
    assistant: false,
    audit: false,
    secret: ['ticket'],
  }),
  me: call({
    method: 'GET',
    path: '/api/v1/auth/me',
    aliases: ['/api/auth/me'],
    summary: 'Who is signed in, with role, grants and preferences',
    input: Empty,
    output: Me,
    permission: 'self',
    danger: 'none',
  }),
  updateMe: call({
    method: 'PATCH',
    path: '/api/v1/auth/me',
    summary: 'Change your own name, e-mail and preferences',
    input: z.strictObject({
      displayName: z.string().min(1).max(100).optional(),
      email: z.email().nullable().optional(),
      preferences: z
        .strictObject({ theme: Theme.optional(), density: Density.optional(), singleKeys: z.boolean().optional() })
        .optional(),
    }),
    output: Me,
    permission: 'self',
    danger: 'reversible',
  }),
  changePassword: call({
    method: 'POST',
    path: '/api/v1/auth/password',
    summary: 'Change your own password; every other session ends',
    input: z.strictObject({ currentPassword: z.string().min(1).max(200), newPassword: Password }),
    output: Done,
    permission: 'self',
    danger: 'reversible',
    assistant: false,
    errors: ['CREDENTIALS_REFUSED'],
  }),
  sessions: call({
    method: 'GET',
    path: '/api/v1/auth/sessions',
    summary: 'Your open sessions; an administrator may ask for another user or all',
    input: z.strictObject({ userId: Id.optional(), all: z.boolean().optional() }),
    output: z.object({ items: z.array(Session) }),
    permission: 'self',
    danger: 'none',
  }),
  revokeSession: call({
    method: 'DELETE',
    path: '/api/v1/auth/sessions/:id',
    summary: 'End one session; its access token stops working at once',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'self',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
  revokeOtherSessions: call({
    method: 'POST',
    path: '/api/v1/auth/sessions/revoke-others',
    summary: 'End all your sessions but this one',
    input: Empty,
    output: z.object({ revoked: z.int() }),
    permission: 'self',
    danger: 'reversible',
  }),
})
