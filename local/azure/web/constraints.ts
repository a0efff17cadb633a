/** What Microsoft.Web makes Azure refuse, each with its source. */
import type { Constraint } from '../core/constraint.ts';

const table = <K extends string>(rows: Record<K, Constraint>): Record<K, Constraint> => rows;

export const WEB = table({
  flexSetting: {
    status: 400,
    code: 'BadRequest',
    text: 'The following app setting (Site.SiteConfig.AppSettings.{name}) for Flex Consumption sites is invalid. Please remove or rename it before retrying.',
    when: 'an app on Flex Consumption is given a setting that its plan has replaced',
    source: 'public issue threads; the names: Microsoft Learn, "Flex Consumption plan deprecations"',
    verified: 'text',
  },
  flexConfig: {
    status: 400,
    code: 'BadRequest',
    text: 'Site.FunctionAppConfig is invalid.  The FunctionAppConfig section was not specified in the request, which is required for Flex Consumption sites.  To proceed, please add the FunctionAppConfig section in your request.',
    when: 'an app on Flex Consumption without functionAppConfig',
    source: 'public issue threads',
    verified: 'text',
  },
  flexRegion: {
    status: 400,
    code: 'LocationNotAvailableForResourceType',
    text: "The Flex Consumption plan is not available in region '{region}'.",
    when: 'a plan FC1 where it is not offered (`/_sim/limits`, withoutFlex)',
    source: 'unknown',
    verified: 'no',
  },
  planUnknown: {
    status: 404,
    code: 'NotFound',
    text: 'Cannot find serverFarm with name {name}.',
    when: 'an app on a plan that does not exist',
    source: 'public issue threads',
    verified: 'text',
  },
});
