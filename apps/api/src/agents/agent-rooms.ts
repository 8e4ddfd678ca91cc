import { Injectable, Logger } from '@nestjs/common';
import type { BreakerPush, ConfigPush } from '@binnacle/contracts';
import { type Pair, pairKey } from '@binnacle/store';
import { BreakerDesk } from '../breakers/breaker-desk.js';
import { ConfigCache, type ServedConfig } from '../configs/config-cache.js';
import { Metrics } from '../lifecycle/metrics.js';
import { mayHaveSecrets, SecretDelivery } from '../secrets/secret-delivery.js';
import { unsentPackets } from '../sockets/unsent-packets.js';
import type { AgentNamespace, AgentSocket } from './agent-session.js';

/** An agent that has not read what was sent to it for so long is disconnected. */
const MAX_LAG_MS = 30_000;
/** Answers and breaker states that may wait for an agent to read them. */
const MAX_UNSENT_PACKETS = 1_000;

interface Room {
  readonly pair: Pair;
  readonly sockets: Set<AgentSocket>;
  /** Sockets that do not drain, since when (monotonic): they get the newest config once they do. */
  readonly lagging: Map<AgentSocket, number>;
  readonly stopWatching: readonly (() => void)[];
}

/**
 * Pushes to the agents of this process, one room for each pair. What is pushed is encoded once for a room; a socket
 * that still has something unsent is left out and gets the newest when it has read the rest.
 */
@Injectable()
export class AgentRooms {
  private readonly logger = new Logger(AgentRooms.name);
  private readonly rooms = new Map<string, Room>();
  private namespace: AgentNamespace | undefined;

  constructor(
    private readonly cache: ConfigCache,
    private readonly breakers: BreakerDesk,
    private readonly delivery: SecretDelivery,
    private readonly metrics: Metrics,
  ) {
    breakers.onPush((pair, push) => this.pushBreaker(pair, push));
  }

  open(namespace: AgentNamespace): void {
    this.namespace = namespace;
  }

  sockets(): AgentSocket[] {
    return [...this.rooms.values()].flatMap((room) => [...room.sockets]);
  }

  /** Puts an agent into its room, and sends what it has missed. */
  async enter(socket: AgentSocket): Promise<void> {
    const { pair, pairKey: key } = socket.data;
    const room = this.rooms.get(key) ?? this.openRoom(pair);
    room.sockets.add(socket);
    void socket.join(key);
    this.metrics.agents.inc();
    // Joined first: whatever is published from now on arrives, so what is read next cannot be older than what is sent.
    await this.cache.newest(pair);
    await this.sendNewest(socket);
    await this.sendBreakers(socket);
  }

  /** Sends the newest config to an agent whose heartbeat shows that it has missed it; once for each revision. */
  remind(socket: AgentSocket): void {
    const newest = this.cache.peek(socket.data.pair);
    if (!newest || socket.data.reminded === newest.etag || socket.data.rejected?.revision === newest.revision)
      return;
    if (isNoOlder(socket.data.have, newest) || !socket.conn.transport.writable) return;
    socket.data.reminded = newest.etag;
    void this.sendNewest(socket).then((isSent) => {
      if (!isSent) socket.data.reminded = '';
    });
  }

  leave(socket: AgentSocket): void {
    const room = this.rooms.get(socket.data.pairKey);
    if (room === undefined || !room.sockets.delete(socket)) return;
    room.lagging.delete(socket);
    this.metrics.agents.dec();
    if (room.sockets.size > 0) return;
    this.rooms.delete(socket.data.pairKey);
    for (const stop of room.stopWatching) stop();
  }

  /** Disconnects agents that have not drained for too long, or to which too much is waiting to be sent. */
  dropLaggards(): void {
    const nowMs = performance.now();
    for (const room of this.rooms.values()) {
      for (const socket of room.sockets) {
        const lagMs = nowMs - (room.lagging.get(socket) ?? nowMs);
        if (lagMs < MAX_LAG_MS && unsentPackets(socket) < MAX_UNSENT_PACKETS) continue;
        this.logger.warn(
          `Agent ${socket.data.instance.id} of ${socket.data.pairKey} does not read: disconnected`,
        );
        socket.disconnect(true);
      }
    }
  }

  private openRoom(pair: Pair): Room {
    const room: Room = {
      pair,
      sockets: new Set(),
      lagging: new Map(),
      stopWatching: [
        this.cache.watch(pair, (config) => void this.pushConfig(room, config)),
        this.breakers.watch(pair),
      ],
    };
    this.rooms.set(pairKey(pair), room);
    return room;
  }

  private async pushConfig(room: Room, config: ServedConfig): Promise<void> {
    const push = config.secrets === undefined ? toPush(config) : await this.withSecrets(config);
    // Something newer may have come while secrets were opened; who is told nothing now asks by its next heartbeat.
    if (push === undefined || this.cache.peek(room.pair) !== config || this.namespace === undefined) return;
    this.setBlockedAside(room);
    // Agents that came from a process which was ahead of this one, and those that may not have what the others get.
    const ahead = [...room.sockets].filter(({ data }) => isNoOlder(data.have, config));
    const barred = config.secrets === undefined ? [] : [...room.sockets].filter(isBarred);
    const left = new Set([...ahead, ...barred].map(({ id }) => id));
    this.namespace
      .to(pairKey(room.pair))
      .except([...left])
      .emit('config', push);
    this.metrics.pushes.inc(Math.max(room.sockets.size - room.lagging.size - left.size, 0));
    for (const socket of barred) void this.sendNewest(socket);
  }

  private pushBreaker(pair: Pair, push: BreakerPush): void {
    const key = pairKey(pair);
    const room = this.rooms.get(key);
    if (room === undefined) return;
    this.setBlockedAside(room);
    this.namespace?.to(key).emit('breaker', push);
  }

  private setBlockedAside(room: Room): void {
    for (const socket of room.sockets) {
      if (!socket.conn.transport.writable && !room.lagging.has(socket)) this.setAside(room, socket);
    }
  }

  private setAside(room: Room, socket: AgentSocket): void {
    const key = socket.data.pairKey;
    room.lagging.set(socket, performance.now());
    this.metrics.laggards.inc();
    void socket.leave(key);
    whenDrained(socket, () => {
      if (!room.lagging.delete(socket)) return;
      void socket.join(key);
      void this.sendNewest(socket);
      void this.sendBreakers(socket);
    });
  }

  private async sendBreakers(socket: AgentSocket): Promise<void> {
    try {
      for (const push of await this.breakers.stateFor(socket.data.pair)) socket.emit('breaker', push);
    } catch (error) {
      this.logger.warn({ err: error }, 'The state of breakers cannot be sent now; it follows by itself');
    }
  }

  /** Never rejects. False when the newest is withheld for now. */
  private async sendNewest(socket: AgentSocket): Promise<boolean> {
    const config = this.cache.peek(socket.data.pair);
    if (!config || isNoOlder(socket.data.have, config)) return true;
    const isPlain = config.secrets === undefined || isBarred(socket);
    const push = isPlain ? toPush(config) : await this.withSecrets(config);
    if (push === undefined) return false;
    socket.emit('config', push);
    this.metrics.pushes.inc();
    return true;
  }

  /** Undefined when its secrets cannot be opened: it does not go out without them, and agents keep what they have. */
  private async withSecrets(config: ServedConfig): Promise<ConfigPush | undefined> {
    if (config.secrets === undefined) return toPush(config);
    try {
      return { ...toPush(config), secrets: await this.delivery.open(config.secrets) };
    } catch {
      // Told, once for all of it, by who opens them; heartbeats make it be tried again.
      return undefined;
    }
  }
}

/** Such a connection gets the content with its references, which its agent will reject and say why. */
function isBarred({ data }: AgentSocket): boolean {
  return !mayHaveSecrets(data.principal, data.pair);
}

function isNoOlder(
  have: { epoch: string; revision: number; hash: string } | null,
  config: ServedConfig,
): boolean {
  if (have === null || have.epoch !== config.epoch) return false;
  return have.revision > config.revision || (have.revision === config.revision && have.hash === config.hash);
}

function toPush({ epoch, revision, hash, content }: ServedConfig): ConfigPush {
  return { epoch, revision, hash, content };
}

/** The connection's own `drain` tells that packets were handed to the transport; its `ready` that they have left. */
function whenDrained(socket: AgentSocket, done: () => void): void {
  socket.conn.transport.once('ready', () => {
    if (socket.conn.transport.writable) done();
    else whenDrained(socket, done);
  });
}
