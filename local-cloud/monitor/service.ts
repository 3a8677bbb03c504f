import { ApiError } from "../api/error";
import { defineService, type Service } from "../api/service";
import { refuseUnsupported } from "../api/unsupported";
import { FunctionFigures, METRICS } from "./function-figures";
import type { GetMonitorDataRequest, Instance } from "./models";

/** The actions, in the form that an SDK's client declares them. */
interface Client {
  GetMonitorData(request: GetMonitorDataRequest): unknown;
}

export interface MonitorOptions {
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const PERIODS_S = [60, 300, 3600, 86_400];
const MAX_INSTANCES = 50;
const MAX_POINTS = 7200;
const BEIJING_MS = 8 * 3600 * 1000;

/** The monitoring service's API over the figures of one region's functions. */
export function createMonitor(options: MonitorOptions): {
  readonly service: Service;
  readonly figures: FunctionFigures;
} {
  const figures = new FunctionFigures();
  const GetMonitorData = (request: GetMonitorDataRequest) => getMonitorData(request, figures, options.now());
  return { service: defineService<Client>("monitor", { GetMonitorData }, options.region), figures };
}

/** @throws {ApiError} InvalidParameterValue, UnsupportedOperation */
function getMonitorData(request: GetMonitorDataRequest, figures: FunctionFigures, nowMs: number): object {
  const { Namespace, MetricName, Instances, Period = 300, StartTime, EndTime, ...others } = request;
  refuseUnsupported(others);
  if (Namespace.toUpperCase() !== "QCE/SCF_V2") throw invalid("The local cloud has only QCE/SCF_V2.");
  const metric = METRICS.get(MetricName);
  if (!metric) throw invalid(`MetricName: the local cloud has only ${[...METRICS.keys()].join(", ")}.`);
  if (!PERIODS_S.includes(Period)) throw invalid(`Period must be one of ${PERIODS_S.join(", ")}.`);
  const to = EndTime === undefined ? nowMs / 1000 : secondsOf("EndTime", EndTime);
  // The default of StartTime is documented for the older API only: the beginning of the day in Beijing.
  const from = StartTime === undefined ? startOfDay(nowMs) : secondsOf("StartTime", StartTime);
  if (from > to) throw invalid("EndTime must not be before StartTime.");
  if (Instances.length > MAX_INSTANCES) throw invalid(`Instances: at most ${MAX_INSTANCES}.`);
  if (Instances.length * Math.ceil((to - from) / Period) > MAX_POINTS)
    throw invalid(`A request has at most ${MAX_POINTS} data points.`);
  const DataPoints = Instances.map(({ Dimensions }) => {
    const { namespace, name } = functionOf({ Dimensions });
    const points = name === undefined ? [] : figures.periods(namespace, name, Period, from, to);
    return {
      Dimensions,
      Timestamps: points.map(([second]) => second),
      Values: points.map(([, minutes]) => metric(minutes)),
    };
  });
  const [start, end] = [isoTime(from), isoTime(to)];
  return { Period, MetricName, DataPoints, StartTime: start, EndTime: end, Msg: "" };
}

/** The function that dimensions name; without a name if they ask for a version or alias that no function has. */
function functionOf({ Dimensions }: Instance): { namespace: string; name: string | undefined } {
  const values = new Map(Dimensions.map(({ Name, Value }) => [Name, Value]));
  const { functionName, namespace = "default", version, alias, ...others } = Object.fromEntries(values);
  if (functionName === undefined || Object.keys(others).length > 0)
    throw invalid("Dimensions must have functionName, and can have namespace, version and alias.");
  const isKnown = isAbsentOr(version, "$LATEST") && isAbsentOr(alias, "$DEFAULT");
  return { namespace, name: isKnown ? functionName : undefined };
}

/** Clients write `$latest` too. */
function isAbsentOr(value: string | undefined, known: string): boolean {
  return value === undefined || value.toUpperCase() === known;
}

function secondsOf(name: string, text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalid(`${name} must be a time such as 2018-09-22T19:51:23+08:00.`);
  return ms / 1000;
}

function startOfDay(nowMs: number): number {
  return (Math.floor((nowMs + BEIJING_MS) / 86_400_000) * 86_400_000 - BEIJING_MS) / 1000;
}

function isoTime(second: number): string {
  return `${new Date(second * 1000 + BEIJING_MS).toISOString().slice(0, 19)}+08:00`;
}

function invalid(message: string): ApiError {
  return new ApiError("InvalidParameterValue", message);
}
