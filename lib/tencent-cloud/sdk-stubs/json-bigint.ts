/**
 * Stands for the module `json-bigint` inside the bundles. The SDK only writes requests with it, for the sake
 * of BigInt, which no parameter is; `JSON.stringify` refuses one.
 */
function jsonBigInt(): Pick<typeof JSON, "stringify"> {
  return { stringify: JSON.stringify };
}
export = jsonBigInt;
