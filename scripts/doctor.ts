import type { Environment } from "../lib/config";
import { describeFailure } from "../lib/tencent-cloud";
import { type Account, CallError, openAccount } from "./deploy/account";
import { withDefaults } from "./deploy/deploy";
import { explain } from "./deploy/explain";
import {
  type RemoteFunction,
  readOurFunction,
  readTriggers,
  serviceAddress,
  subAppIdOf,
} from "./deploy/remote-function";
import { roleExists } from "./deploy/role";

/** Something that is not as it should be. */
interface Finding {
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Looks at everything that must be right for notifications to arrive and be acted on, and prints each thing
 * that is not, with what to do.
 * @returns whether all is well
 */
export async function doctor(environment: Environment): Promise<boolean> {
  const findings = await examine(withDefaults(environment));
  for (const { problem, remedy } of findings) console.log(`- ${problem}\n  ${remedy}`);
  console.log(findings.length === 0 ? "All is well." : `${findings.length} to put right.`);
  return findings.length === 0;
}

async function examine(env: Environment): Promise<readonly Finding[]> {
  const account = openAccount(env, console.error);
  const name = { namespace: env["NAMESPACE"] ?? "", name: env["FUNCTION"] ?? "" };
  try {
    const remote = await readOurFunction(account, name);
    const address = remote && serviceAddress(remote, await readTriggers(account, name));
    return [
      ...examineFunction(remote, address),
      ...(await examineRole(account, remote)),
      ...(await examineVod(account, subAppIdOf(remote, env), address)),
    ];
  } catch (error) {
    // Wrong keys or a wrong clock: nothing else can be looked at.
    if (!(error instanceof CallError)) throw error;
    const [problem = "", ...remedy] = explain(error).split("\n");
    return [{ problem, remedy: remedy.join(" ") }];
  }
}

function examineFunction(remote: RemoteFunction | undefined, address: string | undefined): Finding[] {
  if (!remote) {
    return [{ problem: "The function is not deployed.", remedy: "Deploy it: bash installer.sh" }];
  }
  const findings: Finding[] = [];
  const { Status, ClsTopicId, Role, AvailableStatus } = remote.description;
  if (Status !== "Active") {
    findings.push({ problem: `The function is ${Status}.`, remedy: "Deploy it again: bash installer.sh" });
  }
  if (AvailableStatus && AvailableStatus !== "Available") {
    findings.push({
      problem: `The function can't be called: ${AvailableStatus}.`,
      remedy: "Look at the account's balance in the console.",
    });
  }
  if (!Role && !remote.variables["SECRET_ID"]) {
    findings.push({
      problem: "The function has no role and no keys, so that it can't start a transcode.",
      remedy: "Deploy it again: bash installer.sh",
    });
  }
  if (!ClsTopicId) {
    findings.push({
      problem: "The function's log is not delivered anywhere.",
      remedy: "Switch on log delivery in the SCF console, in the function's configuration.",
    });
  }
  if (address === undefined) {
    findings.push({ problem: "The function has no address.", remedy: "Deploy it again: bash installer.sh" });
  }
  return findings;
}

async function examineRole(account: Account, remote: RemoteFunction | undefined): Promise<Finding[]> {
  const role = remote?.description.Role;
  if (!role || (await roleExists(account, role))) return [];
  return [
    { problem: `The function's role ${role} does not exist.`, remedy: "Deploy it again: bash installer.sh" },
  ];
}

async function examineVod(
  account: Account,
  subAppId: number | undefined,
  address: string | undefined,
): Promise<Finding[]> {
  try {
    const now = await account.vod.DescribeEventConfig(subAppId === undefined ? {} : { SubAppId: subAppId });
    const remedy = "Set it: ./vod-receiver event-config --yes";
    const findings: Finding[] = [];
    if (now.Mode === "PULL") {
      const problem = "VOD keeps its events in a queue (reliable callback).";
      findings.push({ problem, remedy: `${remedy} --replace` });
    } else if (address !== undefined && !now.NotificationUrl) {
      findings.push({ problem: "VOD has no address to send its events to.", remedy });
    } else if (address !== undefined && now.NotificationUrl !== address) {
      const problem = "VOD sends its events to another address.";
      findings.push({ problem, remedy: `${remedy} --replace` });
    }
    if (now.UploadMediaCompleteEventSwitch !== "ON") {
      findings.push({
        problem: "VOD does not tell of uploads (UploadMediaCompleteEventSwitch is OFF).",
        remedy,
      });
    }
    return findings;
  } catch (error) {
    if (!(error instanceof CallError) || error.code?.startsWith("AuthFailure")) throw error;
    if (subAppId === undefined && mayNeedSubAppId(error)) {
      return [
        {
          problem: `VOD refuses calls without a SubAppId (${error.code}).`,
          remedy: "Accounts opened since 2023-12-25 need one: deploy with SUBAPPID=… from the VOD console.",
        },
      ];
    }
    const [problem = "", ...rest] = explain(error).split("\n");
    return [{ problem, remedy: rest.join(" ") }];
  }
}

/** Which code VOD gives is not known; it is about a parameter, or about permission. */
function mayNeedSubAppId(error: CallError): boolean {
  return /SubAppId/i.test(`${describeFailure(error).code} ${error.message}`);
}
