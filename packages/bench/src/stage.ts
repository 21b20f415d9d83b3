import { DESIGNS, type DesignName } from './catalogue.js';
import { type Certificate, createCertificate } from './certificate.js';
import { ControlledProcess } from './controlled-process.js';
import type { DesignSettings } from './design.js';
import { OTHER_CORE, SERVER_CORE } from './pinning.js';
import type { UpstreamBehaviour, UpstreamSettings } from './upstream.js';

/** What stands on a stage. */
export interface StageOptions {
  readonly designs: readonly DesignName[];
  /** Whether the upstream speaks TLS, as Didit does. @defaultValue false */
  readonly tls?: boolean;
  readonly settings?: Omit<DesignSettings, 'upstreamUrl'>;
}

/** An upstream and the servers of some designs, each a process of its own; as few at a time as a comparison needs. */
export class Stage {
  readonly upstream: ControlledProcess;
  readonly #servers: ReadonlyMap<DesignName, ControlledProcess>;
  readonly #certificate: Certificate | undefined;

  private constructor(
    upstream: ControlledProcess,
    servers: ReadonlyMap<DesignName, ControlledProcess>,
    certificate: Certificate | undefined,
  ) {
    this.upstream = upstream;
    this.#servers = servers;
    this.#certificate = certificate;
  }

  /** Starts all processes. */
  static async open({ designs, tls = false, settings = {} }: StageOptions): Promise<Stage> {
    const certificate = tls ? await createCertificate() : undefined;
    const upstream = await startUpstream(certificate);
    const servers = new Map<DesignName, ControlledProcess>();
    const stage = new Stage(upstream, servers, certificate);
    try {
      for (const name of new Set(designs)) {
        servers.set(name, await startServer(name, { ...settings, upstreamUrl: upstream.url }, certificate));
      }
      await stage.behave({ checks: false });
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  get designs(): readonly DesignName[] {
    return [...this.#servers.keys()];
  }

  /** The process of a design. */
  server(name: DesignName): ControlledProcess {
    const server = this.#servers.get(name);
    if (!server) throw new RangeError(`${name} is not on this stage`);
    return server;
  }

  /** Tells the upstream how to behave from now on; what it counted is forgotten. */
  async behave({ checks, delayMs = 0 }: Partial<UpstreamBehaviour> & { checks: boolean }): Promise<void> {
    await this.upstream.ask('behave', { checks, delayMs } satisfies UpstreamBehaviour);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values(), this.upstream].map((process) => process.stop()));
    this.#certificate?.remove();
  }
}

/** Does something on a stage, and clears it whatever happens. */
export async function onStage<Value>(options: StageOptions, act: (stage: Stage) => Promise<Value>): Promise<Value> {
  const stage = await Stage.open(options);
  try {
    return await act(stage);
  } finally {
    await stage.close();
  }
}

/** Those of the designs that send pictures upstream. */
export function callersAmong(designs: readonly DesignName[]): DesignName[] {
  return designs.filter((name) => DESIGNS[name].calls);
}

async function startUpstream(certificate: Certificate | undefined): Promise<ControlledProcess> {
  const settings: UpstreamSettings = certificate ? { tls: certificate } : {};
  return ControlledProcess.start({ program: 'upstream', args: [JSON.stringify(settings)], core: OTHER_CORE });
}

async function startServer(
  name: DesignName,
  settings: DesignSettings,
  certificate: Certificate | undefined,
): Promise<ControlledProcess> {
  return ControlledProcess.start({
    program: 'serve',
    args: [name, JSON.stringify(settings)],
    core: SERVER_CORE,
    trust: certificate?.certificateFile,
  });
}
