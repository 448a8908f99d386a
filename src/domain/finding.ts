/** One line of a self-examination: what was looked at, what is with it, and what to do where something is wrong. */
export interface Finding {
  /** `note`: nothing is wrong, but somebody may expect otherwise. */
  readonly state: 'ok' | 'problem' | 'note';
  /** `Slack`, `queue`, `account production`. */
  readonly what: string;
  readonly text: string;
  readonly remedy?: string;
}
