import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Browser, Page } from "playwright-core";
import { buildPage } from "../../console/page-files";
import type { FileRow, LogRow, Update } from "../../console/protocol";
import { ROOT } from "../../scripts/project";
import { hasBrowser, openBrowser, watchErrors } from "../helpers/browser";
import { SAMPLE } from "../helpers/test-cloud";

const describeWithBrowser = hasBrowser ? describe : describe.skip;
/** With CONSOLE_SCREENSHOTS=docs/images the documents' pictures are made anew. */
const pictures = process.env["CONSOLE_SCREENSHOTS"] ?? mkdtempSync(join(tmpdir(), "console pictures "));
const AXE = readFileSync(join(ROOT, "node_modules", "axe-core", "axe.min.js"), "utf8");

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
  mkdirSync(pictures, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  if (process.env["CONSOLE_SCREENSHOTS"] === undefined) rmSync(pictures, { recursive: true });
});

describeWithBrowser("the console of a local run", () => {
  let child: ChildProcess;
  let address: string;

  beforeAll(async () => {
    child = spawn(join(ROOT, "vod-receiver"), ["local"], { stdio: ["ignore", "pipe", "inherit"] });
    address = await lineOf(child, /^Console: (\S+)$/);
  });
  afterAll(async () => {
    child.kill();
    await once(child, "close");
  });

  test.each([
    ["en-GB", { files: "Files", events: "Events", log: "Log", settings: "Settings", faults: "Faults" }],
    ["zh-CN", { files: "媒资", events: "事件", log: "日志", settings: "设置", faults: "故障" }],
  ])("in %s an upload can be followed to its outputs, failed and replayed", async (locale, names) => {
    const { page, errors } = await open(address, { locale });
    const step = (name: string, state: string) =>
      page.waitForSelector(`[data-step="${name}"][data-state="${state}"]`);
    const show = (name: string) => page.click(`nav button:text-is("${name}")`);

    await drop(page, `film ${locale}.mp4`);
    await step("outputs", "done");
    expect(await page.title()).toBe(locale === "zh-CN" ? "云点播事件通知" : "VOD event notifications");
    await page.locator("figure video").nth(2).waitFor();
    expect(await page.evaluate(PLAYED)).toEqual([true, true, true]);
    await picture(page, `console-files-${locale}`);
    expect(await seriousFindings(page)).toEqual([]);

    await show(names.events);
    await page.click("tbody button");
    await page.waitForSelector("details");
    const count = await page.locator("tbody > tr").count();
    await page.click(".detail > button");
    await page.locator("tbody > tr").nth(count).waitFor();
    await page.click("details summary");
    expect(await page.textContent("details pre")).toContain('"EventType"');
    await picture(page, `console-events-${locale}`);
    expect(await seriousFindings(page)).toEqual([]);

    await show(names.settings);
    for (const mode of ["PULL", "PUSH"]) {
      await page.click("section:first-of-type > button");
      await page.waitForSelector(`[data-mode="${mode}"]`);
    }
    await picture(page, `console-settings-${locale}`);
    expect(await seriousFindings(page)).toEqual([]);

    await show(names.faults);
    await page.selectOption("select", "ProcessMedia");
    await saved(page, 'button[type="submit"]');
    expect(await seriousFindings(page)).toEqual([]);
    await show(names.files);
    await drop(page, `refused ${locale}.mp4`);
    await step("notified", "failed");
    expect(await page.textContent(".reason")).toContain("ProcessMedia: UnauthorizedOperation");
    await show(names.faults);
    await saved(page, ".faults p:last-of-type > button:nth-of-type(2)");
    await show(names.log);
    await page.click(".failed > button");
    await page.locator(".output", { hasText: /[1-9]\d* done/ }).waitFor();
    await picture(page, `console-log-${locale}`);
    expect(await seriousFindings(page)).toEqual([]);
    await show(names.files);
    await step("outputs", "done");

    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("fits into a width of 390 pixels, in the dark too", async () => {
    const viewport = { width: 390, height: 800 };
    const { page, errors } = await open(address, { locale: "en-GB", viewport, colorScheme: "dark" });
    await page.waitForSelector("ul.files button");
    for (const button of await page.$$("nav button")) {
      await button.click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
      expect(await seriousFindings(page)).toEqual([]);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("a page of another origin reads and changes nothing, and no address shows it without the token", async () => {
    const [origin = ""] = address.split("/#");
    const elsewhere = await servePage("<title>elsewhere</title>");
    const page = await browser.newPage();
    await page.goto(elsewhere.address);
    const token = address.slice(address.indexOf("#") + 1);
    for (const path of [
      "/",
      "/console/page.js",
      "/console/api/live",
      "/console/api/faults",
      "/faults",
      "/upload?name=a.mp4",
    ]) {
      for (const init of [
        {},
        { method: "POST", body: "x" },
        { method: "PUT", body: "{}", headers: { "x-console-token": token } },
      ]) {
        const asked = `fetch(${JSON.stringify(origin + path)}, ${JSON.stringify(init)}).then((answer) => answer.status, () => "blocked")`;
        expect({ path, init, got: await page.evaluate(asked) }).toEqual({ path, init, got: "blocked" });
      }
    }
    await page.goto(origin);
    await page.waitForSelector(".problem");
    expect(await page.textContent(".problem")).toContain("The token is missing or wrong.");
    await page.close();
    elsewhere.server.close();
  });
});

describeWithBrowser("the page with much to show", () => {
  test("filters 5 000 files and 50 000 lines in at most three times the script time of 100", async () => {
    const costs: number[] = [];
    for (const count of [100, 5000]) {
      const served = await servePage(await buildPage(), madeUp(count));
      const page = await browser.newPage();
      await page.goto(`${served.address}/#token`);
      await page.waitForSelector("ul.files button");
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable");
      const scriptSeconds = async () => {
        const { metrics } = await session.send("Performance.getMetrics");
        return metrics.find(({ name }) => name === "ScriptDuration")?.value ?? Number.NaN;
      };
      // Of several rounds the quickest counts for each step: others use the machine too.
      const samples: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const steps = ["Files", "Log"].flatMap((view) => TEXTS.map((text) => [view, text] as const));
        for (const [index, [view, text]] of steps.entries()) {
          await page.click(`nav button:text-is("${view}")`);
          const before = await scriptSeconds();
          await page.fill('input[type="search"]', text);
          await page.evaluate("new Promise(requestAnimationFrame)");
          samples[index] = Math.min(
            samples[index] ?? Number.POSITIVE_INFINITY,
            (await scriptSeconds()) - before,
          );
          expect(await page.evaluate("document.querySelectorAll('li, tr').length")).toBeLessThanOrEqual(300);
        }
      }
      costs.push(samples.reduce((sum, seconds) => sum + seconds, 0));
      await page.close();
      served.server.closeAllConnections();
      served.server.close();
    }
    const [few = Number.NaN, many = Number.NaN] = costs;
    expect(many / few).toBeLessThan(3);
  });
});

const ROUNDS = 5;
const TEXTS = ["7", "77", "film 9", "no such thing", "1", ""];

interface OpenOptions {
  readonly locale: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

async function open(address: string, options: OpenOptions): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 900, height: 600 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(110_000);
  const errors = watchErrors(page);
  await page.goto(address);
  return { page, errors };
}

/** Clicks a button that changes the faults. */
async function saved(page: Page, button: string): Promise<void> {
  await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.ok()),
    page.click(button),
  ]);
}

/** Drops a video on the page, as a user does with the mouse. */
async function drop(page: Page, name: string): Promise<void> {
  const bytes = JSON.stringify([...SAMPLE]);
  const transfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(${bytes})], ${JSON.stringify(name)}, { type: "video/mp4" }));
    return transfer;
  })()`);
  await page.dispatchEvent(".drop", "drop", { dataTransfer: transfer });
  await page.waitForSelector(`article[aria-label="${name.replace(/\.mp4$/, "")}"]`);
}

/** Plays every video until its time has moved. */
const PLAYED = `Promise.all([...document.querySelectorAll("figure video")].map(async (video) => {
  video.muted = true;
  await video.play();
  while (video.currentTime === 0) await new Promise(requestAnimationFrame);
  video.pause();
  return video.videoWidth > 0;
}))`;

async function picture(page: Page, name: string): Promise<void> {
  const path = join(pictures, `${name}.png`);
  expect(await page.locator("nav [aria-current]").count()).toBe(1);
  await page.screenshot({ path });
  expect(statSync(path).size).toBeLessThan(150_000);
}

async function seriousFindings(page: Page): Promise<unknown> {
  const run = `(${"async () => {"}
    ${AXE};
    const { violations } = await axe.run();
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  })()`;
  return page.evaluate(run);
}

function madeUp(count: number): Update[] {
  const source = { kind: "Source", url: "", media: "other" } as const;
  const about = { isLocal: true, region: "r", namespace: "n", eventTypes: [], hasHls: false };
  const files: FileRow[] = Array.from({ length: count }, (_, index) => ({
    ...{ fileId: String(387000000000000000n + BigInt(index)), name: `film ${index}`, type: "mp4" },
    ...{ category: "Video", timeMs: 1_790_000_000_000 + index, source, outputs: [], tasks: [] },
  }));
  const log: LogRow[] = Array.from({ length: count * 10 }, (_, index) => ({
    ...{
      id: index,
      timeMs: 1_790_000_000_000 + index,
      functionName: "callback",
      requestId: `request-${index}`,
    },
    ...{
      text: `Transcode succeeded. FileId: 387000000000${index}, Definition: 100010, Url: https://a.example/${index}.mp4`,
    },
    isPlatform: false,
  }));
  return [
    { kind: "hello", about },
    { kind: "files", rows: files },
    { kind: "log", rows: log },
  ];
}

/** Serves the page's files, and a stream of updates; or one page of another origin. */
async function servePage(
  files: string | Awaited<ReturnType<typeof buildPage>>,
  updates: readonly Update[] = [],
): Promise<{ address: string; server: Server }> {
  const server = createServer((request, response) => {
    if (typeof files === "string") return response.setHeader("Content-Type", "text/html").end(files);
    const file = files.get(request.url ?? "");
    if (file) return response.setHeader("Content-Type", file.type).end(file.content);
    for (const update of updates) response.write(`${JSON.stringify(update)}\n`);
    return undefined;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, server };
}

async function lineOf({ stdout }: ChildProcess, pattern: RegExp): Promise<string> {
  if (!stdout) throw new Error("The process has no output.");
  for await (const line of createInterface({ input: stdout })) {
    const [, found] = pattern.exec(line) ?? [];
    if (found !== undefined) {
      stdout.resume();
      return found;
    }
  }
  throw new Error("The process ended too early.");
}
