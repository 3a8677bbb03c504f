import type {
  CreateNamespaceRequest,
  ListNamespacesRequest,
  ListNamespacesResponse,
} from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import { ApiError } from "../../api/error";
import { refuseUnsupported } from "../../api/unsupported";
import { cloudTime } from "../../cloud-time";
import { pageOf } from "./page";

interface Namespace {
  readonly name: string;
  readonly description: string;
  readonly addTime: string;
}

/** A region's (docs/tencent-protocols.md#scf-limits); that "default" is one of the five is our reading. */
const MAX_COUNT = 5;
const DEFAULT = "default";

/** The namespaces of one region. */
export class Namespaces {
  readonly #now: () => number;
  readonly #namespaces = new Map<string, Namespace>();

  constructor(now: () => number) {
    this.#now = now;
    this.#add(DEFAULT, "");
  }

  /** @throws {ApiError} */
  create({ Namespace: name, Description = "", ...others }: CreateNamespaceRequest): void {
    refuseUnsupported(others);
    if (name === DEFAULT) {
      throw new ApiError("InvalidParameterValue.DefaultNamespace", "The namespace default always exists.");
    }
    // That it is at most 30 characters is documented; what they may be is taken over from function names.
    if (!/^[A-Za-z][\w-]{0,28}[A-Za-z0-9]$/.test(name)) {
      throw new ApiError(
        "InvalidParameterValue.NamespaceInvalid",
        `Namespace: 2 to 30 letters, digits, "-" and "_", a letter first, not "${name}".`,
      );
    }
    if (this.#namespaces.has(name)) {
      throw new ApiError("ResourceInUse.Namespace", `The namespace ${name} exists already.`);
    }
    if (this.#namespaces.size >= MAX_COUNT) {
      throw new ApiError("LimitExceeded.Namespace", `A region has at most ${MAX_COUNT} namespaces.`);
    }
    this.#add(name, Description);
  }

  /** @param isEmpty whether no function is in it @throws {ApiError} */
  delete(name: string, isEmpty: boolean): void {
    this.require(name);
    if (name === DEFAULT) {
      throw new ApiError("InvalidParameterValue.Namespace", "The namespace default can't be deleted.");
    }
    if (!isEmpty) throw new ApiError("ResourceInUse.Namespace", `The namespace ${name} has functions.`);
    this.#namespaces.delete(name);
  }

  list(request: ListNamespacesRequest): ListNamespacesResponse {
    const { SearchKey = [], Offset, Limit, Order = "DESC", Orderby = "Updatetime", ...others } = request;
    refuseUnsupported(others);
    const found = [...this.#namespaces.values()].filter((one) =>
      SearchKey.every(({ Key, Value }) =>
        (Key === "Description" ? one.description : one.name).includes(Value),
      ),
    );
    // Made one after the other, so that this is their order by time.
    if (Orderby === "Name") found.sort((a, b) => (a.name < b.name ? -1 : 1));
    if (Order === "DESC") found.reverse();
    return {
      TotalCount: found.length,
      Namespaces: pageOf(found, Offset, Limit).map(({ name, description, addTime }) => ({
        Name: name,
        Description: description,
        AddTime: addTime,
        ModTime: addTime,
        Type: "default",
      })),
    };
  }

  /** @throws {ApiError} ResourceNotFound.Namespace */
  require(name: string): void {
    if (this.#namespaces.has(name)) return;
    throw new ApiError("ResourceNotFound.Namespace", `The namespace ${name} does not exist.`);
  }

  #add(name: string, description: string): void {
    this.#namespaces.set(name, { name, description, addTime: cloudTime(this.#now()) });
  }
}
