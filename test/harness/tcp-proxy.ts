import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * A load balancer's worth of TCP in front of several targets: each connection goes to the next target that takes it.
 * It can hold bytes back, and cut what is open.
 */
export class TcpProxy {
  /** Added to every chunk in both directions; chunks keep their order. */
  delayMs = 0;
  readonly #targets: readonly TcpTarget[];
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #next = 0;
  #isRefusing = false;

  private constructor(
    urls: readonly string[],
    private readonly asksReadiness: boolean,
  ) {
    this.#targets = urls.map((url) => {
      const { hostname, port } = new URL(url);
      return { host: hostname, port: Number(port) };
    });
    this.#server = createServer({ allowHalfOpen: false }, (client) => void this.#serve(client));
  }

  /** With `asksReadiness`, a connection goes only to a target whose /readyz answers 200, as load balancers do it. */
  static async start(urls: readonly string[], { asksReadiness = false } = {}): Promise<TcpProxy> {
    const proxy = new TcpProxy(urls, asksReadiness);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends every open connection without a word, and takes no new ones until `heal`. */
  cut(): void {
    this.#isRefusing = true;
    this.drop();
  }

  /** Ends every open connection without a word; new ones are taken. */
  drop(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  heal(): void {
    this.#isRefusing = false;
    this.delayMs = 0;
  }

  async stop(): Promise<void> {
    this.drop();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(client: Socket): Promise<void> {
    this.#watch(client);
    if (this.#isRefusing) return void client.resetAndDestroy();
    const first = this.#next++ % this.#targets.length;
    const inTurn = [...this.#targets.slice(first), ...this.#targets.slice(0, first)];
    for (const target of inTurn) {
      if (this.asksReadiness && !(await isReady(target))) continue;
      const upstream = connect(target);
      this.#watch(upstream);
      try {
        await once(upstream, 'connect');
      } catch {
        continue; // refused: the next one may take it
      }
      this.#forward(client, upstream);
      this.#forward(upstream, client);
      return;
    }
    client.resetAndDestroy();
  }

  #forward(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      const { delayMs } = this;
      if (delayMs === 0) to.write(chunk);
      else setTimeout(() => !to.destroyed && to.write(chunk), delayMs);
    });
    // What was taken is still passed on.
    from.once('close', () => setTimeout(() => to.destroySoon(), this.delayMs));
  }

  #watch(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    // Cut connections are what it is for.
    socket.on('error', () => socket.destroy());
  }
}

async function isReady({ host, port }: TcpTarget): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}/readyz`, { headers: { connection: 'close' } });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // not there at all
  }
}
