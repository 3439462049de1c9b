// How long a form was open, by a clock that a wrong or moved date can't disturb; it stops while the screen shows
// something else and goes on after a restart.

export class Stopwatch {
  constructor(draft) {
    this.draft = draft;
    this.since = performance.now();
    this.paused = () => (document.hidden ? this.note() : this.resume());
    document.addEventListener("visibilitychange", this.paused);
  }

  /** Adds what has passed to the draft. */
  note() {
    const current = performance.now();
    if (this.since !== null) this.draft.elapsed_ms += Math.round(current - this.since);
    this.since = document.hidden ? null : current;
  }

  resume() {
    this.since = performance.now();
  }

  stop() {
    this.note();
    this.since = null;
    document.removeEventListener("visibilitychange", this.paused);
  }
}
