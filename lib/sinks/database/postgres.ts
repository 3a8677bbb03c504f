import createClient from "postgres";
import { type Connect, tlsOptions } from "./connection";

/** Connects to a PostgreSQL server. */
export const connect: Connect = async (target, ca, timeoutMs) => {
  const { host, port, user, password, database } = target;
  const client = createClient({
    ...{ host, port, user, password, database },
    max: 1,
    connect_timeout: timeoutMs / 1000,
    fetch_types: false,
    // Poolers give each transaction another server connection.
    prepare: false,
    onnotice: () => {},
    ssl: tlsOptions(target, ca) ?? false,
  });
  const destroy = () => void client.end({ timeout: 0 }).catch(() => {});
  try {
    await client.unsafe("SELECT 1");
  } catch (error) {
    destroy();
    throw error;
  }
  return {
    query: async ({ sql, values }) => [...(await client.unsafe(sql, [...values]))],
    async transaction(statements) {
      // They are sent at once, and run in this order.
      await client.begin((sql) => statements.map((one) => sql.unsafe(one.sql, [...one.values])));
    },
    destroy,
  };
};
