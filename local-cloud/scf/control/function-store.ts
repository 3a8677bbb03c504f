import { ApiError } from "../../api/error";
import type { FunctionRecord } from "./function-record";
import type { Namespaces } from "./namespaces";

/** How a request names a function. */
export interface FunctionAddress {
  readonly FunctionName?: string;
  readonly Namespace?: string;
}

/** The functions, by namespace and name. */
export class FunctionStore {
  readonly namespaces: Namespaces;
  readonly #records = new Map<string, FunctionRecord>();

  constructor(namespaces: Namespaces) {
    this.namespaces = namespaces;
  }

  find(namespace: string, name: string): FunctionRecord | undefined {
    return this.#records.get(`${namespace}/${name}`);
  }

  /**
   * The function that a request names; the documents have ResourceNotFound.Function and .FunctionName for one
   * that is not there, without a difference. Clients of Tencent's own mostly look for the first.
   * @throws {ApiError} ResourceNotFound.Namespace, ResourceNotFound.Function
   */
  require({ FunctionName = "", Namespace = "default" }: FunctionAddress): FunctionRecord {
    this.namespaces.require(Namespace);
    const record = this.find(Namespace, FunctionName);
    if (record) return record;
    throw new ApiError(
      "ResourceNotFound.Function",
      `The function ${FunctionName} does not exist in the namespace ${Namespace}.`,
    );
  }

  in(namespace: string): FunctionRecord[] {
    return [...this.#records.values()].filter((record) => record.namespace === namespace);
  }

  add(record: FunctionRecord): void {
    this.#records.set(`${record.namespace}/${record.name}`, record);
  }

  delete({ namespace, name }: FunctionRecord): void {
    this.#records.delete(`${namespace}/${name}`);
  }

  all(): FunctionRecord[] {
    return [...this.#records.values()];
  }
}
