/** Which columns of a table hold JSON, and which a yes or no. */
export interface Columns {
  json: readonly string[];
  flags: readonly string[];
}

/** A row as everybody above the store sees it: JSON parsed (and still to be checked), flags as booleans. */
export type Stored<Row, C extends Columns> = {
  [K in keyof Row]: K extends C['json'][number]
    ? unknown
    : K extends C['flags'][number]
      ? boolean | Extract<Row[K], undefined>
      : Row[K];
};

export function readRow<Row extends object, C extends Columns>(row: Row, columns: C): Stored<Row, C> {
  const read = Object.entries(row).map(([name, value]) => {
    if (columns.json.includes(name)) return [name, value === null ? null : JSON.parse(String(value))];
    return [name, columns.flags.includes(name) ? value === 1 : value];
  });
  return Object.fromEntries(read) as Stored<Row, C>;
}

/** The way back; what is not there stays away. */
export function storedRow<Row extends object, C extends Columns>(row: Stored<Row, C>, columns: C): Row {
  const stored = Object.entries(row).map(([name, value]) => {
    if (columns.json.includes(name)) return [name, value === null ? null : JSON.stringify(value)];
    return [name, columns.flags.includes(name) ? Number(value) : value];
  });
  return Object.fromEntries(stored) as Row;
}
