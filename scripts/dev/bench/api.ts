import { once } from "node:events";
import { createServer } from "node:http";
import type { Environment } from "../../../lib/config";

/** VOD as fast as can be, in this process: what is measured runs in another. */
export interface Api {
  /** What a function is to have in its environment. */
  readonly env: Environment;
  /** How many connections there have been. */
  connections(): number;
}

const SUCCESS = JSON.stringify({ Response: { TaskId: "1300000001-procedurev2-bench", RequestId: "bench" } });

/** Has something done with an API that answers every call at once. */
export async function withApi<Result>(use: (api: Api) => Promise<Result>): Promise<Result> {
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end(SUCCESS));
  }).on("connection", () => {
    connections += 1;
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const env = {
    CLOUD_ENDPOINT_URL: `http://127.0.0.1:${address.port}`,
    SECRET_ID: "AKIDbenchbenchbench",
    SECRET_KEY: "benchbenchbenchbench",
  };
  try {
    return await use({ env, connections: () => connections });
  } finally {
    server.close().closeAllConnections();
  }
}
