const longest = 1000;

/** containerd's texts quote what a registry sent, however long that is. */
export function errorText(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}...`;
}
