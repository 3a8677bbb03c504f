// The monitoring service's requests, as far as the local cloud has the actions, by Tencent's API metadata
// (2026-08): this project installs no SDK package of it. The schemas read what follows.

export interface GetMonitorDataRequest {
  Namespace: string;
  MetricName: string;
  Instances: Array<Instance>;
  Period?: number;
  StartTime?: string;
  EndTime?: string;
  SpecifyStatistics?: number;
}

export interface Instance {
  Dimensions: Array<Dimension>;
}

interface Dimension {
  Name: string;
  Value: string;
}
