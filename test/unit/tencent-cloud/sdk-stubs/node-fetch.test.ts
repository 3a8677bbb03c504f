import { once } from "node:events";
import { Agent, createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import fetch, { type FetchOptions } from "../../../../lib/tencent-cloud/sdk-stubs/node-fetch";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function start(listener: RequestListener): Promise<{ server: Server; url: string; sockets: Socket[] }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  closers.push(() => server.close().closeAllConnections());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/`, sockets };
}

function keepingAgent(): Agent {
  const agent = new Agent({ keepAlive: true });
  closers.push(() => agent.destroy());
  return agent;
}

/** Resolves when the server sees that none of its connections is left. */
async function closedAll(sockets: readonly Socket[]): Promise<void> {
  const closed = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));
  await Promise.all(sockets.map((socket) => socket.closed || closed(socket)));
}

const post = (url: string, options: Partial<FetchOptions> = {}) =>
  fetch(url, { method: "POST", headers: {}, body: "{}", ...options });

test("method, headers and body arrive as they were given, and no compressed answer is asked for", async () => {
  const seen: unknown[] = [];
  const { url } = await start(async (request, response) => {
    const { method, headers } = request;
    seen.push({ method, headers, body: await text(request) });
    response.end("{}");
  });
  await post(`${url}path?a=b`, { headers: { Host: "vod.example", "X-TC-Timestamp": 17 }, body: "点播" });
  expect(seen).toEqual([
    {
      method: "POST",
      headers: expect.objectContaining({
        host: "vod.example",
        "x-tc-timestamp": "17",
        "content-length": "6",
        "accept-encoding": "identity",
      }),
      body: "点播",
    },
  ]);
});

test("status, headers and body of the answer can be read", async () => {
  const { url } = await start((_request, response) => {
    response.writeHead(201, "Made", { "X-TC-TraceId": "trace", "Set-Cookie": ["a=1", "b=2"] });
    response.end('{"text":"点播"}');
  });
  const answer = await post(url);
  expect(answer).toMatchObject({ ok: true, status: 201, statusText: "Made" });
  expect(answer.headers.get("x-tc-traceid")).toBe("trace");
  expect(answer.headers.get("X-TC-TRACEID")).toBe("trace");
  expect(answer.headers.get("set-cookie")).toBe("a=1,b=2");
  expect(answer.headers.get("none")).toBeNull();
  await expect(answer.json()).resolves.toEqual({ text: "点播" });
  await expect(answer.text()).resolves.toBe('{"text":"点播"}');
});

test("a FileId that an answer prints as a number keeps every digit: the queue's events come this way", async () => {
  const { url } = await start((_request, response) => response.end('{"FileId":5285890784273533167}'));
  const answer = await post(url);
  await expect(answer.json()).resolves.toEqual({ FileId: "5285890784273533167" });
});

test.each([404, 500])("status %i is an answer like any other", async (status) => {
  const { url } = await start((_request, response) => response.writeHead(status).end("no"));
  await expect(post(url)).resolves.toMatchObject({ ok: false, status });
});

test.each([301, 302, 303, 307, 308])(
  "a redirect with status %i is an error and is not followed",
  async (status) => {
    let followed = 0;
    const other = await start((_request, response) => {
      followed += 1;
      response.end("{}");
    });
    const { url, sockets } = await start((_request, response) =>
      response.writeHead(status, { Location: other.url }).end("moved"),
    );
    await expect(post(url, { agent: keepingAgent() })).rejects.toThrow(`redirect (HTTP ${status})`);
    await closedAll(sockets);
    expect(followed).toBe(0);
  },
);

test("an answer that is no JSON says so", async () => {
  const { url } = await start((_request, response) => response.end("<html>"));
  await expect((await post(url)).json()).rejects.toThrow(/^the answer is not JSON: /);
});

test("an agent that keeps connections makes one for all requests", async () => {
  const { url, sockets } = await start((_request, response) => response.end("{}"));
  const agent = keepingAgent();
  for (let count = 0; count < 20; count += 1) await post(url, { agent });
  expect(sockets).toHaveLength(1);
});

test("a kept connection that the server has closed is replaced, and the request arrives once", async () => {
  let served = 0;
  const { url, sockets } = await start((_request, response) => {
    served += 1;
    response.end("{}");
  });
  const agent = keepingAgent();
  await Promise.all([post(url, { agent }), post(url, { agent }), post(url, { agent })]);
  for (const socket of sockets) socket.destroy();
  // Nothing is awaited in between: the client can't have noticed yet.
  await expect(post(url, { agent })).resolves.toMatchObject({ status: 200 });
  expect(served).toBe(4);
});

test("a first connection that is closed without an answer is an error: the request may have arrived", async () => {
  let served = 0;
  const { url } = await start((request) => {
    served += 1;
    request.socket.destroy();
  });
  await expect(post(url, { agent: keepingAgent() })).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(served).toBe(1);
});

test("a kept connection that is closed within the answer's head is an error", async () => {
  let requests = 0;
  const server = createTcpServer((socket) => {
    socket.on("data", () => {
      requests += 1;
      if (requests === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
      else socket.end("HTTP/1.1 200 OK\r\nConte");
    });
  }).listen(0, "127.0.0.1");
  closers.push(() => server.close());
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const agent = keepingAgent();
  await post(url, { agent });
  await expect(post(url, { agent })).rejects.toThrow();
  expect(requests).toBe(2);
});

test.each([{ "Content-Length": 1000 }, {}])(
  "an answer that is cut in its body is an error: %j",
  async (head) => {
    const { url } = await start((_request, response) => {
      response.writeHead(200, head);
      response.write('{"Response":', () => response.destroy());
    });
    await expect(post(url, { agent: keepingAgent() })).rejects.toThrow();
  },
);

test("an answer larger than 10 MB is refused and its connection closed", async () => {
  const { url, sockets } = await start((_request, response) => {
    response.writeHead(200);
    const piece = Buffer.alloc(1024 * 1024);
    const more = () => response.destroyed || response.write(piece, more);
    more();
  });
  await expect(post(url, { agent: keepingAgent() })).rejects.toThrow("larger than 10 MB");
  await closedAll(sockets);
});

test.each([
  ["before its answer", () => {}],
  ["within its answer", (_request, response) => response.writeHead(200).write("{")],
] satisfies [string, RequestListener][])(
  "a request that is aborted %s ends, and its connection is not used again",
  async (_name, listener) => {
    let requests = 0;
    const controller = new AbortController();
    const { url, sockets } = await start((request, response) => {
      requests += 1;
      if (requests > 1) return void response.end("{}");
      listener(request, response);
      setImmediate(() => controller.abort());
    });
    const agent = keepingAgent();
    await expect(post(url, { agent, signal: controller.signal })).rejects.toThrow();
    await closedAll(sockets);
    await post(url, { agent });
    expect(sockets).toHaveLength(2);
  },
);

test("a request whose signal is already aborted is not sent", async () => {
  const { url, sockets } = await start((_request, response) => response.end("{}"));
  await expect(post(url, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  expect(sockets).toEqual([]);
});

test("an aborted request is not sent again, though its connection was a kept one", async () => {
  let requests = 0;
  const controller = new AbortController();
  const { url } = await start((_request, response) => {
    requests += 1;
    if (requests === 1) response.end("{}");
    else controller.abort();
  });
  const agent = keepingAgent();
  await post(url, { agent });
  await expect(post(url, { agent, signal: controller.signal })).rejects.toThrow("aborted");
  expect(requests).toBe(2);
});

test("the SDK's own timeout ends a request", async () => {
  const { url, sockets } = await start(() => {});
  await expect(post(url, { timeout: 20 })).rejects.toThrow("no answer within 20 ms");
  await closedAll(sockets);
});

test("nobody to connect to is an error", async () => {
  const { server, url } = await start(() => {});
  server.close();
  await once(server, "close");
  await expect(post(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
