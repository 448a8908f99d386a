/** Who speaks or clicks, as the platform told us and signed for. */
export interface Person {
  readonly platform: 'slack' | 'teams' | 'cli';
  /** Slack: `U…`. Teams: the AAD object id, else the channel account id. Command line: the user's login. */
  readonly id: string;
  /** Slack team or Teams tenant. */
  readonly tenant: string;
  /** For display only; never decide anything on it. */
  readonly name: string;
}

/** `slack:U012AB3CD`, `teams:<AAD object id>`: how grants and ADMINS write a person. */
export function personKey(person: Person): string {
  return `${person.platform}:${person.id}`;
}
