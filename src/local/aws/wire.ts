/**
 * AWS's wire formats, driven by the schemas that the SDK's own clients carry: what the client can serialise, this
 * can read, and the other way round. The only file that knows the codecs of the Smithy runtime.
 *
 * Spoken: awsJson 1.0 and 1.1, awsQuery (form in, XML out), Smithy RPC v2 CBOR. The request's shape decides, not
 * the service, as real endpoints do for CloudWatch.
 */
import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { CborCodec } from '@smithy/core/cbor';
import { JsonCodec2 } from '@smithy/core/protocols';
import { NormalizedSchema, type TypeRegistry } from '@smithy/core/schema';
import { FAULT_CODES, Fault } from './faults.ts';
import { readForm } from './form.ts';

export type Protocol = 'json-1.0' | 'json-1.1' | 'query' | 'cbor';
export type ErrorRegistry = TypeRegistry;
type SchemaRef = Parameters<ReturnType<JsonCodec2['createSerializer']>['write']>[0];

/** An operation's name and the schemas of its two sides. */
export interface OperationShapes {
  readonly name: string;
  readonly input: SchemaRef;
  readonly output: SchemaRef;
}

/** A finished HTTP answer. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What the writer must know of the service that answers. */
export interface Dialect {
  readonly xmlNamespace: string;
  readonly validationCode?: string;
  readonly queryCompatible?: boolean;
  readonly errorRegistries: readonly ErrorRegistry[];
}

const TIMESTAMP_DATE_TIME = 5;
const TIMESTAMP_EPOCH_SECONDS = 7;
const json = new JsonCodec2({
  timestampFormat: { useTrait: true, default: TIMESTAMP_EPOCH_SECONDS },
  jsonName: false,
});
const cbor = new CborCodec();

/** Reads the schemas that a command class of the SDK carries. */
export function shapesOf(command: abstract new (...args: never) => object): OperationShapes {
  // A command carries its static operation schema: [9, namespace, name, traits, input, output]
  // (StaticOperationSchema of @smithy/types); its constructor takes the input, which the schema does not need.
  const make = command as unknown as new (
    input: object,
  ) => { readonly schema: readonly [9, string, string, unknown, SchemaRef, SchemaRef] };
  const [, , name, , input, output] = new make({}).schema;
  return { name, input, output };
}

/** Deserialises a request body. Throws a `malformed` Fault for a body that is not what its content type says. */
export async function readInput(protocol: Protocol, shapes: OperationShapes, body: Buffer): Promise<object> {
  try {
    if (protocol === 'query') return readForm(NormalizedSchema.of(shapes.input), body.toString());
    if (body.length === 0) return {};
    if (protocol === 'cbor') return (await cbor.createDeserializer().read(shapes.input, body)) ?? {};
    return (await json.createDeserializer().read(shapes.input, body.toString())) ?? {};
  } catch (cause) {
    throw new Fault('malformed', `The request body could not be read: ${String(cause)}`);
  }
}

/** The first required member that is absent, as a path (`MetricDataQueries.1.Id`); schemas list required ones first. */
export function missingMember(schema: SchemaRef, value: unknown, path = ''): string | undefined {
  const shape = NormalizedSchema.of(schema);
  if (typeof value !== 'object' || value === null) return undefined;
  if (shape.isListSchema() && Array.isArray(value)) {
    const at = (index: number) => `${path}${index + 1}.`;
    return firstDefined(value.map((item, i) => missingMember(shape.getValueSchema(), item, at(i))));
  }
  if (!shape.isStructSchema()) return undefined;
  // Position 6 of a static structure schema is the number of its required members.
  const required = (shape.getSchema() as readonly unknown[])[6] ?? 0;
  const members = [...shape.structIterator()];
  // A struct's value is a record of its members.
  const record = value as Record<string, unknown>;
  const absent = members.findIndex(([name], i) => i < Number(required) && record[name] == null);
  if (absent >= 0) return path + members[absent]?.[0];
  return firstDefined(
    members.map(([name, member]) => missingMember(member, record[name], `${path}${name}.`)),
  );
}

/** Serialises an output. */
export function writeOutput(
  protocol: Protocol,
  shapes: OperationShapes,
  output: unknown,
  dialect: Dialect,
  requestId: string,
): WireAnswer {
  if (protocol === 'query') {
    const body = xmlAnswer(shapes, output, dialect, requestId);
    return { status: 200, headers: headersFor(protocol, requestId), body };
  }
  const headers = headersFor(protocol, requestId);
  if (NormalizedSchema.of(shapes.output).isUnitSchema()) {
    return { status: 200, headers, body: protocol === 'cbor' ? '' : '{}' };
  }
  const serializer = (protocol === 'cbor' ? cbor : json).createSerializer();
  serializer.write(shapes.output, output);
  return { status: 200, headers, body: plainBytes(serializer.flush()) };
}

/** Serialises an error: a {@link Fault} by the common codes, an SDK exception by its own schema, else a 500. */
export function writeError(
  protocol: Protocol,
  error: unknown,
  dialect: Dialect,
  requestId: string,
): WireAnswer & { readonly code: string } {
  const { code, queryCode, status, message, members } = describeError(error, dialect, protocol);
  const headers: Record<string, string> = headersFor(protocol, requestId);
  const type = status < 500 ? 'Sender' : 'Receiver';
  if (protocol === 'query') {
    const body = `<ErrorResponse xmlns="${dialect.xmlNamespace}"><Error><Type>${type}</Type><Code>${queryCode}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status, headers, body, code: queryCode };
  }
  if (dialect.queryCompatible === true) headers['x-amzn-query-error'] = `${queryCode};${type}`;
  const data = { __type: code, ...members, message };
  const body = protocol === 'cbor' ? cborDocument(data) : JSON.stringify(data);
  return { status, headers, body, code };
}

interface ErrorTraits {
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly httpError?: number;
}

function describeError(error: unknown, dialect: Dialect, protocol: Protocol) {
  if (error instanceof Fault) {
    const codes = FAULT_CODES[error.kind];
    const own = error.kind === 'validation' ? dialect.validationCode : undefined;
    const status = protocol === 'query' ? codes.queryStatus : codes.jsonStatus;
    const { message } = error;
    return { code: own ?? codes.json, queryCode: own ?? codes.query, status, message, members: {} };
  }
  if (!(error instanceof Error) || !('$fault' in error)) {
    const message = `The loopback AWS failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return { code: 'InternalFailure', queryCode: 'InternalFailure', status: 500, message, members: {} };
  }
  const schema = dialect.errorRegistries
    .map((registry) => registry.find((each) => NormalizedSchema.of(each).getName() === error.name))
    .find((found) => found !== undefined);
  const shape = schema === undefined ? undefined : NormalizedSchema.of(schema);
  const traits = shape?.getMergedTraits();
  // Error schemas carry two traits that the runtime's type of traits leaves out.
  const { awsQueryError, httpError } = (traits ?? {}) as ErrorTraits;
  const [queryCode, queryStatus] = awsQueryError ?? [error.name, 400];
  const status = protocol === 'query' ? queryStatus : (httpError ?? 400);
  const names = shape === undefined ? [] : [...shape.structIterator()].map(([name]) => name);
  const members = Object.fromEntries(
    names
      .filter((name) => name.toLowerCase() !== 'message')
      .map((name) => [name, Reflect.get(error, name) as unknown]),
  );
  return { code: error.name, queryCode, status, message: error.message, members };
}

function xmlAnswer(shapes: OperationShapes, output: unknown, dialect: Dialect, requestId: string): string {
  const action = shapes.name;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const open = `<${action}Response xmlns="${dialect.xmlNamespace}">`;
  if (NormalizedSchema.of(shapes.output).isUnitSchema()) return `${open}${metadata}</${action}Response>`;
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: TIMESTAMP_DATE_TIME },
    httpBindings: false,
    xmlNamespace: '',
    serviceNamespace: '',
  });
  serializer.write(shapes.output, output);
  const inner = String(serializer.flush())
    .replace(/^<[^\s/>]+[^>]*?\/?>/, '')
    .replace(/<\/[^>]+>$/, '');
  return `${open}<${action}Result>${inner}</${action}Result>${metadata}</${action}Response>`;
}

function headersFor(protocol: Protocol, requestId: string): Record<string, string> {
  if (protocol === 'query') return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  if (protocol === 'cbor') {
    return {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': requestId,
    };
  }
  return { 'content-type': `application/x-amz-${protocol}`, 'x-amzn-requestid': requestId };
}

const DOCUMENT_SCHEMA = 15;

function cborDocument(data: object): Uint8Array {
  const serializer = cbor.createSerializer();
  serializer.write(DOCUMENT_SCHEMA, data);
  return plainBytes(serializer.flush());
}

/** The codecs return subclasses of Uint8Array that warn when touched as text; node wants plain bytes. */
function plainBytes(body: Uint8Array): Uint8Array {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function firstDefined<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
