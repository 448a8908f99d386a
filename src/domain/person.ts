/** Who speaks or clicks, as the platform told us and signed for. */
export interface Person {
  readonly platform: 'slack' | 'teams' | 'cli';
  /** Slack: `U…`. Teams: the AAD object id, else the channel account id. Command line: the user's login. */
  readonly id: string;
  /** Slack team or Teams tenant. */
  readonly tenant: string;
  /** For display only; never decide anything on it. */
  readonly name: string;
  /** How the platform vouches for them; absent: nobody looked. */
  readonly standing?: Standing;
}

/**
 * `member`: of the workspace or tenant that this installation serves. `guest`: invited to some of its channels.
 * `stranger`: of another workspace, organisation or tenant, a bot, or somebody whose account has ended. `unknown`: the
 * platform did not say; they may look, and change nothing.
 */
export type Standing = 'member' | 'guest' | 'stranger' | 'unknown';

/** `slack:U012AB3CD`, `teams:<AAD object id>`: how grants and ADMINS write a person. */
export function personKey(person: Pick<Person, 'platform' | 'id'>): string {
  return `${person.platform}:${person.id}`;
}

/** Whether two are the same account. The same human on two platforms counts as two. */
export function isSamePerson(
  a: Pick<Person, 'platform' | 'id'>,
  b: Pick<Person, 'platform' | 'id'>,
): boolean {
  return personKey(a) === personKey(b);
}
