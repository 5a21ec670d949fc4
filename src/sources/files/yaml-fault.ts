/** What is wrong with a YAML document, and where: an offset in its text. */
export type YamlFault = { readonly offset: number; readonly reason: string };

/** Leaves the recursion over a document at its first fault; caught where the document is read. */
export class YamlFaultFound extends Error {
  readonly fault: YamlFault;

  constructor(offset: number, reason: string) {
    super(reason);
    this.fault = { offset, reason };
  }
}
