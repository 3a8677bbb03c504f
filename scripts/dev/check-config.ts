import { join } from "node:path";
import { parseConfFile } from "../../lib/config/read-config";
import { checkProcessing } from "../build/check-processing";
import { ROOT, readJsonObject, secretsIn } from "../project";

// Part of `npm run check`: the committed configuration is valid and contains no secret.
const file = join(ROOT, "config.json");
parseConfFile(file);
checkProcessing(readJsonObject(file));
const secrets = secretsIn(readJsonObject(file));
if (secrets.length > 0) {
  console.error(`config.json is in git and contains ${secrets.join(", ")}. Move them to config.local.json.`);
  process.exitCode = 1;
}
