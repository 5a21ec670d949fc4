/** Changes that no test can notice, each with its reason. A reason for something that no longer survives is an error. */
export type Reason = {
  /** Its name, with as much of its path as it takes. */
  readonly file: string;
  /** As `npm run test:mutants` shows it. */
  readonly before: string;
  readonly after: string;
  readonly why: string;
};

export const reasons: readonly Reason[] = [];
