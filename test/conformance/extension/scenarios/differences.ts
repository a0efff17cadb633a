/**
 * Every difference between our engine and the real extension that is known and meant, each with its reason. What differs and
 * does not stand here fails; what stands here and is no longer seen fails as well.
 */
import type { Difference } from './compare.ts';

export interface Known {
  story: RegExp;
  at: RegExp;
  /** When only certain values may differ. */
  ours?: RegExp;
  real?: RegExp;
  reason: string;
  /** It depends on chance whether it is seen. */
  sometimes?: true;
}

export const KNOWN: readonly Known[] = [
  {
    story: /^timersEarly$/,
    at: /output|Result$/,
    ours: /^true$/,
    real: /^false$/,
    sometimes: true,
    reason: 'Both fire a timer up to a second early; a machine that is very busy is late for all of them.',
  },
  {
    story: /^(activityUnknown|activityIsOrchestrator|entityUnknown|childUnknown|childIs|childBadId)/,
    at: /^1\./,
    reason:
      'The extension leaves an orchestration that calls what cannot be called Running for ever; ours fails it, which is what a developer wants to see (Compat unknownFunctionHangs mirrors it).',
  },
  {
    story: /^start-names$/,
    at: /^[012]\./,
    reason:
      'The extension takes a start of an unknown orchestrator and fails the instance at its first turn; ours refuses it at the door.',
  },
  {
    story: /^start-bad-ids$/,
    at: /^[0-6]\.?/,
    reason:
      'The extension takes ids that it cannot address afterwards, and those of entities; ours refuses them with the words of its .NET client.',
  },
  {
    story: /^start-odd-ids$/,
    at: /^(6|7|22)\./,
    reason:
      "The extension decodes paths as forms: '+' is a blank. Ours takes a path for a path, and escapes '~' in links.",
  },
  {
    story: /^start-bad-bodies$/,
    at: /^\d+\./,
    reason:
      'The extension takes some bodies that are no JSON and fails the instance when it is read; ours refuses them at the door.',
  },
  {
    story: /^start-odd-bodies$/,
    at: /^\d+\.(body\.(historyEvents\.0\.Input|input)|headers|status|body)/,
    reason: "The extension stores the body's text as it came; ours stores the value.",
  },
  {
    story: /^input-(14|15|17)$/,
    at: /^1\.body\.historyEvents\.0\.Input$/,
    reason:
      "The extension stores the body's text as it came; ours as Newtonsoft writes the value. The app is handed the same.",
  },
  {
    story: /^(start-versions|childOfVersion)$/,
    at: /^\d+\./,
    reason:
      'Without a defaultVersion in host.json the extension gives every instance with a version back to the queue for ever; ours runs it.',
  },
  {
    story: /^(rows-)?(entity|locks)/,
    at: /^(1\.body\.historyEvents|history)\.\d+\.Input$/,
    ours: /RequestMessage/,
    real: /requestTime|EntityId/,
    reason: 'Messages to entities carry a requestTime and a $type of locked entities since 3.14; nothing reads them.',
  },
  {
    story: /^locks(Nested|Throws)$/,
    at: /^1\.body\.historyEvents\.[34]/,
    reason: 'What a failing orchestrator gives back of its locks is not in the history of the extension.',
  },
  {
    story: /^activityOfType$/,
    at: /^1\.body\./,
    reason: "Newtonsoft takes '$type' of an activity's input for its own and drops it; ours keeps what the app sent.",
  },
  {
    story: /^activityAnswers-20$/,
    at: /offset$/,
    reason: 'Newtonsoft turns a time with an offset into one of its machine, which depends on where it runs.',
  },
  {
    story: /^timerBadDate$/,
    at: /(output|Result)$/,
    real: /Error converting value/,
    reason: "Both fail; the extension in Newtonsoft's words.",
  },
  {
    story: /^(queries|pages-of-nonsense)$/,
    at: /continuation-token$/,
    ours: /^undefined$/,
    real: /^$/,
    reason: 'The extension sends an empty header after the last page; ours none. Clients read both as the end.',
  },
  {
    story: /^queries$/,
    at: /^1[45]\./,
    reason:
      'top=0 is a page of none with a token in the extension, top=-1 an error of the storage service; ours takes both for no limit.',
  },
  {
    story: /^rows-http-get$/,
    at: /Result$/,
    real: /"x-two"/,
    reason: 'Headers of an answer stand in the order and the case in which each client has them.',
  },
  {
    story: /^rows-rewind$/,
    at: /^history\.[256]\.(?!EventType)/,
    ours: /^undefined$/,
    reason:
      'A row that was rewound is a GenericEvent that keeps the columns of what it was, and a Reason; nothing reads them.',
  },
  {
    story: /^rows-(generations|events-over-generations)$/,
    at: /^instance\.Generation$/,
    ours: /^undefined$/,
    real: /^0$/,
    reason: 'The row of an instance keeps the number of its first generation; later ones have none, as in ours.',
  },
  {
    story: /^http-(get|all|delete|redirect)$/,
    at: /headers\.x-two$/i,
    reason:
      'Node hands out the names of headers in lower case; ours writes them as HTTP usually does, .NET as they came.',
  },
  {
    story: /^http-(nobody|bad-url)$/,
    at: /^1\.body\./,
    reason: "A request that gets no answer fails in both; the words are those of Node's and .NET's clients.",
  },
];

const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));

export const knownFor = (story: string, { at, ours, real }: Difference): Known | undefined =>
  KNOWN.find(
    (known) =>
      known.story.test(story) &&
      known.at.test(at) &&
      (known.ours?.test(text(ours)) ?? true) &&
      (known.real?.test(text(real)) ?? true),
  );
