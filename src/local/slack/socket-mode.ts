import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import type { Delivery, PayloadKind, Retry } from './delivery.ts';

/** https://docs.slack.dev/apis/events-api/using-socket-mode: a socket lives about an hour; its URL is used once. */
const URL_LIFE_MS = 30_000;

/** The WebSocket side of a loopback Slack. */
export class SocketMode {
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly appId: string;
  private readonly nowMs: () => number;
  private readonly tickets = new Map<string, number>();
  private readonly sockets: WebSocket[] = [];
  private readonly waiting = new Map<string, (answer: JsonObject | undefined) => void>();

  constructor(appId: string, nowMs: () => number) {
    this.appId = appId;
    this.nowMs = nowMs;
  }

  isConnected(): boolean {
    return this.sockets.length > 0;
  }

  /** A ticket for one connection, as `apps.connections.open` hands it out. */
  ticket(): string {
    const ticket = randomUUID();
    this.tickets.set(ticket, this.nowMs() + URL_LIFE_MS);
    return ticket;
  }

  /** Takes over an HTTP upgrade that carries a ticket; refuses any other. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(req.url ?? '/', 'ws://localhost').searchParams.get('ticket') ?? '';
    const validUntilMs = this.tickets.get(ticket) ?? 0;
    this.tickets.delete(ticket);
    if (this.nowMs() > validUntilMs) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(req, socket, head, (ws) => this.welcome(ws));
  }

  /** Sends one envelope over the newest connection and waits for its acknowledgement. */
  deliver(kind: PayloadKind, payload: JsonObject, timeoutMs: number, retry?: Retry): Promise<Delivery> {
    const socket = this.sockets.at(-1);
    if (socket === undefined) return Promise.resolve({ ok: false, reason: 'connection_failed' });
    const envelopeId = randomUUID();
    return new Promise((resolve) => {
      const settle = (delivery: Delivery) => {
        clearTimeout(timer);
        this.waiting.delete(envelopeId);
        socket.off('close', onClose);
        resolve(delivery);
      };
      const timer = setTimeout(() => settle({ ok: false, reason: 'http_timeout' }), timeoutMs);
      const onClose = () => settle({ ok: false, reason: 'connection_failed' });
      socket.once('close', onClose);
      this.waiting.set(envelopeId, (answer) => settle({ ok: true, answer }));
      socket.send(JSON.stringify(envelope(envelopeId, kind, payload, retry)));
    });
  }

  /** Tells the clients to reconnect, as Slack does before it recycles a host. */
  refresh(): void {
    for (const socket of this.sockets)
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
    this.server.close();
  }

  private welcome(socket: WebSocket): void {
    this.sockets.push(socket);
    socket.on('close', () => this.sockets.splice(this.sockets.indexOf(socket), 1));
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => this.onAck(textOfData(data)));
    const connection_info = { app_id: this.appId };
    const debug_info = { host: 'local', started: '', build_number: 1, approximate_connection_time: 3600 };
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: this.sockets.length, debug_info, connection_info }),
    );
  }

  private onAck(text: string): void {
    const message = parseJson(text);
    if (!isObject(message) || typeof message.envelope_id !== 'string') return;
    const payload =
      isObject(message.payload) && Object.keys(message.payload).length > 0 ? message.payload : undefined;
    this.waiting.get(message.envelope_id)?.(payload);
  }
}

function textOfData(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)).toString('utf8'); // Buffer or ArrayBuffer
}

function envelope(id: string, kind: PayloadKind, payload: JsonObject, retry: Retry | undefined): JsonObject {
  return {
    envelope_id: id,
    type: kind,
    payload,
    accepts_response_payload: kind !== 'events_api',
    ...(kind === 'events_api'
      ? { retry_attempt: retry?.number ?? 0, retry_reason: retry?.reason ?? '' }
      : {}),
  };
}
