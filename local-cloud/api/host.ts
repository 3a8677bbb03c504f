import { signatureFailure } from "./signed-request";

const cloudHost = /^([a-z0-9-]+)\.(?:[a-z0-9-]+\.)*tencentcloudapi\.com$/;

/**
 * Checks that a request signed for `service` was sent to that service. Only a real endpoint's Host
 * (`vod.tencentcloudapi.com`, `vod.ap-guangzhou.tencentcloudapi.com`) names one; any other, such as
 * `127.0.0.1:8080` of an SDK that was pointed here, is taken as it is.
 * @throws {ApiError} AuthFailure.SignatureFailure
 */
export function checkHost(host: string | undefined, service: string): void {
  const named = serviceOfHost(host);
  if (named !== undefined && named !== service) {
    throw signatureFailure("The credential scope's service is not the one of the Host header.");
  }
}

/** The service that a real endpoint's Host header names, else undefined. */
export function serviceOfHost(host: string | undefined): string | undefined {
  return cloudHost.exec(withoutPort(host ?? "").toLowerCase())?.[1];
}

/** The forms of the Host header that a client may have signed: as it is sent, and without its port. */
export function spokenHosts(host: string | undefined): (string | undefined)[] {
  return host === undefined ? [undefined] : [...new Set([host, withoutPort(host)])];
}

function withoutPort(host: string): string {
  return host.trim().replace(/:\d+$/, "");
}
