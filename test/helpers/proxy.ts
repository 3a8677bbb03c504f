import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { type AddressInfo, connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";

export const ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

/** Tencent Cloud's HTTPS endpoint in front of a local cloud, and an HTTP proxy that leads there. */
export class TestProxy {
  /** What was asked of the proxy: the method and the target of each request. */
  readonly asked: string[] = [];
  /** The Proxy-Authorization header of each. */
  readonly credentials: (string | undefined)[] = [];
  /** Its answer to CONNECT; an empty text makes it silent. */
  answer = ESTABLISHED;

  /** @param endpointUrl where every tunnel ends, whatever its host; every plain request ends there too */
  static async open(endpointUrl: string): Promise<TestProxy> {
    const folder = mkdtempSync(join(tmpdir(), "proxy-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=test", "-addext", "subjectAltName=DNS:*.tencentcloudapi.com"];
    const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    execFileSync("openssl", ["req", "-x509", ...newKey, "-keyout", key, "-out", cert, ...subject], {
      stdio: "ignore",
    });
    const { port } = new URL(endpointUrl);
    const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
      const inner = connect(Number(port), "127.0.0.1");
      socket.on("error", () => inner.destroy()).pipe(inner);
      inner.on("error", () => socket.destroy()).pipe(socket);
    });
    return new TestProxy(folder, cert, port, tls, await listen(tls));
  }

  readonly #proxy = createServer();
  port = 0;

  private constructor(
    private readonly folder: string,
    /** The file of the certificate that the endpoint shows. */
    readonly certificate: string,
    endpointPort: string,
    private readonly tls: Server,
    tlsPort: number,
  ) {
    this.#proxy.on("connect", (asked, socket) => {
      this.asked.push(`CONNECT ${asked.url}`);
      this.credentials.push(asked.headers["proxy-authorization"]);
      if (this.answer !== ESTABLISHED) {
        socket.on("error", () => {});
        if (this.answer) socket.end(this.answer);
        return;
      }
      const inner = connect(tlsPort, "127.0.0.1");
      socket.write(this.answer);
      socket.on("error", () => inner.destroy()).pipe(inner);
      inner.on("error", () => socket.destroy()).pipe(socket);
    });
    this.#proxy.on("request", (asked, response) => {
      this.asked.push(`${asked.method} ${asked.url}`);
      const { method, headers } = asked;
      const inner = request({ port: endpointPort, method, headers, path: "/" }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      asked.pipe(inner);
    });
  }

  async start(): Promise<this> {
    this.port = await listen(this.#proxy);
    return this;
  }

  close(): void {
    this.tls.close();
    this.#proxy.closeAllConnections();
    this.#proxy.close();
    rmSync(this.folder, { recursive: true });
  }
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
