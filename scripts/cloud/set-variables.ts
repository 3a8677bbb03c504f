import type { FunctionName } from "./function-names";
import { readFunction } from "./remote-function";
import { changeWhenFree, type DeployContext, waitUntilActive } from "./wait-active";

/**
 * Changes single variables of a function and waits until the change is in effect; undefined removes a variable.
 * The API takes the whole environment as one list, so the others are read first.
 * @throws if the function does not exist or the change fails
 */
export async function setVariables(
  name: FunctionName,
  changes: Readonly<Record<string, string | undefined>>,
  context: DeployContext,
): Promise<void> {
  const { account } = context;
  await changeWhenFree(name, context, async () => {
    const remote = await readFunction(account, name);
    if (!remote)
      throw new Error(
        `The function ${name.namespace}/${name.name} no longer exists. Deploy it again: bash installer.sh`,
      );
    const variables = Object.entries({ ...remote.variables, ...changes }).flatMap(([Key, Value]) =>
      Value ? [{ Key, Value }] : [],
    );
    await account.scf.UpdateFunctionConfiguration({
      FunctionName: name.name,
      Namespace: name.namespace,
      Environment: { Variables: variables },
    });
  });
  await waitUntilActive(name, context);
}
