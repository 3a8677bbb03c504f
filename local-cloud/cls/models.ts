// CLS's requests, as far as the local cloud has the actions, by Tencent's API metadata (2026-08): the registry
// that this project installs from has no SDK package of CLS. What follows is read by the schemas.

export interface SearchLogRequest {
  From: number;
  To: number;
  QueryString?: string;
  QuerySyntax?: number;
  TopicId?: string;
  Topics?: Array<MultiTopicSearchInformation>;
  Sort?: string;
  Limit?: number;
  Offset?: number;
  Context?: string;
  SamplingRate?: number;
  UseNewAnalysis?: boolean;
  HighLight?: boolean;
  Query?: string;
  SyntaxRule?: number;
}

interface MultiTopicSearchInformation {
  TopicId?: string;
  Context?: string;
}
