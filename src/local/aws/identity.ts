import { randomBytes } from 'node:crypto';
import type { World } from '../world/model.ts';
import { Fault } from './faults.ts';
import type { Credential, RawRequest } from './request.ts';
import type { Principal } from './service.ts';
import { isSignedWith } from './signature.ts';

/** The account that the bot itself lives in, and its long-term key. */
export interface Hub {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/**
 * The key pair that AWS's own documentation uses as its example: no secret, so that any program on this machine
 * can speak as the hub. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds-programmatic-access.html
 */
export const EXAMPLE_KEY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** Temporary credentials that AssumeRole handed out. Times on the system clock. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAtMs: number;
  readonly principal: Principal;
}

/** Knows every access key. */
export interface Identities {
  /**
   * Who signed this request. Throws `unknownKey`, `badSignature` or `expired`.
   *
   * A key that has not AWS's form (`AKIA` or `ASIA` and 16 characters) is a visitor's: a person or test on this
   * machine who looks at the fleet with made-up credentials such as `test`, as with other emulators. A visitor is an
   * administrator of one account: the one whose 12-digit id is the key, else the one that an ARN or cluster name in
   * the `body` points to, else the first of that region; no signature is checked, as the secret is not known.
   */
  identify(credential: Credential, request: RawRequest, body: Buffer): Principal;
  openSession(principal: Principal, durationSeconds: number): Session;
}

/** Sessions live in memory and end on the given clock (milliseconds). */
export function makeIdentities(hub: Hub, world: World, systemNow: () => number): Identities {
  const sessions = new Map<string, Session>();
  const hubPrincipal: Principal = {
    kind: 'hub',
    accountId: hub.accountId,
    arn: `arn:aws:iam::${hub.accountId}:user/deckhand`,
    userId: 'AIDADECKHANDHUBUSER00',
  };
  const verify = (secret: string, credential: Credential, request: RawRequest) => {
    if (isSignedWith(secret, credential, request)) return;
    throw new Fault(
      'badSignature',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  };
  return {
    identify(credential, request, body) {
      const { accessKeyId } = credential;
      if (accessKeyId === hub.accessKeyId) {
        verify(hub.secretAccessKey, credential, request);
        return hubPrincipal;
      }
      const session = sessions.get(accessKeyId);
      if (session !== undefined) {
        if (request.headers['x-amz-security-token'] !== session.sessionToken) throw unknownKey();
        verify(session.secretAccessKey, credential, request);
        if (session.expiresAtMs <= systemNow()) {
          throw new Fault('expired', 'The security token included in the request is expired');
        }
        return session.principal;
      }
      if (/^(AKIA|ASIA)[A-Z0-9]{16}$/.test(accessKeyId)) throw unknownKey();
      return visitor(credential, world, body.toString());
    },
    openSession(principal, durationSeconds) {
      const session: Session = {
        accessKeyId: temporaryKeyId(),
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        expiresAtMs: systemNow() + durationSeconds * 1000,
        principal,
      };
      sessions.set(session.accessKeyId, session);
      return session;
    },
  };
}

function unknownKey(): Fault {
  return new Fault('unknownKey', 'The security token included in the request is invalid.');
}

function visitor({ accessKeyId, region }: Credential, world: World, body: string): Principal {
  const { accounts } = world;
  const inArn = /arn(?::|%3A)aws[\w-]*(?::|%3A)[\w-]+(?::|%3A)[\w-]*(?::|%3A)(\d{12})/i.exec(body)?.[1];
  const clustersOf = (id: string) => world.region(id, region)?.clusters ?? [];
  const account =
    accounts.find(({ id }) => id === accessKeyId) ??
    accounts.find(({ id }) => id === inArn) ??
    accounts.find(({ id }) => clustersOf(id).some(({ name }) => body.includes(`"${name}"`))) ??
    accounts.find(({ id }) => clustersOf(id).length > 0) ??
    accounts[0];
  const accountId = account?.id ?? '000000000000';
  return {
    kind: 'visitor',
    accountId,
    arn: `arn:aws:iam::${accountId}:user/local-visitor`,
    userId: 'AIDALOCALVISITOR00000',
  };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function temporaryKeyId(): string {
  return `ASIA${[...randomBytes(16)].map((byte) => BASE32[byte % BASE32.length]).join('')}`;
}
