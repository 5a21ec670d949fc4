/** The proxy of a configuration, and of the environment where the configuration says nothing (contract §7). */
import {
  type NoProxy,
  type ProxyRules,
  type ProxyServer,
  parseNoProxy,
  parseProxyServer,
} from '../core/egress/proxy.ts';
import type { EgressConfig } from './config.ts';

export type ProxiesRead =
  | { readonly ok: true; readonly proxies: ProxyRules }
  /** Sentences that start with the name of the variable. */
  | { readonly ok: false; readonly problems: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

/** As curl and Go programs read them; a variable in lower case counts as well. */
export function proxiesOf({ proxy, noProxy }: Pick<EgressConfig, 'proxy' | 'noProxy'>, env: Environment): ProxiesRead {
  const exempt = noProxy ?? noProxyIn(variable('NO_PROXY', env) ?? '');
  if (proxy !== undefined) return { ok: true, proxies: { https: proxy, http: proxy, noProxy: exempt } };
  const problems: string[] = [];
  const serverIn = (name: string): ProxyServer | undefined => {
    const text = variable(name, env);
    const parsed = text === undefined ? undefined : parseProxyServer(text);
    // The text may hold a password.
    if (parsed?.ok === false) problems.push(`${name}: ${parsed.problem}`);
    return parsed?.ok === true ? parsed.value : undefined;
  };
  const [https, http] = [serverIn('HTTPS_PROXY'), serverIn('HTTP_PROXY')];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, proxies: { ...(https && { https }), ...(http && { http }), noProxy: exempt } };
}

function variable(name: string, env: Environment): string | undefined {
  return env[name] || env[name.toLowerCase()] || undefined;
}

/** Other programs read the same variable, and pass over what they do not understand. */
function noProxyIn(text: string): readonly NoProxy[] {
  return text.split(',').flatMap((entry) => {
    const parsed = parseNoProxy(entry.trim());
    return parsed.ok ? [parsed.value] : [];
  });
}
