export default {
  compatibilityDate: '2026-01-05',
  ssr: true,
  telemetry: false,
  devtools: { enabled: false },
  sourcemap: false,
  // Filled in as it starts, from the .env of the release: a change of config needs no build.
  runtimeConfig: {
    backendUrl: '',
    public: { appName: '', reverbPath: '' },
  },
  app: {
    head: {
      htmlAttrs: { lang: 'en' },
      title: 'Woosoo',
      meta: [
        { name: 'viewport', content: 'width=device-width, initial-scale=1' },
        { name: 'theme-color', content: '#0f766e' },
      ],
      link: [
        { rel: 'manifest', href: '/manifest.webmanifest' },
        { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' },
      ],
    },
  },
}
