import type { AgentError, AgentHandshake, AgentToServerEvents } from '@binnacle/contracts';
import { Manager, type Socket } from 'socket.io-client';
import { isRecord } from '../is-record.js';
import { reasonOf, type Logger } from '../logger.js';
import { reconnectDelayMs, refusedDelayMs } from './back-off.js';
import { quietHttpAgent, type QuietHttpAgent } from './quiet-http-agent.js';
import { quietTimer } from './timer.js';
import { AGENTS_NAMESPACE } from './wire.js';

const CONNECT_TIMEOUT_MS = 10_000;

type Events = AgentToServerEvents;
type Message<Event extends keyof Events> = Parameters<Events[Event]>[0];
type Answer<Event extends keyof Events> = Exclude<Parameters<Parameters<Events[Event]>[1]>[0], AgentError>;

/** The plane's own messages come unchecked: what listens must not trust their shape. */
export interface PlaneListener {
  onConnect(): void;
  onConfig(push: unknown): void;
  onBreaker(push: unknown): void;
}

export interface PlaneConnectionOptions {
  readonly url: URL;
  readonly handshake: () => AgentHandshake;
  /** A request that is not answered within this time means that the connection is dead. */
  readonly answerTimeoutMs: number;
  readonly logger: Logger;
  readonly random: () => number;
  readonly nowMs: () => number;
}

interface Attempt {
  readonly socket: Socket;
  readonly http: QuietHttpAgent;
}

/**
 * One websocket to the control plane, kept up for ever. Each attempt gets a fresh socket, so that nothing buffered
 * for an old connection is sent on a new one.
 */
export class PlaneConnection {
  readonly #options: PlaneConnectionOptions;
  readonly #listeners: PlaneListener[] = [];
  readonly #unanswered = new Set<(answer: null) => void>();
  readonly #logged = new Set<string>();
  #attempt: Attempt | null = null;
  #retry: NodeJS.Timeout | undefined;
  #failedAttempts = 0;
  #lastHeardMs: number | null = null;
  #lastContactAt: Date | null = null;
  #isClosed = false;

  constructor(options: PlaneConnectionOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#attempt?.socket.connected ?? false;
  }

  /** When the plane last said anything, on the wall clock. */
  get lastContactAt(): Date | null {
    return this.#lastContactAt;
  }

  /** Whether the plane said anything within this time. On the monotonic clock, and cheap: every guarded call asks. */
  hasSpokenWithin(durationMs: number, nowMs: number): boolean {
    return this.#lastHeardMs !== null && nowMs - this.#lastHeardMs <= durationMs;
  }

  addListener(listener: PlaneListener): void {
    this.#listeners.push(listener);
  }

  open(): void {
    if (!this.#isClosed && this.#attempt === null) this.#connect();
  }

  /** Drops the connection, whatever its state, and makes a new one. */
  reconnect(reason: string): void {
    if (this.#isClosed) return;
    this.#options.logger.info(`connecting anew: ${reason}`);
    this.#hangUp();
    this.#retryAfter(reconnectDelayMs(this.#failedAttempts++, this.#options.random));
  }

  /** Sends a message and gives its answer; null when there was none, or the plane refused it (which is logged). */
  request<Event extends keyof Events>(event: Event, message: Message<Event>): Promise<Answer<Event> | null> {
    const attempt = this.#attempt;
    if (attempt === null || !attempt.socket.connected) return Promise.resolve(null);
    return new Promise((resolve) => {
      const settle = (answer: Answer<Event> | null) => {
        clearTimeout(timer);
        this.#unanswered.delete(settle);
        resolve(answer);
      };
      const timer = quietTimer(() => {
        this.#loseConnection(attempt, `no answer to \`${event}\` within ${this.#options.answerTimeoutMs} ms`);
      }, this.#options.answerTimeoutMs);
      this.#unanswered.add(settle);
      attempt.socket.emit(event, message, (answer: Answer<Event> | AgentError | undefined) => {
        if (this.#attempt !== attempt) return;
        this.#heard();
        // Only now: a server that accepts connections and cannot work is a failed attempt.
        this.#failedAttempts = 0;
        if (isRefusal(answer)) {
          const { code, detail } = answer.error;
          this.#warnOnce(`${event} ${code}`, `the control plane refused \`${event}\`: ${detail} (${code})`);
          settle(null);
        } else {
          settle(answer ?? null);
        }
      });
    });
  }

  /** Ends the connection after what was sent has left the process. */
  close(): void {
    this.#isClosed = true;
    this.#hangUp('flushed');
  }

  #connect(): void {
    const { url, handshake } = this.#options;
    const http = quietHttpAgent(url.protocol === 'https:');
    const manager = new Manager(url.origin, {
      path: `${url.pathname.replace(/\/+$/, '')}/socket.io`,
      transports: ['websocket'],
      ...nodeOptions(http),
      reconnection: false,
      autoConnect: false,
      autoUnref: true,
      timeout: CONNECT_TIMEOUT_MS,
    });
    const socket = manager.socket(AGENTS_NAMESPACE, { auth: (send) => send(handshake()) });
    const attempt: Attempt = { socket, http };
    this.#attempt = attempt;

    // The manager's own timeout ends with the transport; the namespace may still not answer.
    const timer = quietTimer(
      () => this.#loseConnection(attempt, 'the handshake was not answered'),
      CONNECT_TIMEOUT_MS,
    );
    const listen = (event: string, listener: (message: unknown) => void) => {
      socket.on(event, (message: unknown) => {
        if (this.#attempt === attempt) this.#guarded(event, () => listener(message));
      });
    };
    listen('connect', () => {
      clearTimeout(timer);
      this.#heard();
      this.#logged.clear();
      this.#options.logger.info(`connected to ${url.origin}`);
      this.#tell((listener) => listener.onConnect());
    });
    listen('connect_error', (error) => {
      clearTimeout(timer);
      this.#refused(attempt, error);
    });
    listen('disconnect', (reason) => this.#loseConnection(attempt, String(reason)));
    listen('config', (push) => {
      this.#heard();
      this.#tell((listener) => listener.onConfig(push));
    });
    listen('breaker', (push) => {
      this.#heard();
      this.#tell((listener) => listener.onBreaker(push));
    });
    listen('goaway', (message) => {
      this.#heard();
      this.#goAway(message);
    });
    socket.connect();
  }

  #goAway(message: unknown): void {
    const attempt = this.#attempt;
    if (!isRecord(message) || typeof message['afterMs'] !== 'number') return;
    const afterMs = Math.max(0, message['afterMs']) * this.#options.random();
    quietTimer(() => {
      if (this.#isClosed || this.#attempt !== attempt) return;
      this.#options.logger.info('the control plane asked to connect anew');
      this.#hangUp('flushed');
      this.#connect();
    }, afterMs);
  }

  #refused(attempt: Attempt, error: unknown): void {
    const data = isRecord(error) ? error['data'] : undefined;
    const code = isRecord(data) && typeof data['code'] === 'string' ? data['code'] : null;
    if (code === null) {
      this.#loseConnection(attempt, reasonOf(error));
      return;
    }
    const isLasting = code === 'unauthenticated' || code === 'forbidden';
    this.#warnOnce(code, `the control plane refused this agent: ${reasonOf(error)} (${code})`);
    this.#hangUp();
    const { random } = this.#options;
    this.#retryAfter(isLasting ? refusedDelayMs(random) : reconnectDelayMs(this.#failedAttempts++, random));
  }

  #loseConnection(attempt: Attempt, reason: string): void {
    if (this.#isClosed || this.#attempt !== attempt) return;
    this.#warnOnce(
      'lost',
      `no connection to the control plane at ${this.#options.url.origin}: ${reason}; trying again`,
    );
    this.#hangUp();
    this.#retryAfter(reconnectDelayMs(this.#failedAttempts++, this.#options.random));
  }

  #hangUp(how: 'now' | 'flushed' = 'now'): void {
    clearTimeout(this.#retry);
    const attempt = this.#attempt;
    this.#attempt = null;
    this.#settleUnanswered();
    if (attempt === null) return;
    attempt.socket.disconnect();
    if (how === 'now') attempt.http.hangUp('now');
    // socket.io writes its goodbye in the next ticks.
    else setImmediate(() => attempt.http.hangUp('flushed'));
  }

  #retryAfter(delayMs: number): void {
    this.#retry = quietTimer(() => this.#connect(), delayMs);
  }

  #settleUnanswered(): void {
    for (const settle of this.#unanswered) settle(null);
  }

  #heard(): void {
    this.#lastHeardMs = this.#options.nowMs();
    this.#lastContactAt = new Date();
  }

  #tell(tell: (listener: PlaneListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }

  /** An exception that leaves a socket.io listener would end the service. */
  #guarded(event: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.logger.error(`could not handle \`${event}\`: ${reasonOf(error)}`);
    }
  }

  #warnOnce(key: string, message: string): void {
    if (this.#logged.has(key)) return;
    this.#logged.add(key);
    this.#options.logger.warn(message);
  }
}

/** What Node's websocket takes besides, and socket.io's types, made for browsers, do not know. */
function nodeOptions(http: QuietHttpAgent): object {
  return { agent: http.agent, perMessageDeflate: false };
}

function isRefusal(answer: unknown): answer is AgentError {
  return isRecord(answer) && isRecord(answer['error']);
}
