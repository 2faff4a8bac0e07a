import { serveS3 } from './server.ts'

// `main.ts PORT FOLDER ACCESS_KEY`, the secret key in S3_SECRET_KEY.
const [, , port = '0', folder = '.', accessKey = ''] = process.argv
await serveS3({ port: Number(port), folder, accessKey, secretKey: process.env.S3_SECRET_KEY ?? '' })
