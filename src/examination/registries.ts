/** Registries as a command asks them. All that this takes is loaded with the first image that is asked for: many have none. */
import type { HostPattern } from '../core/egress/host-pattern.ts';
import type { CarrierSettings } from '../sources/registry/carrier.ts';
import type { InspectPull } from '../sources/registry/inspect-pull.ts';

export type Registries = {
  readonly inspectPull: InspectPull;
  /** Ends all connections. */
  readonly close: () => void;
};

export function registriesWhenAsked(
  settings: CarrierSettings,
  trustedTokenServers: readonly HostPattern[],
): Registries {
  let opened: Promise<Registries> | undefined;
  return {
    inspectPull: async (pull, terms) => {
      opened ??= openRegistries(settings, trustedTokenServers);
      return (await opened).inspectPull(pull, terms);
    },
    close: () => {
      void opened?.then(({ close }) => close());
    },
  };
}

async function openRegistries(
  settings: CarrierSettings,
  trustedTokenServers: readonly HostPattern[],
): Promise<Registries> {
  const [{ openCarrier }, { pullInspector }] = await Promise.all([
    import('../sources/registry/carrier.ts'),
    import('../sources/registry/inspect-pull.ts'),
  ]);
  const carrier = openCarrier(settings);
  return { inspectPull: pullInspector(carrier, trustedTokenServers), close: carrier.close };
}
