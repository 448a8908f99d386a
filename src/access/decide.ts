import {
  type Grant,
  type GrantAction,
  type GrantTarget,
  grantCovers,
  isMemberRight,
  MEMBER_RIGHTS,
  type MemberRight,
} from '../domain/access.ts';
import { type Person, personKey } from '../domain/person.ts';

/** Everything that is known of rights. `unreadable`: some of it could not be read, so nothing may be concluded. */
export type Authority =
  | {
      /** `slack:U…`, `teams:…` */
      readonly admins: readonly string[];
      readonly grants: readonly Grant[];
      /** The groups among the grants that the person is in; `unreadable` where the platform did not say. */
      readonly groups: readonly string[] | 'unreadable';
    }
  | 'unreadable';

export interface Question {
  readonly person: Pick<Person, 'platform' | 'id' | 'standing'>;
  readonly action: Exclude<GrantAction, '*'> | MemberRight;
  readonly target: GrantTarget;
  readonly authority: Authority;
  readonly nowMs: number;
}

export type Decision =
  | { readonly allowed: true; readonly by: 'member' | 'admin' }
  | { readonly allowed: true; readonly by: 'grant'; readonly grant: Grant }
  | {
      readonly allowed: false;
      /** In the order in which they are looked for; the first that holds is told. */
      readonly why:
        | 'not_a_member'
        | 'unknown_person'
        | 'unreadable'
        | 'nobody_may'
        | 'expired'
        | 'elsewhere'
        | 'another_action'
        | 'groups_unreadable'
        | 'no_grant';
      /** The grant that comes nearest. */
      readonly near?: Grant;
    };

/**
 * Whether a person may do something. Pure, and closed where anything is not known: no standing, no readable grants or
 * no answer about groups means no. What needs no grant stands in {@link MEMBER_RIGHTS}.
 */
export function decide({ person, action, target, authority, nowMs }: Question): Decision {
  if (person.standing === 'guest' || person.standing === 'stranger')
    return { allowed: false, why: 'not_a_member' };
  // To take an incident changes nothing but who has it, and the request was signed for this workspace or tenant.
  if (isMemberRight(action) && MEMBER_RIGHTS[action] === 'anyone') return { allowed: true, by: 'member' };
  if (person.standing !== 'member') return { allowed: false, why: 'unknown_person' };
  if (isMemberRight(action)) return { allowed: true, by: 'member' };
  if (authority === 'unreadable') return { allowed: false, why: 'unreadable' };
  const key = personKey(person);
  if (authority.admins.includes(key)) return { allowed: true, by: 'admin' };
  if (authority.admins.length === 0 && authority.grants.length === 0)
    return { allowed: false, why: 'nobody_may' };
  const groups = authority.groups === 'unreadable' ? [] : authority.groups;
  const theirs = authority.grants.filter(({ who }) => who === key || groups.includes(who));
  const fits = (grant: Grant) => allows(grant, action) && grantCovers(grant.on, target);
  const valid = theirs.find((grant) => fits(grant) && !isOver(grant, nowMs));
  if (valid !== undefined) return { allowed: true, by: 'grant', grant: valid };
  const near = (why: 'expired' | 'elsewhere' | 'another_action', grant: Grant | undefined) =>
    grant === undefined ? undefined : ({ allowed: false, why, near: grant } as const);
  return (
    near('expired', theirs.find(fits)) ??
    near(
      'elsewhere',
      theirs.find((grant) => allows(grant, action) && !isOver(grant, nowMs)),
    ) ??
    near(
      'another_action',
      theirs.find((grant) => grantCovers(grant.on, target) && !isOver(grant, nowMs)),
    ) ?? { allowed: false, why: authority.groups === 'unreadable' ? 'groups_unreadable' : 'no_grant' }
  );
}

/** An administrator's grant allows everything where it holds; `*` allows everything but to administer. */
function allows({ actions }: Grant, action: string): boolean {
  return actions.some((each) => each === 'admin' || each === action || (each === '*' && action !== 'admin'));
}

function isOver({ untilMs }: Grant, nowMs: number): boolean {
  return untilMs !== undefined && untilMs <= nowMs;
}
