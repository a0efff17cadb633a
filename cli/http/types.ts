/**
 * The control plane's answers by the contract. Another version of it may leave a field out: what is only printed is read as a
 * `Partial`, and `undefined` is left out of what is shown.
 */
export type { CertificateAnswer as Certificate } from '../../contract/api/certificate.ts';
export type { EventCost } from '../../contract/api/cost.ts';
export type { DeploymentError, DeploymentStatus, NodeState, NodeStatus } from '../../contract/api/deployment.ts';
export type { EventStatus, MixerConnection } from '../../contract/api/event.ts';
export type { EventList, PastList } from '../../contract/api/events.ts';
export type { Build, BuildAccepted, BuildScheduleAnswer } from '../../contract/api/image-builds.ts';
export type { ImageChange } from '../../contract/api/image-changes.ts';
export type { Image, ImageVersion } from '../../contract/api/images.ts';
export type { JournalLine } from '../../contract/api/journal.ts';
export type { Logs } from '../../contract/api/logs.ts';
export type { Metrics, Told } from '../../contract/api/mixers.ts';
export type { Accepted, OperationOutcome as OperationStatus, RemedyPreview } from '../../contract/api/operation.ts';
export type { PlanAnswer as Plan } from '../../contract/api/plan.ts';
export type { ProblemDetails } from '../../contract/api/problem.ts';
export type { ReapReport } from '../../contract/api/reaper.ts';
export type { RemovalPreview } from '../../contract/api/removal.ts';
export type { ScheduleView } from '../../contract/api/schedule.ts';
