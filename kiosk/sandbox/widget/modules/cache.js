/**
 * The last data.json of this visit, in IndexedDB: a reload paints it before the network answers.
 * A browser may forbid storage; the programme then works without.
 */

const STORE = "snapshots";

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open("harbour-arcade", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {string | null} visit  names the snapshot; null: there is none
 * @returns {Promise<import("./types.js").Data | undefined>}
 */
export async function readSnapshot(visit) {
  if (!visit) return undefined;
  try {
    const database = await open();
    return await settled(database.transaction(STORE).objectStore(STORE).get(visit));
  } catch (error) {
    console.warn("no snapshot:", error);
    return undefined;
  }
}

/**
 * @param {string | null} visit
 * @param {import("./types.js").Data} data
 */
export async function writeSnapshot(visit, data) {
  if (!visit) return;
  try {
    const database = await open();
    await settled(database.transaction(STORE, "readwrite").objectStore(STORE).put(data, visit));
  } catch (error) {
    console.warn("no snapshot kept:", error);
  }
}
