import { randomBytes, randomUUID } from 'node:crypto';

/** What the owner of a destination sets. */
export interface DestinationSettings {
  readonly label: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly webhook_version: string;
  readonly subscribed_events: readonly string[];
}

/** Where webhooks go. */
export interface Destination {
  readonly uuid: string;
  readonly secret: string;
  readonly createdAt: string;
  updatedAt: string;
  settings: DestinationSettings;
}

/** The webhook destinations of the account. */
export interface Destinations {
  /** The new destination, undefined when there are too many already. */
  add(settings: DestinationSettings, time: string): Destination | undefined;
  get(uuid: string): Destination | undefined;
  list(): readonly Destination[];
  delete(uuid: string): boolean;
}

/** Assumption: the API's own limit is not documented. */
const MAX_DESTINATIONS = 100;

/** Makes an account without destinations. */
export function createDestinations(): Destinations {
  const destinations = new Map<string, Destination>();
  return {
    add(settings, time) {
      if (destinations.size >= MAX_DESTINATIONS) {
        return undefined;
      }
      // 43 characters, as the API's secrets have.
      const secret = randomBytes(32).toString('base64url');
      const destination = { uuid: randomUUID(), secret, createdAt: time, updatedAt: time, settings };
      destinations.set(destination.uuid, destination);
      return destination;
    },
    get: (uuid) => destinations.get(uuid.toLowerCase()),
    list: () => [...destinations.values()],
    delete: (uuid) => destinations.delete(uuid.toLowerCase()),
  };
}
