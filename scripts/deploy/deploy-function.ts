import { describeFailure } from "../../lib/tencent-cloud/errors";
import type { CodePackage } from "../build/pack";
import type { Account } from "../cloud/account";
import type { FunctionName } from "../cloud/function-names";
import { type EntryPoint, entryPointOf } from "../cloud/function-names";
import { MARKER, type RemoteFunction, readFunction, withToken } from "../cloud/remote-function";
import { OLDER_RUNTIME } from "../cloud/runtimes";
import { setVariables } from "../cloud/set-variables";
import { changeWhenFree, type DeployContext, deleteFunction, waitUntilActive } from "../cloud/wait-active";
import { configurationOf, isConfigured } from "./configuration";
import { ensureBound, ensureRepeating, limitOf } from "./invocation-config";
import type { FunctionSpec } from "./serverless-file";
import { ensureTriggers } from "./triggers";
import { type SecretSources, variablesFor } from "./variables";

/** How long SCF may take to know a role that was just created. */
const ROLE_PATIENCE_MS = 30_000;
const ROLE_PAUSE_MS = 2000;
/** The description that marks a namespace as created by `deploy`. */
export const NAMESPACE_DESCRIPTION = "Made by vod-receiver";

export interface Deployment {
  readonly entryPoint: EntryPoint;
  readonly spec: FunctionSpec;
  readonly code: CodePackage;
  readonly role: string | undefined;
  readonly secrets: SecretSources;
}

/** A function after its deployment. */
export interface Deployed {
  readonly spec: FunctionSpec;
  /** The digest of the deployed code. */
  readonly digest: string;
  /** The address as VOD has it, with the token; undefined if the function has none. */
  readonly address: string | undefined;
  readonly pathToken: string | undefined;
  /** The key that notifications are signed with, if any. */
  readonly signKey: string | undefined;
  /** Whether this deployment has changed it, so that VOD may not have it. */
  readonly hasNewSignKey: boolean;
}

/**
 * Deploys a function as described and changes only what differs. Each step reads the current state, so a run
 * continues what an interrupted or failed one left.
 * @throws {Error} if a function of that name is not ours, or the cloud rejects a step
 */
export async function deployFunction(deployment: Deployment, context: DeployContext): Promise<Deployed> {
  const { entryPoint, spec, code } = deployment;
  const { account } = context;
  const name: FunctionName = spec;

  let remote = await readFunction(account, name);
  const keyBefore = remote?.variables["SIGN_KEY"];
  if (remote) remote = await makeUsable(remote, name, deployment, context);
  if (!remote) {
    await createFunction(deployment, context);
    remote = await waitUntilActive(name, context);
    // Another process may have created one of that name since the check.
    refuseForeign(remote, name, entryPoint);
  }
  const variables = variablesFor(entryPoint, spec, code.digest, remote.variables, deployment.secrets);
  const configuration = configurationOf(spec, deployment.role, variables);
  // A digest must never name code that is not deployed: it is removed before the code changes, and set after it.
  if (remote.variables["CODE_DIGEST"] !== code.digest || remote.description.Handler !== spec.handler) {
    if ("CODE_DIGEST" in remote.variables) {
      await setVariables(name, { CODE_DIGEST: undefined }, context);
    }
    await changeWhenFree(name, context, () =>
      account.scf.UpdateFunctionCode({
        FunctionName: name.name,
        Namespace: name.namespace,
        Handler: spec.handler,
        CodeSource: "ZipFile",
        ZipFile: Buffer.from(code.zip).toString("base64"),
      }),
    );
    remote = await waitUntilActive(name, context);
  }
  if (!isConfigured(remote, configuration)) {
    const update = () =>
      account.scf.UpdateFunctionConfiguration({
        FunctionName: name.name,
        Namespace: name.namespace,
        ...configuration,
      });
    await whenRoleIsKnown(context, () => changeWhenFree(name, context, update));
    const { VpcConfig } = (await waitUntilActive(name, context)).description;
    // No document says that SCF takes an empty one for none.
    if (configuration.VpcConfig?.VpcId === "" && VpcConfig?.VpcId)
      context.progress(
        `SCF keeps ${name.name} in the VPC ${VpcConfig.VpcId}. Take it out in the SCF console.`,
      );
  }
  await ensureBound(name, limitOf(entryPoint, spec, variables["CONCURRENCY"]), context);
  if (entryPoint === "retry") await ensureRepeating(name, context);
  const url = await ensureTriggers(name, spec, context);
  return {
    spec,
    digest: code.digest,
    address: url && withToken(url, variables["PATH_TOKEN"]),
    pathToken: variables["PATH_TOKEN"],
    signKey: variables["SIGN_KEY"],
    hasNewSignKey: Boolean(variables["SIGN_KEY"]) && variables["SIGN_KEY"] !== keyBefore,
  };
}

/**
 * Brings an existing function into a state that can be changed.
 * @returns undefined if it must be created again
 * @throws if it is not ours
 */
async function makeUsable(
  remote: RemoteFunction,
  name: FunctionName,
  { entryPoint, spec }: Deployment,
  context: DeployContext,
): Promise<RemoteFunction | undefined> {
  const { Runtime, Status } = remote.description;
  refuseForeign(remote, name, entryPoint);
  if (Status === "CreateFailed") {
    context.progress("An earlier run failed to create the function; creating it again.");
    await deleteFunction(name, context);
    return undefined;
  }
  if (Runtime !== spec.runtime && spec.isRuntimeChosen) {
    throw new Error(
      `The function ${name.namespace}/${name.name} runs on ${Runtime}, and SCF can't change a runtime (to ${spec.runtime}). ` +
        "Unset RUNTIME to keep it, set FUNCTION to another name, or remove the function first: ./vod-receiver remove",
    );
  }
  return Status === "Active" || Status === "UpdateFailed" ? remote : waitUntilActive(name, context);
}

/**
 * Rejects a function that `deploy` must not change.
 * @throws if the function does not carry our marker, or is another entry point
 */
export function refuseForeign(
  remote: RemoteFunction | undefined,
  { namespace, name }: FunctionName,
  entryPoint: EntryPoint,
): void {
  if (!remote) return;
  const marker = remote.variables[MARKER];
  if (marker !== undefined && entryPointOf(marker) === entryPoint) return;
  const whose =
    marker === undefined
      ? "was not deployed by vod-receiver"
      : `is the ${entryPointOf(marker)} of another installation`;
  throw new Error(
    `The function ${namespace}/${name} (${remote.description.Runtime}) ${whose}, so it was not changed. ` +
      "Set FUNCTION to another name or NAMESPACE to another namespace.",
  );
}

async function createFunction(deployment: Deployment, context: DeployContext): Promise<void> {
  const { entryPoint, spec, code, role, secrets } = deployment;
  const { account } = context;
  await ensureNamespace(account, spec.namespace);
  const configuration = configurationOf(spec, role, variablesFor(entryPoint, spec, code.digest, {}, secrets));
  const create = (runtime: string) =>
    whenRoleIsKnown(context, () =>
      account.scf.CreateFunction({
        FunctionName: spec.name,
        Namespace: spec.namespace,
        Runtime: runtime,
        Handler: spec.handler,
        Type: "Event",
        CodeSource: "ZipFile",
        Code: { ZipFile: Buffer.from(code.zip).toString("base64") },
        ...configuration,
        // SCF delivers logs only on request.
        ...(spec.cls ? {} : { AutoCreateClsTopic: "TRUE", AutoDeployClsTopicIndex: "TRUE" }),
        ...(spec.tags && { Tags: Object.entries(spec.tags).map(([Key, Value]) => ({ Key, Value })) }),
      }),
    );
  try {
    await create(spec.runtime).catch((error) => {
      if (spec.isRuntimeChosen || !isAboutRuntime(error)) throw error;
      context.progress(`SCF has no ${spec.runtime} here; ${spec.name} gets ${OLDER_RUNTIME}.`);
      return create(OLDER_RUNTIME);
    });
  } catch (error) {
    // A cut connection hides whether the call before this one was carried out.
    if (!describeFailure(error).code?.startsWith("ResourceInUse")) throw error;
  }
}

/** No document has the code for a runtime that SCF does not have in a region. */
function isAboutRuntime(error: unknown): boolean {
  const { code = "", message } = describeFailure(error);
  return code.startsWith("InvalidParameter") && /runtime/i.test(code + message);
}

async function ensureNamespace({ scf }: Account, namespace: string): Promise<void> {
  const { Namespaces } = await scf.ListNamespaces({ Limit: 100 });
  if (Namespaces?.some(({ Name }) => Name === namespace)) return;
  try {
    await scf.CreateNamespace({ Namespace: namespace, Description: NAMESPACE_DESCRIPTION });
  } catch (error) {
    if (!describeFailure(error).code?.startsWith("ResourceInUse")) throw error;
  }
}

async function whenRoleIsKnown<Result>(
  { clock, progress }: DeployContext,
  call: () => Promise<Result>,
): Promise<Result> {
  const start = clock.monotonic();
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const unknown = describeFailure(error).code === "FailedOperation.QcsRoleNotFound";
      if (!unknown || clock.monotonic() - start > ROLE_PATIENCE_MS) throw error;
      if (tries === 1) progress("SCF does not know the role yet; waiting.");
      await clock.sleep(ROLE_PAUSE_MS);
    }
  }
}
