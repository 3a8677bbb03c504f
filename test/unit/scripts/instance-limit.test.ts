import { join } from "node:path";
import { readTarget } from "../../../scripts/cloud/target";
import { limitOf } from "../../../scripts/deploy/invocation-config";
import { loadServerlessFile } from "../../../scripts/deploy/serverless-file";
import { ROOT } from "../../../scripts/project";

const spec = loadServerlessFile(join(ROOT, "serverless.yml"), readTarget({}).env);

test.each([
  ["CONCURRENCY", "callback", 5, "7", 7],
  ["the file", "callback", 5, undefined, 5],
  ["a file that forbids all", "callback", 0, undefined, 0],
  ["the default", "callback", undefined, undefined, 100],
  ["nothing", "retry", undefined, undefined, undefined],
] as const)("%s limits %s's instances", (_what, entryPoint, reservedConcurrency, variable, instances) => {
  const described = { ...spec, memorySize: 256, reservedConcurrency };
  expect(limitOf(entryPoint, described, variable)).toEqual({ instances, memorySize: 256 });
});
