/** Everything that goes over the network with the visitor's token. */

export class Expired extends Error {}
export class Refused extends Error {}
export class SignedOut extends Error {}

export class Client {
  /** @type {string | null} */
  #token;
  #base;

  /**
   * @param {string} base  the path that all calls begin with
   * @param {string | null} token  kept in memory alone
   */
  constructor(base, token) {
    this.#base = base;
    this.#token = token;
  }

  /** @param {string | null} token  a renewed one */
  renew(token) {
    this.#token = token;
  }

  /** @returns {Promise<import("./types.js").Data>} */
  load() {
    return this.#fetch("data.json", { cache: "no-store" });
  }

  /**
   * @param {string} name  of the call, for example "complete"
   * @param {object} body
   * @returns {Promise<{balance: string}>}
   */
  post(name, body) {
    return this.#fetch(name, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /**
   * @param {string} name
   * @param {RequestInit} init
   * @throws {SignedOut} without a token  @throws {Expired} on 401  @throws {Refused} on 409
   */
  async #fetch(name, init) {
    if (!this.#token) throw new SignedOut();
    const headers = { ...init.headers, Authorization: `Bearer ${this.#token}` };
    const response = await fetch(this.#base + name, { ...init, headers });
    if (response.status === 401) throw new Expired();
    if (response.status === 409) throw new Refused();
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }
}
