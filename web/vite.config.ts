import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { tableOf } from '@wheelhouse/client'
import { contract } from '@wheelhouse/contract'
import { defineConfig, type Plugin } from 'vite'

const backend = process.env.WHEELHOUSE_BACKEND ?? 'http://127.0.0.1:8080'

/** Serves method and path of every operation as data, so that no schema and no Zod reach the first load. */
function operations(): Plugin {
  const id = '\0virtual:operations'
  return {
    name: 'operations',
    resolveId: (source) => (source === 'virtual:operations' ? id : null),
    load: (source) => (source === id ? `export const operations = ${JSON.stringify(tableOf(contract))}` : null),
  }
}

/** Preloads the two Latin faces: without this they start only once the style sheet is read. */
function fontPreload(): Plugin {
  return {
    name: 'font-preload',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => /geist(-mono)?-latin-wght-normal.*\.woff2$/.test(file))
          .map((file) => ({
            tag: 'link',
            injectTo: 'head-prepend' as const,
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: '' },
          })),
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwind(), operations(), fontPreload()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: {
      '/api': backend,
      '/openapi.json': backend,
      '/schema': backend,
      '/health': backend,
      '/ws': { target: backend, ws: true },
    },
  },
})
