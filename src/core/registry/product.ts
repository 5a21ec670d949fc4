import type { ProxyProduct } from '../evidence/evidence.ts';
import { parseChallenges } from './challenge.ts';
import type { Response } from './exchange.ts';

/**
 * Recognises such a product by what it says of itself. Harbor names itself as the token service `harbor-registry` and sets
 * a cookie `sid`; Artifactory and Nexus say so in headers; GitLab's dependency proxy is told by its paths and service. A
 * load balancer in front adds lines of its own, a cookie that keeps to one server above all.
 */
export function proxyProductOf(repository: string, { headers }: Response): ProxyProduct | undefined {
  const lines = (name: string) => headers.get(name) ?? [];
  const challenges = parseChallenges(lines('www-authenticate'));
  const services = challenges.map((challenge) => challenge.parameters.get('service') ?? '');
  const realms = challenges.map((challenge) => challenge.parameters.get('realm') ?? '');
  const some = (name: string, pattern: RegExp) => lines(name).some((line) => pattern.test(line));
  if (
    services.includes('harbor-registry') ||
    some('x-harbor-csrf-token', /./) ||
    some('set-cookie', /^(?:sid|_gorilla_csrf)=/)
  )
    return 'Harbor';
  if (
    some('x-jfrog-version', /./) ||
    some('x-artifactory-id', /./) ||
    some('server', /^Artifactory/i) ||
    realms.some((realm) => realm.includes('/artifactory/'))
  )
    return 'Artifactory';
  if (some('server', /^Nexus/i) || realms.some((realm) => realm.startsWith('Sonatype Nexus'))) return 'Nexus';
  if (services.includes('dependency_proxy') || repository.includes('/dependency_proxy/'))
    return 'GitLab dependency proxy';
  return undefined;
}
