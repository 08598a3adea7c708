// Sends what is typed to the server: a second after the last key, at least every ten seconds, one at
// a time. Whatever has not arrived stays in this browser, and is sent when that is possible again.
import * as drafts from "./drafts.js";

const AFTER_LAST_KEY = 1000;
const AT_LEAST_EVERY = 10_000;
const PATIENCE = 20_000;
const LAST_RETRY = 60_000;

/** One request for JSON: {status, answer}, with status 0 where there is no connection. */
export async function ask(method, address, token, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(address, {
      method,
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token },
      body: body && JSON.stringify(body),
      cache: "no-store",
      signal: stop.signal,
    });
    const answer = await response.json().catch(() => ({}));
    const wait = Number(response.headers.get("Retry-After")) * 1000;
    return { status: response.redirected ? 401 : response.status, answer, wait };
  } catch {
    return { status: 0, answer: {}, wait: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** A token of the present session, or "". */
export async function freshToken(address) {
  try {
    const response = await fetch(address, { cache: "no-store" });
    return response.ok ? (await response.text()).trim() : "";
  } catch {
    return "";
  }
}

/** Send what earlier pages left in this browser, once for each state of it; how many arrived. */
export async function sendStray(account, tokenAddress, except) {
  let token = "";
  let arrived = 0;
  for (const [key, draft] of drafts.all(account)) {
    const mark = `strata-sent:${key}`;
    if ((except && key.startsWith(`${except}~`)) || !draft.address || sessionStorage.getItem(mark) === String(draft.at)) continue;
    token ||= await freshToken(tokenAddress);
    const { status } = await ask("PUT", draft.address, token, { ...draft, account });
    if (status === 200) arrived += 1;
    if (status === 200 && drafts.read(account, key)?.at === draft.at) drafts.forget(account, key);
    else if (status) sessionStorage.setItem(mark, String(draft.at));
  }
  return arrived;
}

/**
 * The drafts of one open editor. `held()` gives what it holds, and
 * `isPristine()` says whether that is what it was opened with; `place` is {account, key, address,
 * part, editor}; `show(state, detail)` is told every change of state: typing, pristine, sending, saved,
 * later, offline, signed-out, elsewhere, refused, local, unkept; `told(answer)` what the server says besides.
 */
export class DraftSender {
  constructor({ place, held, isPristine, token, tokenAddress, mark, show, told }) {
    Object.assign(this, { place, held, isPristine, token, tokenAddress, show, told });
    this.writer = mark.writer;
    this.over = mark.revision;
    this.step = 0;
    this.dirty = false;
    this.sending = null;
    this.other = null;
    this.stopped = false;
    this.retry = 0;
    this.woken = false;
    this.since = 0;
  }

  /** Each open editor keeps its own, so that two tabs without a connection do not replace each other's. */
  get key() {
    return `${this.place.key}~${this.writer}`;
  }

  /** Something was typed. */
  changed() {
    this.step += 1;
    this.dirty = true;
    this.since ||= Date.now();
    const kept = this.keepHere();
    if (!this.place.account) return this.show(kept ? "local" : "unkept");
    if (this.other) return this.show(kept ? "elsewhere" : "unkept");
    if (this.state !== "offline" && this.state !== "signed-out") this.tell("typing");
    const wait = Math.min(AFTER_LAST_KEY, Math.max(0, this.since + AT_LEAST_EVERY - Date.now()));
    this.schedule(wait);
    return undefined;
  }

  /** Everything typed has arrived at the server. */
  get isSafe() {
    return !this.dirty && !this.sending;
  }

  /** Try again at once: the connection or the session may be back. */
  wake() {
    this.retry = 0;
    this.woken = this.sending !== null; // what is under way may fail yet for the old reason
    if (this.dirty && !this.other) this.schedule(0);
  }

  /** Somebody signed in where nobody was: what they typed is theirs. */
  belongsTo(account) {
    if (this.place.account) return;
    drafts.forget("", this.key);
    this.place.account = account;
    if (!this.isPristine()) this.changed();
  }

  /** Go on with the text in this editor, in place of the other one. */
  takeOver() {
    this.over = this.other.revision;
    this.other = null;
    this.dirty = true;
    this.step += 1;
    this.schedule(0);
  }

  /** Go on with the other text, which the editor holds now. */
  adopt() {
    this.over = this.other.revision;
    this.other = null;
    this.dirty = false;
    drafts.forget(this.place.account, this.key);
  }

  /** Wait until what is under way has arrived, but not for long; then send nothing more. */
  async stop() {
    clearTimeout(this.timer);
    this.stopped = true;
    const soon = new Promise((done) => setTimeout(done, 1500));
    await Promise.race([this.sending, soon]);
  }

  resume() {
    this.stopped = false;
    this.wake();
  }

  keepHere() {
    const { address, part, editor } = this.place;
    const mark = { writer: this.writer, step: this.step, over: this.over };
    return drafts.keep(this.place.account, this.key, { ...this.held(), ...mark, address, part, editor });
  }

  body() {
    const { account, part } = this.place;
    return { ...this.held(), account, part, writer: this.writer, step: this.step, over: this.over };
  }

  /** At the very end of the page: no answer can be waited for. */
  sendLast() {
    if (!this.dirty || this.stopped || this.other || !this.place.account) return;
    const body = JSON.stringify(this.body());
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token() };
    if (body.length < 60_000) {
      fetch(this.place.address, { method: "PUT", headers, body, keepalive: true }).catch(() => {});
    }
  }

  schedule(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  send() {
    if (this.sending || this.stopped || !this.dirty || this.other) return undefined;
    if (this.over === 0 && this.isPristine()) return this.forgetTyped();
    this.sending = this.sendOnce().finally(() => {
      this.sending = null;
      if (this.dirty && !this.other && !this.stopped && !this.waiting) this.schedule(AFTER_LAST_KEY);
    });
    return undefined;
  }

  /** What was typed was taken back before any of it was sent. */
  forgetTyped() {
    this.dirty = false;
    this.since = 0;
    drafts.forget(this.place.account, this.key);
    this.tell("pristine");
  }

  async sendOnce() {
    this.waiting = false;
    this.dirty = false;
    this.since = 0;
    if (this.state !== "offline" && this.state !== "signed-out") this.tell("sending");
    let result = await ask("PUT", this.place.address, this.token(), this.body());
    if (result.status === 410) {
      this.over = 0; // saved or discarded elsewhere; what is typed here begins anew
      result = await ask("PUT", this.place.address, this.token(), this.body());
    }
    if (result.answer.error?.code === "FormExpired") result = await this.again();
    this.arrived(result);
  }

  /** Once more with a token of the session that there is now. */
  async again() {
    const fresh = await freshToken(this.tokenAddress);
    if (!fresh) return { status: 0, answer: {}, wait: 0 };
    this.token(fresh);
    return ask("PUT", this.place.address, fresh, this.body());
  }

  arrived({ status, answer, wait }) {
    if (status === 200 && answer.revision) {
      this.over = answer.revision;
      this.retry = 0;
      if (!this.dirty) drafts.forget(this.place.account, this.key);
      this.tell("saved", { at: Date.parse(answer.at) });
      this.told(answer);
      return undefined;
    }
    this.dirty = true;
    const kept = this.keepHere();
    if (status === 409 && answer.draft) {
      this.other = answer.draft;
      return this.tell(kept ? "elsewhere" : "unkept", answer.draft);
    }
    this.waiting = true;
    if (!kept) this.tell("unkept");
    else if (status === 0) this.tell("offline");
    else if (status === 401 || answer.error?.code === "FormExpired") this.tell("signed-out");
    else if (status === 429) this.tell("later");
    else this.tell("refused", { message: answer.error?.message });
    // The same text would be refused again; another one may not be.
    if (this.state === "refused" && status < 500) return undefined;
    this.retry = Math.min(LAST_RETRY, (this.retry || 2500) * 2);
    this.schedule(this.woken ? 0 : wait || this.retry);
    this.woken = false;
    return undefined;
  }

  tell(state, detail = {}) {
    this.state = state;
    this.show(state, detail);
  }
}
