/** Tars as files go in and out of volumes and into builds: written by browsers and the command line, read by the command line. */
export { type Dockerignore, readDockerignore } from './dockerignore.ts'
export { readTar, type TarEntry } from './read.ts'
export { type PackedEntry, tarEnd, tarHeader, tarPadding } from './write.ts'
