// What we use of kafkajs 2.2.4 below its public interface: the connections and the requests, not its consumer.
// Written from its sources; the package is pinned to that version and has not altered since 2023.

declare module 'kafkajs/src/cluster/index.js' {
  import type Broker from 'kafkajs/src/broker/index.js';

  namespace Cluster {
    interface PartitionMetadata {
      readonly partitionId: number;
      /** Node id; -1: none at the moment. */
      readonly leader: number;
    }
  }
  class Cluster {
    constructor(options: Readonly<Record<string, unknown>>);
    readonly brokerPool: {
      readonly brokers: Readonly<Record<string, Broker>>;
      readonly seedBroker: Broker | undefined;
      readonly metadata: object | null;
    };
    connect(): Promise<void>;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    metadata(of: { readonly topics: readonly string[] }): Promise<unknown>;
    refreshMetadataIfNecessary(): Promise<void>;
    findBroker(node: { readonly nodeId: string }): Promise<Broker>;
    findGroupCoordinator(group: { readonly groupId: string }): Promise<Broker>;
    findTopicPartitionMetadata(topic: string): readonly Cluster.PartitionMetadata[];
  }
  export = Cluster;
}

declare module 'kafkajs/src/broker/index.js' {
  import type Connection from 'kafkajs/src/network/connection.js';

  namespace Broker {
    interface ApiVersion {
      readonly minVersion: number;
      readonly maxVersion: number;
    }
    interface GroupMember {
      readonly memberId: string;
      readonly memberMetadata: Buffer;
    }
    interface Joined {
      readonly generationId: number;
      readonly leaderId: string;
      readonly memberId: string;
      readonly members: readonly GroupMember[];
    }
    interface Membership {
      readonly groupId: string;
      readonly memberId: string;
    }
    interface OfPartition {
      readonly partition: number;
      readonly offset: string;
      readonly metadata?: string | null;
    }
    interface OfTopic {
      readonly topic: string;
      readonly partitions: readonly OfPartition[];
    }
  }
  class Broker {
    readonly nodeId: number | null;
    readonly versions: Readonly<Record<number, Broker.ApiVersion>> | null;
    readonly connectionPool: {
      readonly pool: readonly Connection[];
      send(protocol: object): Promise<unknown>;
    };
    joinGroup(request: {
      readonly groupId: string;
      readonly sessionTimeout: number;
      readonly rebalanceTimeout: number;
      readonly memberId: string;
      readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[];
    }): Promise<Broker.Joined>;
    syncGroup(
      request: Broker.Membership & {
        readonly generationId: number;
        readonly groupAssignment: readonly { readonly memberId: string; readonly memberAssignment: Buffer }[];
      },
    ): Promise<{ readonly memberAssignment: Buffer }>;
    heartbeat(request: Broker.Membership & { readonly groupGenerationId: number }): Promise<unknown>;
    leaveGroup(request: Broker.Membership): Promise<unknown>;
    offsetFetch(request: {
      readonly groupId: string;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number }[];
      }[];
    }): Promise<{ readonly responses: readonly Broker.OfTopic[] }>;
    offsetCommit(
      request: Broker.Membership & {
        readonly groupGenerationId: number;
        readonly topics: readonly Broker.OfTopic[];
      },
    ): Promise<unknown>;
    listOffsets(request: {
      readonly isolationLevel: number;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
      }[];
    }): Promise<{ readonly responses: readonly Broker.OfTopic[] }>;
  }
  export = Broker;
}

declare module 'kafkajs/src/network/connection.js' {
  import type RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

  class Connection {
    constructor(options: Readonly<Record<string, unknown>>);
    readonly requestQueue: RequestQueue;
    isConnected(): boolean;
    connect(this: Connection): Promise<unknown>;
    disconnect(): Promise<unknown>;
  }
  export = Connection;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  class RequestQueue {
    constructor(options: Readonly<Record<string, unknown>>);
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(this: RequestQueue): void;
    maybeThrottle(forMs: number | null): void;
    checkPendingRequests(): void;
    push(request: {
      readonly entry: object;
      readonly expectResponse: boolean;
      readonly sendRequest: () => void;
    }): void;
    rejectAll(cause: Error): void;
    destroy(): void;
  }
  export = RequestQueue;
}

declare module 'kafkajs/src/network/socketFactory.js' {
  const socketFactory: () => unknown;
  export = socketFactory;
}

declare module 'kafkajs/src/loggers/index.js' {
  export function createLogger(options: { readonly level: number; readonly logCreator: unknown }): unknown;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/request.js' {
  const request: (options: {
    readonly replicaId: number;
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: number;
        readonly maxBytes: number;
      }[];
    }[];
  }) => object;
  export = request;
}

declare module 'kafkajs/src/protocol/error.js' {
  export function createErrorFromCode(code: number): Error & { readonly type: string };
}

declare module 'kafkajs/src/protocol/encoder.js' {
  class Encoder {
    /** @param size in bytes, to begin with */
    constructor(size: number);
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    /** With an int16 length before it. */
    writeString(value: string | null): this;
    /** With an int32 length before them. */
    writeBytes(value: Buffer): this;
  }
  export = Encoder;
}
