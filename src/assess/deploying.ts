/**
 * Whether a deployment has begun and neither completed nor failed: by the state of the primary one, or, where the
 * controller keeps no state, by there being two.
 */
export function isDeploying(
  deployments: readonly { readonly isPrimary: boolean; readonly state: string | undefined }[],
): boolean {
  const primary = deployments.find(({ isPrimary }) => isPrimary);
  return primary?.state === 'IN_PROGRESS' || (primary?.state === undefined && deployments.length > 1);
}
