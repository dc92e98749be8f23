// Where the real servers of the tests are. null: there are none here, and a test that needs them is skipped.

export function kafkaAddress(): string | null {
  return process.env['NETPOL_DRIFT_TEST_KAFKA'] ?? null;
}

export function openSearchAddress(): string | null {
  return process.env['NETPOL_DRIFT_TEST_OPENSEARCH'] ?? null;
}
