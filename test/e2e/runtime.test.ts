import { findNodeRuntime } from "../../local-cloud/scf/runtime/node-runtime";

// On a developer's machine the pinned binary may be missing; where CI runs, it may not.
const expected = process.env["CI"] ? "v18.15.0" : findNodeRuntime().version;

test("functions run on the Node that they will meet on SCF", () => {
  expect(findNodeRuntime().version).toBe(expected);
});
