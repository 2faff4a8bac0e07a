// Pages that were seen are there without the network; the API is always asked anew.
const cacheName = 'woosoo-1'
const isPage = (request) => request.method === 'GET' && !/^\/(api|app|relay)\//.test(new URL(request.url).pathname)

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  if (!isPage(event.request)) return
  event.respondWith(
    fetch(event.request)
      .then(async (response) => {
        if (response.ok) await (await caches.open(cacheName)).put(event.request, response.clone())
        return response
      })
      .catch(async () => (await caches.match(event.request)) ?? Response.error()),
  )
})
