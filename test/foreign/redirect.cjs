// Preloaded into a client: sends all its HTTPS requests to the local cloud, with the Host header of the real one.
const http = require("node:http");
const https = require("node:https");
const { urlToHttpOptions } = require("node:url");

const { hostname, port } = new URL(process.env.CLOUD_ENDPOINT_URL);

/** `<method> <host><path>` of every request, for a script that wants to know what its client did. */
const requests = [];

https.request = (...args) => {
  const [first, second, callback] = args;
  const isUrl = typeof first === "string" || first instanceof URL;
  const options = isUrl
    ? { ...urlToHttpOptions(new URL(first)), ...(typeof second === "object" ? second : {}) }
    : first;
  const done = isUrl ? (callback ?? (typeof second === "function" ? second : undefined)) : second;
  const { agent: _secure, agents: _agents, headers = {}, ...rest } = options;
  const named = Object.keys(headers).find((name) => name.toLowerCase() === "host");
  const host = String(named === undefined ? (options.hostname ?? options.host) : headers[named]);
  requests.push(`${options.method ?? "GET"} ${host}${options.path ?? "/"}`);
  const target = { protocol: "http:", hostname, host: hostname, port };
  return http.request({ ...rest, ...target, headers: { ...headers, [named ?? "Host"]: host } }, done);
};

https.get = (...args) => https.request(...args).end();

module.exports = { requests };
