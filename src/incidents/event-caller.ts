import { z } from 'zod';
import { lastPart, record, text } from './event-envelope.ts';
import type { IncidentEvent } from './incident-event.ts';

/** docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
const identitySchema = z.object({
  type: text,
  userName: text,
  arn: text,
  principalId: text,
  accountId: text,
  invokedBy: text,
  sessionContext: record,
  onBehalfOf: record,
});
const sessionSchema = z.object({ sourceIdentity: text, sessionIssuer: record });
const issuerSchema = z.object({ arn: text, userName: text });
const onBehalfSchema = z.object({ userId: text });

type Identity = z.infer<typeof identitySchema>;
type Caller = NonNullable<IncidentEvent['caller']>;

interface Call {
  readonly userIdentity: Readonly<Record<string, unknown>> | undefined;
  readonly userAgent: string | undefined;
  readonly sessionCredentialFromConsole?: unknown;
}

/**
 * Who called, and with what; undefined where AWS called by itself. A pipeline's role is a caller as people are: its
 * session says whose pipeline it is.
 */
export function callerOf(call: Call): Caller | undefined {
  const identity = identitySchema.parse(call.userIdentity ?? {});
  const session = sessionSchema.parse(identity.sessionContext ?? {});
  const issuer = issuerSchema.parse(session.sessionIssuer ?? {});
  if (isAws(identity, issuer.arn, call.userAgent)) return undefined;
  return {
    name: nameOf(identity, session.sourceIdentity, issuer.userName),
    through: throughOf(call, identity),
  };
}

/** Services that act when and because a person asked them to. */
const ACTS_FOR_PEOPLE: Readonly<Record<string, string>> = {
  'cloudformation.amazonaws.com': 'CloudFormation',
  'cloudcontrolapi.amazonaws.com': 'Cloud Control',
  'servicecatalog.amazonaws.com': 'Service Catalog',
  'codepipeline.amazonaws.com': 'CodePipeline',
};

function actsForPeople(name = ''): string | undefined {
  return Object.hasOwn(ACTS_FOR_PEOPLE, name) ? ACTS_FOR_PEOPLE[name] : undefined;
}

/** AWS's services call under their own principal, in a role that they made, or with their name as the user agent. */
function isAws({ type, arn = '', invokedBy = '' }: Identity, issuerArn = '', userAgent = ''): boolean {
  if (type === 'AWSService') return true;
  if (/:assumed-role\/AWSServiceRoleFor/.test(arn) || issuerArn.includes(':role/aws-service-role/'))
    return true;
  return [invokedBy, userAgent].some(
    (name) =>
      /^[\w.-]+\.amazonaws\.com$/.test(name) && !PEOPLE_USE.test(name) && actsForPeople(name) === undefined,
  );
}

const PEOPLE_USE = /(^|\.)(console|signin|cloudshell)\./;

function nameOf(identity: Identity, sourceIdentity: string | undefined, role: string | undefined): string {
  if (identity.type === 'Root') return 'the root user';
  const onBehalfOf = onBehalfSchema.parse(identity.onBehalfOf ?? {}).userId;
  const session = lastPart(identity.arn);
  const named =
    sourceIdentity ??
    identity.userName ??
    (session !== undefined && SAYS_NOBODY.test(session) ? role : undefined) ??
    session ??
    onBehalfOf ??
    identity.principalId?.split(':').at(-1) ??
    role ??
    identity.accountId;
  return named?.slice(0, LONGEST_NAME) ?? 'somebody';
}

/** Sessions that an SDK named by itself, or an instance: the role says more. */
const SAYS_NOBODY = /^(botocore-session-|aws-(go-)?sdk|aws-cli-|i-[\da-f]{8,}$|[\da-f-]{16,}$|\d+$)/i;

/** Session names have up to 64 characters, user names of federations up to 128. */
const LONGEST_NAME = 128;

/** What a user agent tells, the most specific first: Terraform calls through an SDK, the CLI is written with one. */
const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/deckhand/i, 'Deckhand'],
  [/terraform/i, 'Terraform'],
  [/opentofu/i, 'OpenTofu'],
  [/pulumi/i, 'Pulumi'],
  [/aws-cdk|cdk-(cli|hotswap|assets)/i, 'the AWS CDK'],
  [/copilot/i, 'AWS Copilot'],
  [/for-github-actions|github-actions/i, 'GitHub Actions'],
  [/ansible/i, 'Ansible'],
  [/cloudshell/i, 'CloudShell'],
  [
    /console\.(amazonaws|aws\.amazon)\.com|signin\.amazonaws\.com|aws-internal|^AWS Internal|^Mozilla\//i,
    'the console',
  ],
  [/aws-cli/i, 'the AWS CLI'],
  [/powershell/i, 'the AWS Tools for PowerShell'],
  [/aws-sdk-(js|nodejs)/i, 'the AWS SDK for JavaScript'],
  [/boto/i, 'the AWS SDK for Python'],
  [/aws-sdk-go/i, 'the AWS SDK for Go'],
  [/aws-sdk-java/i, 'the AWS SDK for Java'],
  [/aws-sdk-dotnet/i, 'the AWS SDK for .NET'],
  [/aws-sdk-ruby/i, 'the AWS SDK for Ruby'],
  [/aws-sdk-php/i, 'the AWS SDK for PHP'],
  [/aws-sdk-rust/i, 'the AWS SDK for Rust'],
];

function throughOf(call: Call, identity: Identity): string {
  const { userAgent = '', sessionCredentialFromConsole: fromConsole } = call;
  // Deckhand's sessions carry its name; the person whom it acts for is their source identity.
  if (/:assumed-role\/[^/]+\/deckhand(-|$)/.test(identity.arn ?? '')) return 'Deckhand';
  const forPeople = actsForPeople(identity.invokedBy) ?? actsForPeople(userAgent);
  if (forPeople !== undefined) return forPeople;
  if (fromConsole === true || fromConsole === 'true') return 'the console';
  const known = TOOLS.find(([pattern]) => pattern.test(userAgent));
  if (known !== undefined) return known[1];
  // `mytool/1.2 (linux)`: the product's name.
  return userAgent.split(/[/\s]/)[0]?.slice(0, LONGEST_TOOL) || 'the API';
}

const LONGEST_TOOL = 40;
