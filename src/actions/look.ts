/** What a look at AWS after the call tells. */
export type Look =
  | { readonly state: 'waiting'; readonly text: string }
  | {
      readonly state: 'ended';
      readonly outcome: 'done' | 'failed';
      readonly text: string;
      readonly after: string;
    };
