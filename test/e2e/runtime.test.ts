import { findNodeRuntime, type Runtime } from "../../local-cloud/scf/runtime/node-runtime";

// On a developer's machine the binaries may be missing; where CI runs, they may not.
test.each<[Runtime, string]>([
  ["Nodejs18.15", "v18.15.0"],
  ["Nodejs20.19", "v20.19.6"],
])("functions run on the Node.js of %s", (runtime, version) => {
  const expected = process.env["CI"] ? version : findNodeRuntime(runtime).version;
  expect(findNodeRuntime(runtime).version).toBe(expected);
});
