import { build } from "../../scripts/build/build";

/** Once before all tests: what the end-to-end tests run is the built bundle. */
export default async function setUp(): Promise<void> {
  await build();
}
