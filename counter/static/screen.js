// What all parts of the desk share: the picture shown, the connection, and the elements of the page by id.

export const state = {
  live: null,
  picture: null,
  counterId: null, // null: no counter yet, or the information desk
  desk: false, // working without a counter
  online: false,
  since: null,
  busy: false,
  unanswered: false, // a command is on its way and nobody knows its fate yet
  left: false,
};

export const at = (id) => document.getElementById(id);

/** The server's clock now, and how much of it has passed since the picture was made. */
export const now = () => state.live?.now() ?? Date.now();
export const elapsed = () => (state.picture ? Math.max(0, now() - state.picture.now) : 0);

export const zone = () => state.picture?.office.timezone;

/** Changes a text only when it differs: no needless work for screen readers and layout. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const waiters = new Set();

/** Resolves when the screen shows at least this seq; in any case after 1.5 s. */
export function caughtUp(seq) {
  if (!state.picture || state.picture.seq >= seq) return Promise.resolve();
  return new Promise((resolve) => {
    const waiter = { seq, resolve };
    waiters.add(waiter);
    setTimeout(() => waiters.delete(waiter) && resolve(), 1500);
  });
}

export function pictureArrived() {
  for (const waiter of waiters) {
    if (state.picture.seq >= waiter.seq) {
      waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
