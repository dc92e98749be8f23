// Mends a defect of kafkajs 2.2.4: two requests at the same time on a connection that is down open two sockets,
// and both feed one reader, which then takes bytes of one answer for those of the other. Here whoever
// comes second waits for the socket of the first.
import Connection from 'kafkajs/src/network/connection.js';

let mended = false;

/** Once for the process; more calls do nothing. */
export function mendDoubleConnects(): void {
  if (mended) return;
  mended = true;
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const connect = Connection.prototype.connect;
  const underWay = new WeakMap<Connection, Promise<unknown>>();
  Connection.prototype.connect = function connectOnce(this: Connection): Promise<unknown> {
    const known = underWay.get(this);
    if (known !== undefined) return known;
    const opening = connect.call(this).finally(() => underWay.delete(this));
    underWay.set(this, opening);
    return opening;
  };
}
