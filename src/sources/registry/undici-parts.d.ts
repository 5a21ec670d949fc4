/** The whole of undici, with fetch and WebSocket, takes as long to load as the rest of a check; two parts of it are needed. */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}

declare module 'undici/lib/core/errors.js' {
  import { errors } from 'undici';

  export default errors;
}
