// A page that lists the recorded files of one of your users, and plays their outputs. `npm install postgres hls.js`
// (for MySQL: mysql2 instead of postgres), then:
//   DATABASE_URL='postgres://reader:password@10.0.0.5:5432/vod' node player.mjs
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";

/** @typedef {Record<string, unknown>} Row */

const { DATABASE_URL = "", PORT = "3000" } = process.env;
if (!URL.canParse(DATABASE_URL)) {
  console.error("DATABASE_URL is missing or not a URL. Percent-encode special characters in the password.");
  process.exit(2);
}

const FILES = `
  SELECT file_id, name FROM vod_media
  WHERE source_context = ? AND deleted_at IS NULL
  ORDER BY recorded_at DESC LIMIT 100`;

const OUTPUTS = `
  SELECT m.name, o.kind, o.definition, o.height, o.url
  FROM vod_media m LEFT JOIN vod_output o
    ON o.sub_app_id = m.sub_app_id AND o.file_id = m.file_id AND o.state = 'succeeded' AND o.deleted_at IS NULL
    AND o.kind IN ('Transcode', 'AdaptiveDynamicStreaming')
  WHERE m.file_id = ? AND m.deleted_at IS NULL
  ORDER BY o.kind, o.height DESC`;

/** Scripts come from here only; films, and the lists and pieces of HLS, from anywhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; media-src http: https: blob:; connect-src http: https:; " +
  "worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PLAY_SCRIPT = `
  for (const video of document.querySelectorAll("video[data-hls]")) {
    if (Hls.isSupported()) {
      const hls = new Hls();
      hls.loadSource(video.dataset.hls);
      hls.attachMedia(video);
    } else video.src = video.dataset.hls;
  }`;
const HLS_SCRIPT = createRequire(import.meta.url).resolve("hls.js/dist/hls.min.js");

class Html {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/**
 * HTML in which every value is escaped that is not HTML itself.
 * @param {TemplateStringsArray} strings @param {unknown[]} values
 */
function html(strings, ...values) {
  /** @param {unknown} value @returns {string} */
  const escaped = (value) => {
    if (Array.isArray(value)) return value.map(escaped).join("");
    if (value instanceof Html) return value.text;
    return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  };
  return new Html(String.raw({ raw: strings }, ...values.map(escaped)));
}

/**
 * @param {string} url
 * @returns {Promise<(sql: string, value: string) => Promise<Row[]>>} runs a query with one value
 */
async function connect(url) {
  if (url.startsWith("mysql:")) {
    const { createPool } = await import("mysql2/promise");
    const pool = createPool(url);
    return async (sql, value) => /** @type {Row[]} */ ((await pool.execute(sql, [value]))[0]);
  }
  const { default: postgres } = await import("postgres");
  const client = postgres(url);
  return (sql, value) => client.unsafe(sql.replace("?", "$1"), [value]);
}

/** @param {string} title @param {Html | Html[]} body */
function page(title, body) {
  return html`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>${body}
<script src="/hls.js"></script><script src="/play.js"></script></html>`;
}

/** @param {Row} output */
function player({ kind, definition, height, url }) {
  const address = String(url);
  if (!/^https?:/.test(address)) return [];
  const source = /\.m3u8(\?|$)/.test(address) ? html`data-hls="${address}"` : html`src="${address}"`;
  const label = `${kind} ${definition}${height ? `, ${height}p` : ""}`;
  return html`<figure><video controls playsinline preload="metadata" width="480" ${source}></video>
<figcaption>${label}</figcaption></figure>`;
}

const query = await connect(DATABASE_URL);

/** @param {URL} url @returns {Promise<[status: number, type: string, body: string | Buffer]>} */
async function answer({ pathname, searchParams }) {
  if (pathname === "/hls.js") return [200, "text/javascript", await readFile(HLS_SCRIPT)];
  if (pathname === "/play.js") return [200, "text/javascript", PLAY_SCRIPT];
  const [user, file] = [searchParams.get("user"), searchParams.get("file")];
  if (user !== null) {
    // A real service takes the user from its login, not from the address.
    const files = await query(FILES, user);
    const items = files.map(
      ({ file_id, name }) =>
        html`<li><a href="/?file=${encodeURIComponent(String(file_id))}">${name ?? file_id}</a>`,
    );
    return [200, "text/html", page(`Files of ${user}`, html`<ul>${items}</ul>`).text];
  }
  // Here it would also check that the file is this user's.
  const outputs = file === null ? [] : await query(OUTPUTS, file);
  if (!outputs[0])
    return [404, "text/html", page("Not found", html`<p>Add ?user= or ?file= to the address.`).text];
  const players = outputs.flatMap(player);
  const body = players.length > 0 ? players : html`<p>There is nothing to play yet.`;
  return [200, "text/html", page(String(outputs[0].name ?? file), body).text];
}

const server = createServer(async (request, response) => {
  try {
    const [status, type, body] = await answer(new URL(request.url ?? "/", "http://localhost"));
    const headers = { "Content-Type": `${type}; charset=utf-8`, "Content-Security-Policy": POLICY };
    response.writeHead(status, { ...headers, "X-Content-Type-Options": "nosniff" }).end(body);
  } catch (error) {
    console.error("A request failed:", JSON.stringify(String(error)));
    response.writeHead(500).end("The page could not be made. The log of this server has the reason.");
  }
});

server.listen(Number(PORT), "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`Listening on http://127.0.0.1:${port}`);
});
