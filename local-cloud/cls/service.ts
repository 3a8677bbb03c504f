import { defineService, type Service } from "../api/service";
import type { SearchLogRequest } from "./models";
import { searchLog } from "./search-log";
import { Topics } from "./topics";

/** The actions, in the form that an SDK's client declares them. */
interface Client {
  SearchLog(request: SearchLogRequest): unknown;
}

/** CLS's API over the logs that are delivered in one region. */
export function createCls(
  region: string,
  now: () => number,
): { readonly service: Service; readonly topics: Topics } {
  const topics = new Topics();
  const service = defineService<Client>(
    "cls",
    { SearchLog: (request) => searchLog(request, topics, now()) },
    region,
  );
  return { service, topics };
}
