// <hold-countdown expires-at="…" now="…">: what is left of a hold. `brief` leaves out the word “left”,
// under a heading that says what the time is.
//
// Ticks from the server's clock: `now` is the server's time when the page was made, and only the
// time passed since then is taken from this machine, whose own clock may be wrong. Passed time
// comes from Date and not from performance.now(), which stands still while a laptop sleeps.

const SECOND = 1000;
const SOON = 10 * 60;

/** The same words as console.components.words_for_time_left. */
export function wordsForTimeLeft(seconds) {
  if (seconds <= 0) return "ended";
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return `${minutes}:${String(seconds % 60).padStart(2, "0")} left`;
  if (minutes < 60) return `${minutes} min left`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min left`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h left`;
}

export function urgencyOf(seconds) {
  if (seconds <= 0) return "over";
  return seconds < SOON ? "soon" : "calm";
}

class HoldCountdown extends HTMLElement {
  #timer;

  connectedCallback() {
    this.#expiresAt = Date.parse(this.getAttribute("expires-at"));
    this.#serverNow = Date.parse(this.getAttribute("now"));
    this.#connectedAt = Date.now();
    this.#tick();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #expiresAt;
  #serverNow;
  #connectedAt;

  get #millisecondsLeft() {
    return this.#expiresAt - (this.#serverNow + (Date.now() - this.#connectedAt));
  }

  #tick() {
    const left = this.#millisecondsLeft;
    const seconds = Math.max(0, Math.ceil(left / SECOND));
    this.#show(seconds);
    if (seconds === 0) {
      this.dispatchEvent(new CustomEvent("hold-ended", { bubbles: true }));
      return;
    }
    // On the whole second of the time left, so that two clocks on one page move together.
    this.#timer = setTimeout(() => this.#tick(), (left % SECOND) + 20);
  }

  #wordsFor(seconds) {
    const words = wordsForTimeLeft(seconds);
    return this.hasAttribute("brief") ? words.replace(/ left$/, "") : words;
  }

  #show(seconds) {
    this.dataset.urgency = urgencyOf(seconds);
    const words = this.querySelector("[data-left]");
    if (words) words.textContent = this.#wordsFor(seconds);
    const meter = this.querySelector("progress");
    if (meter) meter.value = meter.max - seconds;
  }
}

customElements.define("hold-countdown", HoldCountdown);
