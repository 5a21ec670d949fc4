import { composeYaml } from './compose-yaml.ts';
import { type AliasTargets, bindAliases, type YamlNode } from './yaml-aliases.ts';

/** The text of one document, such that it can be composed. */
export type YamlText = { readonly text: string };
export type YamlTree = { readonly root: YamlNode; readonly targets: AliasTargets };

/**
 * The syntax tree of the document read last. A tree is a hundred times its text, so objects keep the text alone and
 * have the tree made again when someone asks for a line after the reader went on.
 */
export class RecentTree {
  #of: YamlText | undefined;
  #tree: YamlTree | undefined;

  remember(of: YamlText, tree: YamlTree): void {
    this.#of = of;
    this.#tree = tree;
  }

  forget(): void {
    this.#of = undefined;
    this.#tree = undefined;
  }

  treeOf(wanted: YamlText): YamlTree {
    if (this.#tree !== undefined && this.#of === wanted) return this.#tree;
    this.forget();
    const composed = composeYaml(wanted.text);
    if (!composed.ok) throw new Error('a document that was read cannot be read again');
    const tree = { root: composed.root, targets: bindAliases(composed.root) };
    this.remember(wanted, tree);
    return tree;
  }
}
