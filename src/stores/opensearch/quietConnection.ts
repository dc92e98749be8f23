// The client (3.9.0, lib/Connection.js) prints to standard output when a connection breaks in the middle of an
// answer, where a program may be reading the output of a command. This connection does not; the broken answer
// itself is reported as ever. The only inheritance in this program: the client takes nothing else.
import type { ClientRequest } from 'node:http';
import { Connection } from '@opensearch-project/opensearch';

type RequestParameters = Parameters<Connection['request']>;

export class QuietConnection extends Connection {
  override request(params: RequestParameters[0], callback: RequestParameters[1]): ClientRequest {
    const request = super.request(params, (failure, response) => {
      if (response !== null) {
        request.removeAllListeners('error');
        request.on('error', () => {});
      }
      callback(failure, response);
    });
    return request;
  }
}
