/**
 * The annotations of an object that several managers write, as the API server keeps them.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
 */
export class ServerSideApplied {
  private readonly fields = new Map<string, { value: string; owners: Set<string> }>();

  value(key: string): string | undefined {
    return this.fields.get(key)?.value;
  }

  /** A forced server-side apply: what the manager no longer names it no longer owns, and what nobody owns is removed. */
  apply(manager: string, values: Readonly<Record<string, string>>): void {
    for (const [key, { owners }] of this.fields) {
      if (!(key in values) && owners.delete(manager) && owners.size === 0) {
        this.fields.delete(key);
      }
    }
    for (const [key, value] of Object.entries(values)) {
      const field = this.fields.get(key);
      const owners = field?.value === value ? field.owners : new Set<string>();
      this.fields.set(key, { value, owners: owners.add(manager) });
    }
  }

  /** A patch, as controllers send it: of a value that is there already nothing changes. */
  update(manager: string, key: string, value: string): void {
    if ((this.value(key) ?? "") !== value) {
      this.fields.set(key, { value, owners: new Set([manager]) });
    }
  }
}
