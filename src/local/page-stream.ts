import type { ServerResponse } from 'node:http';
import type { PageEvent } from './page-api.ts';

/** Proxies and browsers drop a stream that is silent for too long. */
const HEARTBEAT_MS = 20_000;

/** The open `/page/events` streams. */
export class PageStream {
  private readonly open = new Set<ServerResponse>();
  private readonly heartbeat: NodeJS.Timeout;

  constructor() {
    this.heartbeat = setInterval(() => this.write(':\n\n'), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /** Takes over a response; it stays open until its reader goes away. */
  add(res: ServerResponse): void {
    res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    res.write('retry: 1500\n\n');
    this.open.add(res);
    res.on('close', () => this.open.delete(res));
  }

  send(event: PageEvent): void {
    this.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  close(): void {
    clearInterval(this.heartbeat);
    for (const res of this.open) res.end();
  }

  private write(text: string): void {
    for (const res of this.open) res.write(text);
  }
}
