// Plants a canary in every kind of state that the engine offers, or looks for what anybody planted before.
//
// ORDER: {do: "plant" | "probe" | "rest", canary, third, hang}. What came of it goes to /report, by name of the state:
// for a plant "ok" or why not, for a probe what was found, or null. Values of `pristine` states are compared by the test
// with those of a browser that nobody used before.
"use strict";

const states = [];
const state = (name, plant, probe) => states.push({name, plant, probe});
const mine = (name) => `${ORDER.canary}-${name}`;
const text = async (url, options) => (await fetch(url, options)).text();
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const some = (list) => (list.length ? JSON.stringify(list) : null);
const asked = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

// ── what a page may keep ──

state("cookie", () => {
  for (const more of ["", "; Max-Age=8640000", "; SameSite=Strict", "; SameSite=None; Secure"]) {
    document.cookie = `plain${more.length}=${mine("cookie")}${more}; Path=/`;
  }
  if (!document.cookie) throw Error("none is kept");
}, () => document.cookie || null);

state("cookie-of-the-server", () => text("/cookies?set"), async () => (await text("/cookies")) || null);

state("cookie-store", () => cookieStore.set({name: "store", value: mine("cookie-store"), partitioned: true}),
  async () => some(await cookieStore.getAll()));

const framed = (task) => new Promise((done, fail) => {
  if (!ORDER.third) return fail(Error("there is no third party here"));
  const frame = document.createElement("iframe");
  addEventListener("message", ({data, origin}) => { if (origin === ORDER.third) done(data); });
  setTimeout(() => fail(Error("the frame says nothing")), 2500);
  frame.src = `${ORDER.third}/third?${task}=${mine("third")}`;
  document.body.append(frame);
});
state("third-party-frame", async () => {
  const said = await framed("plant");
  if (said !== "ok") throw Error(said);
}, () => framed("probe"));

state("local-storage", () => localStorage.setItem("key", mine("local-storage")),
  () => localStorage.getItem("key") || some(Object.keys(localStorage)));
state("session-storage", () => sessionStorage.setItem("key", mine("session-storage")),
  () => sessionStorage.getItem("key"));
state("window-name", () => { window.name = mine("window-name"); }, () => window.name || null);

state("indexed-db", async () => {
  const opening = indexedDB.open("canary", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("things");
  const db = await asked(opening);
  await asked(db.transaction("things", "readwrite").objectStore("things").put(mine("indexed-db"), mine("key")));
  db.close();
}, async () => some(await indexedDB.databases()));

state("cache-api", async () => {
  const cache = await caches.open(mine("cache-api"));
  await cache.put("/kept", new Response(mine("cache-api-body")));
}, async () => some(await caches.keys()));

state("service-worker", async () => {
  await navigator.serviceWorker.register(`/worker.js?${mine("service-worker")}`, {scope: "/widget/"});
  await navigator.serviceWorker.ready;
}, async () => some((await navigator.serviceWorker.getRegistrations()).map((each) => each.scope)));

state("opfs", async () => {
  const root = await navigator.storage.getDirectory();
  const file = await root.getFileHandle(mine("opfs"), {create: true});
  if (!file.createWritable) return;
  const writer = await file.createWritable();
  await writer.write(mine("opfs-content"));
  await writer.close();
}, async () => {
  const names = [];
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
  return some(names);
});

state("storage-bucket", async () => {
  const bucket = await navigator.storageBuckets.open(ORDER.canary.toLowerCase(), {persisted: true});
  await asked(bucket.indexedDB.open(mine("bucket")));
}, async () => some(await navigator.storageBuckets.keys()));

state("web-sql", () => new Promise((done, fail) => {
  openDatabase("canary", "1", mine("web-sql"), 1e5).transaction((sql) => {
    sql.executeSql("CREATE TABLE things (thing)");
    sql.executeSql("INSERT INTO things VALUES (?)", [mine("web-sql")]);
  }, fail, done);
}), () => new Promise((done) => {
  openDatabase("canary", "1", "", 1e5).transaction((sql) => sql.executeSql("SELECT * FROM things"),
    () => done(null), () => done("a table"));
}));

state("file-system", () => new Promise((done, fail) => {
  webkitRequestFileSystem(TEMPORARY, 1e5, (system) => {
    system.root.getFile(mine("file-system"), {create: true}, done, fail);
  }, fail);
}), () => new Promise((done, fail) => {
  webkitRequestFileSystem(TEMPORARY, 1e5, (system) => {
    system.root.createReader().readEntries((found) => done(some(found.map((entry) => entry.name))), fail);
  }, fail);
}));

state("shared-storage", () => sharedStorage.set("key", mine("shared-storage")), async () => {
  const iterator = (await sharedStorage.length?.()) || 0;
  return iterator ? `${iterator} keys` : null;
});

// ── what the network remembers ──

state("http-cache", () => text("/cacheable"), async () => {
  const body = await text("/cacheable");
  return body === "fresh" ? null : body;
});
state("etag", () => text("/etag", {cache: "no-cache"}), async () => (await text("/etag", {cache: "no-cache"})) || null);
state("http-auth", () => new Promise((done, fail) => {
  const request = new XMLHttpRequest();
  request.open("GET", "/auth", true, mine("user"), mine("password"));
  request.onload = () => (request.status === 200 ? done() : fail(Error(`status ${request.status}`)));
  request.onerror = () => fail(Error("no answer"));
  request.send();
}), async () => ((await fetch("/auth")).status === 200 ? "signed in" : null));

// ── what a browser learns of people ──

state("form", async () => {
  document.querySelector("#email").value = `${mine("email")}@example.com`;
  document.querySelector("#password").value = mine("password");
  document.querySelector("#text").value = mine("text");
  document.querySelector("#form").submit();
  await wait(200);
}, () => some(["#email", "#password", "#text"].map((each) => document.querySelector(each).value).filter(Boolean)));

state("password", () => navigator.credentials.store(new PasswordCredential({id: mine("id"), password: mine("password")})),
  async () => {
    const kept = await navigator.credentials.get({password: true, mediation: "silent"});
    return kept && kept.id;
  });

state("history", async () => {
  document.querySelector("#frame").src = "/visited";
  await wait(200);
  for (const number of [1, 2, 3]) history.pushState(mine("history"), "", `#${mine("history")}${number}`);
}, () => (history.length > 1 || history.state ? `length ${history.length}` : null));

state("download", async () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([mine("download-body")]));
  link.download = `${mine("download")}.txt`;
  link.click();
  await wait(100);
}, () => null);

state("clipboard", async () => {
  getSelection().selectAllChildren(document.querySelector("#words"));
  const field = document.querySelector("#text");
  field.value = mine("clipboard");
  field.select();
  const copied = document.execCommand("copy");
  await navigator.clipboard?.writeText(mine("clipboard")).catch((error) => { if (!copied) throw error; });
  if (!copied && !navigator.clipboard) throw Error("refused");
}, async () => {
  const field = document.querySelector("#text");
  field.focus();
  document.execCommand("paste");
  const pasted = field.value;
  field.value = "";
  return pasted || (await navigator.clipboard?.readText().catch(() => "")) || null;
});

const NAMES = ["geolocation", "notifications", "camera", "microphone", "midi", "persistent-storage", "push",
  "background-sync", "clipboard-read", "storage-access", "window-management", "local-fonts", "idle-detection"];
const held = async () => {
  const said = {persisted: await navigator.storage?.persisted?.(), notification: globalThis.Notification?.permission};
  for (const name of NAMES) {
    said[name] = await navigator.permissions?.query({name}).then(({state}) => state, () => "unknown");
  }
  return said;
};
state("pristine-permissions", async () => {
  const soon = (promise) => Promise.race([promise, wait(300)]).catch(() => {});
  await soon(globalThis.Notification?.requestPermission?.());
  await soon(navigator.mediaDevices?.getUserMedia?.({audio: true}));
  await soon(navigator.storage?.persist?.());
  await soon(navigator.wakeLock?.request?.("screen"));
  await soon(navigator.requestMIDIAccess?.());
  navigator.geolocation?.watchPosition?.(() => {}, () => {});
  try { navigator.registerProtocolHandler("web+canary", `${location.origin}/%s`); } catch { /* refused */ }
}, held);

state("pristine-view", () => {
  scrollTo(0, 700);
  document.body.style.zoom = "1.5";
  document.documentElement.requestFullscreen?.().catch(() => {});
  document.documentElement.requestPointerLock?.();
  const sound = new Audio();
  sound.volume = 0.1;
  sound.muted = true;
}, () => ({
  scale: devicePixelRatio, pinch: visualViewport?.scale, scroll: [scrollX, scrollY], languages: navigator.languages,
  size: [innerWidth, innerHeight], full: !!document.fullscreenElement, locked: !!document.pointerLockElement,
  volume: new Audio().volume, muted: new Audio().muted, dark: matchMedia("(prefers-color-scheme: dark)").matches,
  referrer: document.referrer, opener: !!window.opener,
}));

state("spelling", () => { document.querySelector("#text").value = `${mine("spelling")} recieve`; }, () => null);

// ── what goes on ──

const beat = (how) => `/beat?${mine(how)}`;
state("timer", () => { setInterval(() => fetch(beat("timer")).catch(() => {}), 200); }, () => null);
state("event-source", () => { globalThis.events = new EventSource(`/events?${mine("event-source")}`); }, () => null);
state("web-socket", () => new Promise((done, fail) => {
  const socket = globalThis.socket = new WebSocket(`${location.origin.replace("http", "ws")}/socket?${mine("web-socket")}`);
  socket.onopen = done;
  socket.onerror = () => fail(Error("refused"));
}), () => null);
state("broadcast", () => {
  const channel = new BroadcastChannel("canary");
  setInterval(() => channel.postMessage(mine("broadcast")), 50);
}, () => new Promise((done) => {
  new BroadcastChannel("canary").onmessage = ({data}) => done(data);
  setTimeout(() => done(null), 300);
}));
const shared = () => new SharedWorker("/shared.js", "canary").port;
state("shared-worker", () => shared().postMessage(mine("shared-worker")), () => new Promise((done, fail) => {
  const port = shared();
  port.onmessage = ({data}) => done(data);
  port.postMessage(null);
  setTimeout(() => fail(Error("no answer")), 2000);
}));
state("keepalive", () => {
  const last = () => {
    navigator.sendBeacon(beat("beacon"), mine("beacon"));
    fetch(beat("keepalive"), {method: "POST", body: mine("keepalive"), keepalive: true}).catch(() => {});
  };
  for (const kind of ["pagehide", "unload", "beforeunload"]) addEventListener(kind, last);
  document.addEventListener("visibilitychange", last);
}, () => null);
state("title", () => { document.title = mine("title"); }, () => null);

// ── the work ──

const limited = async (work) => {
  try {
    return await Promise.race([
      Promise.resolve().then(work),
      wait(3500).then(() => { throw Error("took too long"); }),
    ]);
  } catch (error) {
    return {error: `${error.name}: ${error.message}`};
  }
};

const work = async () => {
  const results = {};
  if (!ORDER || ORDER.do === "rest") return;
  if (ORDER.do === "plant") document.body.className = "plant";
  for (const {name, plant, probe} of states) {
    const came = await limited(ORDER.do === "plant" ? plant : probe);
    results[name] = ORDER.do === "plant" ? (came?.error ?? "ok") : came;
  }
  await fetch("/report", {method: "POST", body: JSON.stringify({do: ORDER.do, results})});
  if (ORDER.hang) setTimeout(() => { for (;;); }, 100);
  if (ORDER.reload) setTimeout(() => location.reload(), 100);
};
if (document.readyState === "complete") work(); else addEventListener("load", work);
