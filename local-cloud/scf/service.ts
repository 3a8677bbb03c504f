import type { Client } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_client";
import { defineService, type Service } from "../api/service";
import type { Schedule } from "../schedule";
import { AsyncInvocations } from "./control/async-invocations";
import { FunctionControl } from "./control/function-control";
import { getFunction, getFunctionAddress, listFunctions } from "./control/function-reading";
import { FunctionStore } from "./control/function-store";
import {
  getAsyncConfig,
  getReservation,
  putReservation,
  updateAsyncConfig,
} from "./control/invocation-config";
import { invoke } from "./control/invoke";
import { Namespaces } from "./control/namespaces";
import { type FailChange, Rollout, type RolloutOptions } from "./control/rollout";
import type { LogTopic, SettingsReferences } from "./control/settings";
import { TriggerControl } from "./control/trigger-control";
import type { Functions } from "./runtime/functions";
import type { Platform } from "./runtime/platform";

export interface ScfOptions extends Pick<RolloutOptions, "assumeRole"> {
  readonly functions: Functions;
  readonly platform: Platform;
  readonly around: SettingsReferences;
  readonly statePolls: number;
  readonly failChange: FailChange;
  readonly schedule: Schedule;
  readonly now: () => number;
}

/** SCF's API. */
export interface Scf {
  readonly service: Service;
  /** Where a function's log is delivered; undefined if it is not. */
  topicOf(namespace: string, name: string): LogTopic | undefined;
  /** Closes every address and stops what is scheduled. */
  close(): Promise<void>;
}

/** The deployment API over the functions of one region. */
export function createScf(options: ScfOptions): Scf {
  const { functions, platform, around, statePolls, failChange, assumeRole, schedule, now } = options;
  const namespaces = new Namespaces(now);
  const store = new FunctionStore(namespaces);
  const rollout = new Rollout({ functions, failChange, assumeRole });
  const control = new FunctionControl({ store, functions, rollout, around, statePolls, now });
  const asyncInvocations = new AsyncInvocations({ store, functions, schedule, now });
  const triggers = new TriggerControl({ store, functions, asyncInvocations, platform, schedule, now });
  const done = <Request>(act: (request: Request) => void | Promise<void>) => {
    return async (request: Request): Promise<object> => {
      await act(request);
      return {};
    };
  };
  const service = defineService<Client>(
    "scf",
    {
      CreateNamespace: done((request) => namespaces.create(request)),
      ListNamespaces: (request) => namespaces.list(request),
      DeleteNamespace: done(({ Namespace }) =>
        namespaces.delete(Namespace, store.in(Namespace).length === 0),
      ),
      CreateFunction: done((request) => control.create(request)),
      GetFunction: (request) => getFunction(request, store),
      UpdateFunctionCode: done((request) => control.updateCode(request)),
      UpdateFunctionConfiguration: done((request) => control.updateConfiguration(request)),
      DeleteFunction: done((request) => control.delete(request)),
      ListFunctions: (request) => listFunctions(request, store),
      GetFunctionAddress: (request) => getFunctionAddress(request, store),
      CreateTrigger: (request) => triggers.create(request),
      ListTriggers: (request) => triggers.list(request),
      UpdateTrigger: done((request) => triggers.update(request)),
      DeleteTrigger: done((request) => triggers.delete(request)),
      Invoke: (request) => invoke(request, { store, functions, asyncInvocations }),
      PutReservedConcurrencyConfig: done((request) => putReservation(request, store, functions)),
      GetReservedConcurrencyConfig: (request) => getReservation(request, store),
      UpdateFunctionEventInvokeConfig: done((request) => updateAsyncConfig(request, store)),
      GetFunctionEventInvokeConfig: (request) => getAsyncConfig(request, store),
    },
    platform.region,
  );
  return {
    service,
    topicOf: (namespace, name) => store.find(namespace, name)?.settings.topic,
    async close() {
      asyncInvocations.close();
      await triggers.close();
    },
  };
}
