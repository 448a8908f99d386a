/** How often the bot is asked whether it is ready: until it is, and from then on. */
const WAITING_MS = 150;
const WATCHING_MS = 2_000;

/** Follows the bot's `GET /ready`. */
export class BotWatch {
  private readonly url: string;
  private readonly onChange: (ready: boolean) => void;
  private readonly closing = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private isReady = false;

  /** `url` is the bot's, without a path. */
  constructor(url: string, onChange: (ready: boolean) => void) {
    this.url = url;
    this.onChange = onChange;
  }

  get ready(): boolean {
    return this.isReady;
  }

  start(): void {
    this.timer = setTimeout(() => void this.look(), this.isReady ? WATCHING_MS : WAITING_MS);
  }

  close(): void {
    this.closing.abort();
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const ready = await this.ask();
    if (this.closing.signal.aborted) return;
    if (ready !== this.isReady) {
      this.isReady = ready;
      this.onChange(ready);
    }
    this.start();
  }

  private async ask(): Promise<boolean> {
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(2_000), this.closing.signal]);
      const response = await fetch(`${this.url}/ready`, { signal });
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      return false;
    }
  }
}
