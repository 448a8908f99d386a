/** `1 reply`, `3 replies`. */
export function replyCount(replies: number): string {
  return replies === 1 ? '1 reply' : `${replies} replies`;
}
