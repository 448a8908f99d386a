/**
 * The errors that every AWS service has in common and no SDK models. A service's own errors are thrown as the
 * SDK's exception classes instead; the wire tells both apart.
 *
 * Codes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html (JSON protocols) and
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html (query protocol).
 */
export class Fault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.name = 'Fault';
    this.kind = kind;
  }
}

export type FaultKind = keyof typeof FAULT_CODES;

/** `json` is the `__type` of a JSON answer, `query` the `<Code>` of an XML one; `validation` differs by service. */
export const FAULT_CODES = {
  accessDenied: { json: 'AccessDeniedException', query: 'AccessDenied', jsonStatus: 400, queryStatus: 403 },
  throttled: { json: 'ThrottlingException', query: 'Throttling', jsonStatus: 400, queryStatus: 400 },
  unknownOperation: {
    json: 'UnknownOperationException',
    query: 'InvalidAction',
    jsonStatus: 400,
    queryStatus: 400,
  },
  unknownKey: {
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
    jsonStatus: 400,
    queryStatus: 403,
  },
  expired: { json: 'ExpiredTokenException', query: 'ExpiredToken', jsonStatus: 400, queryStatus: 403 },
  badSignature: {
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
    jsonStatus: 403,
    queryStatus: 403,
  },
  missingAuth: {
    json: 'MissingAuthenticationTokenException',
    query: 'MissingAuthenticationToken',
    jsonStatus: 403,
    queryStatus: 403,
  },
  malformed: { json: 'SerializationException', query: 'MalformedInput', jsonStatus: 400, queryStatus: 400 },
  validation: { json: 'ValidationException', query: 'ValidationError', jsonStatus: 400, queryStatus: 400 },
  internal: { json: 'InternalFailure', query: 'InternalFailure', jsonStatus: 500, queryStatus: 500 },
} as const;

/** "Rate exceeded" is the text of every service's throttling error. */
export function throttled(): Fault {
  return new Fault('throttled', 'Rate exceeded');
}

/** The sentence that AWS writes for any member that breaks a constraint of its model. */
export function constraintBroken(member: string, value: string | undefined, constraint: string): Fault {
  const shown = value === undefined ? 'null' : `'${value}'`;
  return new Fault(
    'validation',
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
