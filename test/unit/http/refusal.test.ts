import { Refusal } from "../../../lib/http/refusal";

test("a refusal is an error with a status and a text for the sender", () => {
  const refusal = new Refusal(404, "Not found.");
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal).toMatchObject({ status: 404, message: "Not found." });
});
