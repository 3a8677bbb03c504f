// Loaded into the process of a function: time goes at another speed there, from CLOCK_START or from now on.
// Faster, what takes minutes in the real cloud takes seconds; slower, what the function must do within seconds
// is in time on a slow or busy machine too. With LIFE_MS the process is killed after a random part of it, as the
// platform may do at any moment.
const RealDate = Date;
const { CLOCK_START, CLOCK_SPEED, LIFE_MS } = process.env;
const [start, speed] = [Number(CLOCK_START ?? RealDate.now()), Number(CLOCK_SPEED)];
const later = globalThis.setTimeout;
const now = () => Math.round(start + (RealDate.now() - start) * speed);

const realMonotonic = process.hrtime;
const fastMonotonic = () => {
  const [seconds, nanoseconds] = realMonotonic();
  const fast = (seconds + nanoseconds / 1e9) * speed;
  return [Math.floor(fast), Math.round((fast % 1) * 1e9)];
};
// The platform's own code takes differences, and the big ones.
process.hrtime = Object.assign((since) => (since ? realMonotonic(since) : fastMonotonic()), realMonotonic);

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }
  static now() {
    return now();
  }
};
globalThis.setTimeout = Object.assign((run, ms = 0, ...rest) => later(run, ms / speed, ...rest), later);

if (LIFE_MS)
  later(() => process.kill(process.pid, "SIGKILL"), (Number(LIFE_MS) * Math.random()) / speed).unref();
