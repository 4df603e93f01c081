/** Keeps the static shell of the widget, so that it opens without a network. Never keeps data, tokens or addresses. */

const SHELL = "harbour-arcade-shell-1";
const START = "/widget/";
const KEPT = /\.(?:css|js|json|svg|woff2)$/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.add(START)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(open(request));
  else if (KEPT.test(pathname) && !request.headers.has("Authorization")) event.respondWith(freshOrKept(request));
});

/** The page itself. Its address may hold a token, so what is kept is the start page and never this answer. */
async function open(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(START);
    if (kept) return kept;
    throw error;
  }
}

async function freshOrKept(request) {
  const cache = await caches.open(SHELL);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
