import type {
  DescribeProcedureTemplatesRequest,
  DescribeTranscodeTemplatesRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import { nullsOf } from "./null-siblings";
import { PROCEDURES } from "./procedures";
import { audioTemplate, PRESET, TRANSCODINGS, videoTemplate } from "./templates";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;
const MAX_FILTERS = 100;

interface Page {
  readonly Type?: string | undefined;
  readonly Offset?: number | undefined;
  readonly Limit?: number | undefined;
}

interface TemplatesRequest extends Page {
  readonly SubAppId?: number;
  readonly Definitions?: readonly (number | bigint)[];
}

/** What the API answers about each transcoding preset; remuxing is left out, as its members are not documented. */
const TRANSCODE_TEMPLATES = [...TRANSCODINGS]
  .filter(([, { remux }]) => !remux)
  .map(([definition, { container, video, audio, tehd }]) => ({
    ...{ ...nullsOf("TranscodeTemplate"), ...PRESET },
    // A string, by the API's type.
    Definition: String(definition),
    Container: container,
    RemoveVideo: video ? 0 : 1,
    RemoveAudio: 0,
    VideoTemplate: video ? videoTemplate(video) : null,
    AudioTemplate: audioTemplate(audio),
    TEHDConfig: tehd ? { Type: "TEHD-100", MaxVideoBitrate: 0 } : null,
    ContainerType: video ? "Video" : "PureAudio",
    SegmentType: "",
  }));

/** DescribeTranscodeTemplates. @throws {ApiError} InvalidParameterValue.<parameter> */
export function describeTranscodeTemplates(request: DescribeTranscodeTemplatesRequest): object {
  const { ContainerType, TEHDType, ...rest } = request;
  oneOf("ContainerType", ContainerType, ["Video", "PureAudio"]);
  oneOf("TEHDType", TEHDType, ["Common", "TEHD"]);
  const asked = TRANSCODE_TEMPLATES.filter(
    (template) =>
      (!ContainerType || template.ContainerType === ContainerType) &&
      (!TEHDType || (template.TEHDConfig ? "TEHD" : "Common") === TEHDType),
  );
  return describeTemplates("TranscodeTemplateSet", asked)(rest);
}

/** A query of presets by Definitions and Type. Throws ApiError InvalidParameterValue.<parameter>. */
export function describeTemplates(
  member: string,
  templates: readonly { readonly Definition?: number | string }[],
): (request: TemplatesRequest) => object {
  return ({ Definitions = [], SubAppId: _application, Type, Offset, Limit, ...rest }) => {
    refuseUnsupported(rest);
    checkCount("Definitions", Definitions);
    const wanted = new Set(Definitions.map(String));
    const found = templates.filter(({ Definition }) => wanted.size === 0 || wanted.has(String(Definition)));
    return page(member, found, { Type, Offset, Limit });
  };
}

/** DescribeProcedureTemplates. @throws {ApiError} InvalidParameterValue.<parameter> */
export function describeProcedureTemplates(request: DescribeProcedureTemplatesRequest): object {
  const { Names = [], SubAppId: _application, Type, Offset, Limit, ...rest } = request;
  refuseUnsupported(rest);
  checkCount("Names", Names);
  const found = PROCEDURES.filter(({ Name = "" }) => Names.length === 0 || Names.includes(Name));
  const nulls = nullsOf("ProcedureTemplate");
  const answers = found.map((template) => ({ ...nulls, ...template }));
  return page("ProcedureTemplateSet", answers, { Type, Offset, Limit });
}

/** One page of an answer. The local cloud has no custom templates. */
function page(
  member: string,
  found: readonly object[],
  { Type, Offset = 0, Limit = DEFAULT_LIMIT }: Page,
): object {
  oneOf("Type", Type, ["Preset", "Custom"]);
  if (Limit < 1 || Limit > MAX_LIMIT) {
    throw new ApiError("InvalidParameterValue.Limit", `Limit must be 1 to ${MAX_LIMIT}.`);
  }
  const matching = Type === "Custom" ? [] : found;
  return { TotalCount: matching.length, [member]: matching.slice(Offset, Offset + Limit) };
}

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (!value || allowed.includes(value)) return;
  throw new ApiError(`InvalidParameterValue.${name}`, `${name} must be one of ${allowed.join(", ")}.`);
}

function checkCount(name: string, values: readonly unknown[]): void {
  if (values.length <= MAX_FILTERS) return;
  throw new ApiError(`InvalidParameterValue.${name}`, `${name} must have at most ${MAX_FILTERS} values.`);
}
