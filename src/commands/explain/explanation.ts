import type { ParamsJson } from '../../endpoint/params-json.ts';

/** What is asked about a URL. */
export interface Question {
  /** A URL of the server, or a path of it. */
  readonly url: string;
  /** The client's `Accept`. */
  readonly accept: string;
  /** Whether storages and sources may be asked. */
  readonly loads: boolean;
  /** Pixels of a source that is only supposed to be there. */
  readonly source?: { readonly width: number; readonly height: number };
}

/** All there is to say about a URL; what `--json` prints. */
export interface Explanation {
  /** As it was asked about, without the host. */
  readonly url: string;
  /** What the server would answer, as far as can be told from here. */
  readonly status: number;
  /** Why it is not 200. */
  readonly reason?: string;
  readonly signature?: SignatureFinding;
  /** What the URL says, as `/params` tells it. */
  readonly params?: ParamsJson;
  /** `IMAGOR_BASE_PARAMS`, laid over the URL. */
  readonly baseParams?: string;
  readonly format?: FormatFinding;
  /** The path that the result is known by. */
  readonly resultPath?: string;
  readonly steps: readonly ExplainedStep[];
  readonly results: readonly Place[];
  readonly images: readonly ImageFinding[];
  readonly headers: Readonly<Record<string, string>>;
  /** One sentence each. */
  readonly notes: readonly string[];
}

/** Whether the URL may be asked for. */
export interface SignatureFinding {
  readonly state: 'valid' | 'unsafe' | 'unsafe refused' | 'missing' | 'wrong' | 'no secret';
  /** Of `IMAGOR_SECRETS`, counted from 1; how it came to be valid. */
  readonly secret?: number;
  /** The path had to be unescaped for it. */
  readonly isUnescaped?: boolean;
  /** The path with the right signature. */
  readonly right?: string;
  /** What may have gone wrong. */
  readonly hint?: string;
}

/** How the format came about. */
export interface FormatFinding {
  readonly accept: string;
  /** Filters that were added for it; none where the client's `Accept` had no say. */
  readonly added: readonly string[];
  readonly variesByAccept: boolean;
}

/** One thing that is done to the picture. */
export interface ExplainedStep {
  readonly step: string;
  readonly words: string;
  /** After it; pixels of one frame. */
  readonly width?: number;
  readonly height?: number;
  readonly frames?: number;
  /** Not done, for the reason in the notes. */
  readonly isSkipped?: true;
  readonly notes: readonly string[];
  /** What is done to a picture before it is laid over this one. */
  readonly inside: readonly ExplainedStep[];
}

/** A source, and who is asked for it. */
export interface ImageFinding {
  readonly image: string;
  readonly use: 'source' | 'overlay';
  readonly places: readonly Place[];
  /** Why it could not be loaded. */
  readonly failure?: string;
}

/** Somebody who is asked for an object. */
export interface Place {
  readonly role: 'Result Storage' | 'Storage' | 'Loader';
  readonly adapter: string;
  /** What it is asked for. */
  readonly key: string;
  /** Where it looks, in order; none where it has nothing to say about such a key. */
  readonly at: readonly string[];
  readonly found: 'yes' | 'no' | 'cannot tell' | 'not asked';
  /** Of what was found. */
  readonly bytes?: number;
  readonly modifiedAt?: string;
  /** The result, or the source, is put there afterwards. */
  readonly isSavedTo: boolean;
  /** Why it has nothing, or is not asked. */
  readonly reason?: string;
  /** Why it could not say: an error other than that there is nothing. */
  readonly failure?: string;
}
