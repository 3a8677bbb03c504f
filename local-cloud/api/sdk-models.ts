import { dirname, join } from "node:path";

interface Models {
  /** The API version, as X-TC-Version has it. */
  readonly version: string;
  /** The parameters that are not integers: the SDK declares them all as `number`. */
  readonly floats: RegExp;
  /** The types' file in here, of a service whose SDK can't be had. */
  readonly own?: string;
}

/**
 * The services whose parameters can be checked, one line each; the package is `tencentcloud-sdk-nodejs-<name>`
 * but for those that `own` their types.
 * `floats` comes from Tencent's API metadata (TencentCloud/tencentcloud-cli, `tccli/services/<name>/v…/api.json`,
 * 2026-08: the members of type `float` that a request can hold), which the SDKs are made from.
 */
const table = {
  vod: { version: "2018-07-17", floats: /(TimeOffset|TimeOffsetSet|Alpha|PositionValue)$/ },
  scf: { version: "2018-04-16", floats: /^(Weight|TrackingTarget)$/ },
  cam: { version: "2019-01-16", floats: /^$/, own: "cam/models.ts" },
  cls: { version: "2020-10-16", floats: /^SamplingRate$/, own: "cls/models.ts" },
  monitor: { version: "2018-07-24", floats: /^$/, own: "monitor/models.ts" },
} satisfies Record<string, Models>;

export type ServiceName = keyof typeof table;

export function modelsOf(service: ServiceName): Models {
  return table[service];
}

/** The file that declares a service's types: the SDK's or, if that is not installed, one in this folder. */
export function declarationsOf(service: ServiceName): string {
  const { version, own } = modelsOf(service);
  if (own !== undefined) return join(__dirname, "..", own);
  const folder = `v${version.replaceAll("-", "")}`;
  const services = join(dirname(packageFile(sdkOf(service))), "tencentcloud", "services");
  return join(services, service, folder, `${service}_models.d.ts`);
}

function sdkOf(service: ServiceName): string {
  return `tencentcloud-sdk-nodejs-${service}`;
}

function packageFile(name: string): string {
  return require.resolve(`${name}/package.json`);
}
