import { parseFaultRules } from "../../../local-cloud";

test("nothing given is no fault, with every default filled in", () => {
  expect(parseFaultRules({})).toEqual({ seed: 1, calls: [], instances: [] });
  expect(parseFaultRules({ calls: [{ error: "InternalError" }], instances: [{ afterMs: [0, 5] }] })).toEqual({
    seed: 1,
    calls: [{ error: "InternalError", share: 1 }],
    instances: [{ afterMs: [0, 5], share: 1 }],
  });
});

test.each([
  [{ sed: 1 }, /^the faults: .*"sed"/],
  [[], /^the faults: /],
  [null, /^the faults: /],
  [{ seed: -1 }, /^seed: /],
  [{ calls: {} }, /^calls: /],
  [{ calls: [{ error: "InternalError", share: 1.5 }] }, /^calls\[0\]\.share: /],
  [{ calls: [{ cut: "before" }, { cut: "between" }] }, /^calls\[1\]\.cut: /],
  [{ calls: [{ cut: "before", acton: "x" }] }, /^calls\[0\]: .*"acton"/],
  [{ calls: [{ share: 1 }] }, /^calls\[0\]: must have exactly one of latencyMs, error, cut, maxPerSecond$/],
  [{ calls: [{ cut: "before", latencyMs: 1 }] }, /^calls\[0\]: must have exactly one of /],
  [{ calls: [{ latencyMs: [2, 1] }] }, /^calls\[0\]\.latencyMs: /],
  [{ calls: [{ latencyMs: Number.POSITIVE_INFINITY }] }, /^calls\[0\]\.latencyMs: /],
  [{ calls: [{ error: "no code" }] }, /^calls\[0\]\.error: must be an error code/],
  [{ calls: [{ cut: "before", message: "x" }] }, /^calls\[0\]\.message: needs error$/],
  [{ calls: [{ cut: "before", by: "FileId" }] }, /^calls\[0\]: must have both by and lastsMs, or neither$/],
  [{ instances: [{ share: 1 }] }, /^instances\[0\]\.afterMs: /],
  [{ seed: "1", instances: [{ afterMs: -1 }] }, /^seed: .*\ninstances\[0\]\.afterMs: /],
])("%j is refused with the key", (rules, message) => {
  expect(() => parseFaultRules(rules)).toThrow(message);
});
