import type { ChannelName, Channels, Place } from '@wheelhouse/contract'
import type { Entry, Topic } from '@wheelhouse/platform/feed'
import type { z } from 'zod'
import type { Caller } from './caller.ts'

/** Where an entry belongs, so that those who may see none of its places are not sent it. null: only who may see all of the channel. */
export type FeedTag = (Place & { readonly also?: readonly Place[] }) | null

/** All places of an entry. */
export const placesOf = (tag: FeedTag): readonly Place[] => (tag === null ? [] : [tag, ...(tag.also ?? [])])

/** One opened subscription: a shared topic, what to send of its past, and what of it this subscriber asked for. */
export interface OpenFeed {
  readonly topic: Topic<FeedTag>
  /** The one service this is about, so that it ends when the right to it does; null for a whole channel. */
  readonly place: Place | null
  /** What a newcomer gets first; empty where the page loads the past by REST. */
  history(): readonly Entry<FeedTag>[]
  /** Asked at every batch. False for entries this subscription did not ask for; null when all are wanted. */
  wants(): ((tag: FeedTag) => boolean) | null
  /** Called once, when the subscriber leaves. */
  close(): void
}

export interface FeedContext {
  /** With the rights of now, which may be others than at the subscription. */
  readonly caller: Caller
  /** Ends the subscription with a sentence, such as "web was removed". */
  end(reason: string): void
}

/** Opens a channel for one subscriber. Throws Failure. */
export type FeedSource<N extends ChannelName> = (
  params: z.output<Channels[N]['params']>,
  context: FeedContext,
) => OpenFeed | Promise<OpenFeed>

/** One source a channel; a missing one does not compile. */
export type Feeds = { readonly [N in ChannelName]: FeedSource<N> }
