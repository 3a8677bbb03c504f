/** SCF's cron expressions: which moments they name, in UTC. */
export interface Cron {
  /** The first moment after a given one, both in milliseconds since 1970; undefined where there is none. */
  next(afterMs: number): number | undefined;
}

interface Field {
  /** Whether it is `*`. */
  readonly isFree: boolean;
  has(value: number): boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
/** Seconds, minutes, hours, day, month, weekday and year, with the documented bounds. */
const BOUNDS: readonly (readonly [number, number, (readonly string[])?])[] = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12, ["", ...MONTHS]],
  [0, 6, DAYS],
  [1970, 2099],
];
/** The documented expressions are in Beijing's time. */
const OFFSET_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

/**
 * Reads an expression of seven fields, or of the older form's five (without seconds and year), made of `*`,
 * numbers, names, lists, ranges and steps.
 * @throws {Error} that says what is wrong
 */
export function parseCron(expression: string): Cron {
  const words = expression.trim().split(/\s+/);
  const all = words.length === 5 ? ["0", ...words, "*"] : words;
  if (all.length !== 7) throw new Error("a cron expression has seven fields");
  const fields = all.map((word, index) => parseField(word.toUpperCase(), index));
  const isOn = (index: number, value: number) => fields[index]?.has(value) ?? false;
  // Documented: where both day and weekday are given, either is enough.
  const either = !fields[3]?.isFree && !fields[5]?.isFree;
  const isDay = (date: Date): boolean => {
    const [day, weekday] = [isOn(3, date.getUTCDate()), isOn(5, date.getUTCDay())];
    const fits = either ? day || weekday : day && weekday;
    return fits && isOn(4, date.getUTCMonth() + 1) && isOn(6, date.getUTCFullYear());
  };
  const timesOfDay = () => seconds(isOn);
  return { next: (afterMs) => find(afterMs + OFFSET_MS, isDay, timesOfDay) };
}

function find(
  after: number,
  isDay: (date: Date) => boolean,
  timesOfDay: () => Iterable<number>,
): number | undefined {
  const last = Date.UTC(2100, 0, 1);
  for (let day = Math.floor(after / DAY_MS) * DAY_MS; day < last; day += DAY_MS) {
    if (!isDay(new Date(day))) continue;
    for (const second of timesOfDay()) {
      const moment = day + second * 1000;
      if (moment > after) return moment - OFFSET_MS;
    }
  }
  return undefined;
}

function* seconds(isOn: (index: number, value: number) => boolean): Generator<number> {
  for (let hour = 0; hour < 24; hour++) {
    if (!isOn(2, hour)) continue;
    for (let minute = 0; minute < 60; minute++) {
      if (!isOn(1, minute)) continue;
      for (let second = 0; second < 60; second++) {
        if (isOn(0, second)) yield hour * 3600 + minute * 60 + second;
      }
    }
  }
}

function parseField(text: string, index: number): Field {
  const [lowest, highest, names = []] = BOUNDS[index] ?? [0, 0];
  const number = (word: string): number => {
    const value = names.includes(word) && word !== "" ? names.indexOf(word) : Number(word);
    if (word !== "" && Number.isInteger(value) && value >= lowest && value <= highest) return value;
    throw new Error(`field ${index + 1}: "${word}" is not in ${lowest} to ${highest}`);
  };
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", step = "1", ...more] = part.split("/");
    const [from = "", to, ...rest] = range.split("-");
    if (more.length + rest.length > 0 || !/^[1-9]\d*$/.test(step)) throw new Error(`"${part}" is not valid`);
    const first = range === "*" ? lowest : number(from);
    // "5/15" is every fifteenth from the fifth on.
    const open = range === "*" || part.includes("/");
    const end = to === undefined ? (open ? highest : first) : number(to);
    for (let value = first; value <= end; value += Number(step)) values.add(value);
  }
  return { isFree: text === "*", has: (value) => values.has(value) };
}
