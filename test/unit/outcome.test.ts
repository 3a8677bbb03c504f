import { DONE } from "../../lib/outcome";

test("an event that needs no answer of its own is done, with no body", () => {
  expect(DONE).toEqual({ kind: "done" });
});
