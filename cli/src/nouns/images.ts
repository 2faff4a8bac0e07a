import type { Image, Registry } from '@wheelhouse/contract'
import { findImage, findRegistry } from '../images.ts'
import { imageColumns, imageName, registryColumns } from '../presentation/images.ts'
import type { Noun } from './noun.ts'

const noun = <T>(n: Noun<T>): Noun<unknown> => n

export const imageNouns: readonly Noun<unknown>[] = [
  noun<Image>({
    name: 'images',
    aliases: ['image', 'img'],
    filters: ['query', 'target', 'use', 'sort', 'limit'],
    columns: imageColumns,
    empty: 'No images yet. Pull one with wh pull nginx.',
    list: (client, query) => client.images.list(query),
    one: (client, name, filters) => findImage(client, name, filters.target),
    key: imageName,
    id: (i) => i.id,
  }),
  noun<Registry>({
    name: 'registries',
    aliases: ['registry'],
    filters: ['query', 'limit'],
    columns: registryColumns,
    empty: 'No registries yet. Add one with wh registry add.',
    list: (client, query) => client.registries.list(query),
    one: findRegistry,
    key: (r) => r.name,
    id: (r) => r.id,
  }),
]
