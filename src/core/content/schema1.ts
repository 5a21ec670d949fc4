import { decodeGoJson, goField, goSlice, goString, goStruct } from '../go/decode.ts';
import { membersNamed, parseGoJson } from '../go/json.ts';

const goLayer = goStruct('schema1.fsLayer', { blobSum: goField('blobSum', goString) });
const goHistory = goStruct('schema1.history', { v1Compatibility: goField('v1Compatibility', goString) });
const goSignature = goStruct('schema1.jsParsedSignature', { protected: goField('protected', goString) });

const goSchema1 = goStruct('schema1.manifest', {
  fsLayers: goField('fsLayers', goSlice(goLayer)),
  history: goField('history', goSlice(goHistory)),
  signatures: goField('signatures', goSlice(goSignature)),
});

/**
 * Whether containerd 1.7 would begin to convert a schema 1 manifest (remotes/docker/schema1/converter.go); the reason if
 * not. The signature is not checked: containerd only reads from it where the signed part ends.
 */
export function faultOfSchema1(text: string): string | undefined {
  const parsed = parseGoJson(text);
  if (!parsed.ok) return parsed.error;
  const json = parsed.value;
  const decoded = decodeGoJson(goSchema1, json);
  if (!decoded.ok) return decoded.error;
  const { fsLayers, history, signatures } = decoded.value;
  if (signatures.length === 0 || json.kind !== 'object') return 'no signatures';
  const hasOtherKind = ['manifests', 'layers'].some((name) => membersNamed(json, name).length > 0);
  if (hasOtherKind) return 'converter: expected schema1 document but found extra keys';
  return fsLayers.length === history.length ? undefined : 'invalid schema 1 manifest, history and layer mismatch';
}
