/** What test servers and files are made for, and go with: a test, or a file of tests by `{ after }`. */
export interface Lifetime {
  after(callback: () => Promise<unknown>): void;
}
