import { z } from 'zod'
import { Event } from './events.ts'
import type { Permission } from './identity/authority.ts'
import { EngineEvent } from './inventory/engines.ts'
import { Target } from './inventory/targets.ts'
import { Job } from './observation/jobs.ts'
import { TailFrame } from './observation/log-history.ts'
import { LogLine } from './observation/logs.ts'
import type { Schema } from './operation.ts'
import { Id, Timestamp } from './page.ts'
import { Deployment, DeploymentLine } from './workloads/deployments.ts'
import { Sample, Service } from './workloads/services.ts'

/** What happens when a client is slower than its channel. `gap`: it is told how much it missed. `latest`: only the newest stays. */
export type Overflow = 'gap' | 'latest'

export interface Channel<P extends Schema = Schema, E extends Schema = Schema> {
  readonly params: P
  readonly event: E
  readonly permission: Permission
  readonly resume: 'sequence' | 'time' | 'none'
  readonly onOverflow: Overflow
  readonly summary: string
}
const channel = <P extends Schema, E extends Schema>(c: Channel<P, E>): Channel<P, E> => c

const place = { targetId: Id.optional(), serviceId: Id.optional() }

/** What the mirror says: rows to put in place, rows to take out, and events to list. */
export const SystemFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: Event }),
  z.object({ kind: z.literal('service'), service: Service }),
  z.object({ kind: z.literal('service-removed'), id: Id }),
  z.object({ kind: z.literal('target'), target: Target }),
  z.object({ kind: z.literal('target-removed'), id: Id }),
  z.object({
    kind: z.literal('resources'),
    targetId: Id,
    of: z.enum(['image', 'volume', 'network', 'node', 'task', 'secret', 'config', 'swarm']),
  }),
])
export type SystemFrame = z.infer<typeof SystemFrame>

export const DeploymentFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: Event }),
  z.object({ kind: z.literal('job'), job: Job }),
  z.object({ kind: z.literal('deployment'), deployment: Deployment }),
  z.object({ kind: z.literal('line'), deploymentId: Id, line: DeploymentLine }),
])
export type DeploymentFrame = z.infer<typeof DeploymentFrame>

export const MetricFrame = z.object({ serviceId: Id.nullable(), targetId: Id, sample: Sample })
export type MetricFrame = z.infer<typeof MetricFrame>

const announcements = (summary: string): Channel<z.ZodObject, typeof Event> =>
  channel({
    params: z.strictObject({}),
    event: Event,
    permission: 'timeline.read',
    resume: 'sequence',
    onOverflow: 'gap',
    summary,
  })

/** The channels of `/ws`. `plugins`, `wizard` and `chat` carry their domains' events once those are there. */
export const channels = {
  system: channel({
    params: z.strictObject({ ...place, events: z.boolean().optional().describe('false: rows only') }),
    event: SystemFrame,
    permission: 'services.read',
    resume: 'sequence',
    onOverflow: 'gap',
    summary: 'Services, targets and events as they change',
  }),
  logs: channel({
    params: z.strictObject({ serviceId: Id, tail: z.int().min(0).max(10_000).optional(), since: Timestamp.optional() }),
    event: LogLine,
    permission: 'logs.read',
    resume: 'sequence',
    onOverflow: 'gap',
    summary: 'The log of one service, history first, then live',
  }),
  tail: channel({
    params: z.strictObject({
      service: z
        .string()
        .max(10_000)
        .optional()
        .describe('names or ids of services, or stack/service; comma-separated; all unless told'),
      stack: z.string().max(200).optional(),
      target: z.string().max(200).optional().describe('id or name'),
      level: z.string().max(100).optional().describe('levels, comma-separated'),
      q: z.string().max(500).optional().describe('whole words, all of them; "some words"; -without'),
      contains: z.string().max(500).optional().describe('these letters anywhere'),
      where: z.string().max(500).optional().describe('fields of the line: status>=500,path~/api'),
      tail: z.int().min(0).max(5_000).optional().describe('so many of the last lines first; 200 unless told'),
      since: Timestamp.optional().describe('of these only those since then'),
    }),
    event: TailFrame,
    permission: 'logs.read',
    resume: 'sequence',
    onOverflow: 'gap',
    summary: 'The lines of many services, merged by their time: the last ones first, then live',
  }),
  metrics: channel({
    params: z.strictObject(place),
    event: MetricFrame,
    permission: 'metrics.read',
    resume: 'none',
    onOverflow: 'latest',
    summary: 'Readings: of one service each second, or of all at the collection interval',
  }),
  deployments: channel({
    params: z.strictObject({ jobId: Id.optional(), deploymentId: Id.optional() }),
    event: DeploymentFrame,
    permission: 'jobs.read',
    resume: 'sequence',
    onOverflow: 'gap',
    summary: 'Deployments with their stages, and the lines of one; stacks being applied: jobs with their steps',
  }),
  engine: channel({
    params: z.strictObject({
      target: z.string().min(1).max(200).describe('target id or name'),
      types: z.string().max(400).optional().describe('comma-separated'),
      actions: z.string().max(400).optional().describe('comma-separated'),
      q: z.string().max(400).optional().describe('text in names'),
    }),
    event: EngineEvent,
    permission: 'targets.read',
    resume: 'sequence',
    onOverflow: 'gap',
    summary: 'Events of one engine, in its own words, as they happen',
  }),
  alerts: announcements('Warnings about the house itself'),
  plugins: announcements('Plugins and their actions'),
  wizard: announcements('Progress of wizards'),
  chat: announcements('Chat messages'),
} as const satisfies Record<string, Channel>
export type Channels = typeof channels
export type ChannelName = keyof Channels
export type ChannelParams<N extends ChannelName> = z.input<Channels[N]['params']>
export type ChannelEvent<N extends ChannelName> = z.output<Channels[N]['event']>

/** Client to server, one JSON text frame each. `sub` is chosen by the client and names the subscription on this socket. */
export const ClientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    sub: z.string().min(1).max(64),
    channel: z.string().max(40),
    params: z.record(z.string(), z.unknown()).optional(),
    after: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), sub: z.string().min(1).max(64) }),
  z.strictObject({ type: z.literal('pong') }),
  z.strictObject({ type: z.literal('ping') }),
])
export type ClientMessage = z.infer<typeof ClientMessage>

/**
 * Terminal sockets: binary frames are bytes of the terminal, text frames are these. The first is `open` on
 * `/ws/containers/:id/exec`, and `join` on `/ws/terminals/:id`, where `after` is how many bytes of it one has already.
 */
export const TerminalClientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('open'),
    argv: z.array(z.string().max(4096)).min(1).max(64).optional(),
    columns: z.int().min(1).max(1000),
    rows: z.int().min(1).max(1000),
    user: z.string().max(64).optional(),
  }),
  z.strictObject({
    type: z.literal('join'),
    columns: z.int().min(1).max(1000),
    rows: z.int().min(1).max(1000),
    writes: z.boolean().optional().describe('asks to type as well as to look on'),
    after: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('write'), on: z.boolean().describe('true: asks to type; false: only looks on') }),
  z.strictObject({ type: z.literal('share'), on: z.boolean().describe('those who may read its log may look on') }),
  z.strictObject({ type: z.literal('resize'), columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) }),
  z.strictObject({ type: z.literal('end') }),
])
export type TerminalClientMessage = z.infer<typeof TerminalClientMessage>
