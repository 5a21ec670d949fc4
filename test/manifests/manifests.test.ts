import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../src/cli/parse-flags.ts';
import { defaultConfig } from '../../src/config/defaults.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { builtInWorkloadKinds } from '../../src/core/workload/workload-kind.ts';
import { serveCommand } from '../../src/entrypoints/serve/command.ts';
import { fileWith } from '../config/reading.ts';
import { contentOf, files, kustomizations, namedBy, type Resource, resourceAt, resources, root } from './installed.ts';

const everyNamed = [...kustomizations.keys()].flatMap(namedBy);

describe('files', () => {
  test.each(files.filter((path) => basename(path) !== 'kustomization.yaml'))('%s is named in its folder', (path) => {
    expect(namedBy(dirname(path))).toContain(path);
  });

  test.each(everyNamed)('%s, which a kustomization names, is there', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  test.each([...resources])('%s is named by its kind', (path, { kind }) => {
    const written = kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
    const qualified: Readonly<Record<string, string>> = {
      'components/certificate-cert-manager/certificate-authority.yaml': 'certificate',
      'components/certificate-cert-manager/issuer-self-signed.yaml': 'issuer',
    };
    expect(qualified[path] ?? basename(path, '.yaml')).toBe(written);
  });

  test.each([...resources])('%s says whose it is', (_path, { metadata }) => {
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'pullgate' });
  });

  test('the usual installation is the base with Secrets of every namespace, a certificate of its own and one fuse', () => {
    expect(namedBy('.')).toEqual([
      'base',
      'components/secrets-cluster-wide',
      'components/certificate-self-managed',
      'components/shared-fuse',
    ]);
  });

  test('every component and every right can be chosen: each has a kustomization of the right kind', () => {
    const kinds = [...kustomizations].map(([folder, { kind }]) => `${folder.split('/')[0]}: ${kind}`);
    expect([...new Set(kinds)].toSorted()).toEqual([
      '.: Kustomization',
      'base: Kustomization',
      'components: Component',
      'optional: Kustomization',
    ]);
  });
});

/** `FOLDER: KIND NAME: VERBS of RESOURCES`, as short as it can be read. */
function grantsOf([path, { kind, metadata, rules = [] }]: readonly [string, Resource]): readonly string[] {
  return rules.flatMap(({ apiGroups, resources: named, resourceNames, verbs }) =>
    named.map((resource) => {
      const name = resourceNames === undefined ? '' : ` ${resourceNames.join()}`;
      const group = apiGroups.join();
      return `${dirname(path)}: ${kind} ${metadata.name}: ${verbs.join()} ${resource}${group && `.${group}`}${name}`;
    }),
  );
}

describe('rights', () => {
  test('are these and no others', () => {
    expect([...resources].flatMap(grantsOf).toSorted()).toEqual([
      'base: ClusterRole pullgate: get configmaps cluster-autoscaler-status',
      'base: ClusterRole pullgate: get endpointslices.discovery.k8s.io kubernetes',
      'base: ClusterRole pullgate: get runtimeclasses.node.k8s.io',
      'base: ClusterRole pullgate: get serviceaccounts',
      'base: ClusterRole pullgate: get,list,watch namespaces',
      'base: ClusterRole pullgate: get,list,watch nodes',
      'base: ClusterRole pullgate: list controllerrevisions.apps',
      'base: ClusterRole pullgate: list cronjobs.batch',
      'base: ClusterRole pullgate: list deployments.apps',
      'base: ClusterRole pullgate: list jobs.batch',
      'base: ClusterRole pullgate: list mutatingadmissionpolicies.admissionregistration.k8s.io',
      'base: ClusterRole pullgate: list mutatingwebhookconfigurations.admissionregistration.k8s.io',
      'base: ClusterRole pullgate: list nodepools.karpenter.sh',
      'base: ClusterRole pullgate: list pods',
      'base: ClusterRole pullgate: list replicasets.apps',
      'components/certificate-self-managed: ClusterRole pullgate-certificate: get,update validatingwebhookconfigurations.admissionregistration.k8s.io validate.pullgate.dev',
      'components/certificate-self-managed: Role pullgate-certificate: get,update secrets pullgate-tls',
      'components/secrets-by-namespace: ClusterRole pullgate-secrets: get secrets',
      'components/secrets-cluster-wide: ClusterRole pullgate-secrets: get secrets',
      'components/shared-fuse: Role pullgate-fuse: create configmaps',
      'components/shared-fuse: Role pullgate-fuse: get,update configmaps pullgate-fuse',
      'optional/bypass: ClusterRole pullgate-bypass: bypass checks.pullgate.dev',
      'optional/events: ClusterRole pullgate-events: create events',
      'optional/mirrors: ClusterRole pullgate-mirrors: list daemonsets.apps',
      'optional/mirrors: ClusterRole pullgate-mirrors: list imagecontentsourcepolicies.operator.openshift.io',
      'optional/mirrors: ClusterRole pullgate-mirrors: list imagedigestmirrorsets.config.openshift.io',
      'optional/mirrors: ClusterRole pullgate-mirrors: list imagetagmirrorsets.config.openshift.io',
      'optional/preview: ClusterRole pullgate-preview: list cronjobs.batch',
      'optional/preview: ClusterRole pullgate-preview: list daemonsets.apps',
      'optional/preview: ClusterRole pullgate-preview: list deployments.apps',
      'optional/preview: ClusterRole pullgate-preview: list jobs.batch',
      'optional/preview: ClusterRole pullgate-preview: list pods',
      'optional/preview: ClusterRole pullgate-preview: list podtemplates',
      'optional/preview: ClusterRole pullgate-preview: list replicasets.apps',
      'optional/preview: ClusterRole pullgate-preview: list replicationcontrollers',
      'optional/preview: ClusterRole pullgate-preview: list statefulsets.apps',
    ]);
  });

  const bindings = [...resources].filter(([, { kind }]) => kind.endsWith('RoleBinding'));

  test.each(bindings)('of %s go to the one ServiceAccount, from the role of its name', (_path, binding) => {
    const { kind, metadata, roleRef, subjects } = binding;
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'pullgate', namespace: 'pullgate' }]);
    const isOfCluster = kind === 'ClusterRoleBinding' || metadata.name === 'pullgate-secrets';
    expect(roleRef).toEqual({
      apiGroup: 'rbac.authorization.k8s.io',
      kind: isOfCluster ? 'ClusterRole' : 'Role',
      name: metadata.name,
    });
  });

  test('the right to go past pullgate is bound to nobody', () => {
    expect(namedBy('optional/bypass')).toEqual(['optional/bypass/cluster-role.yaml']);
  });
});

type PodSpec = {
  readonly containers: readonly {
    readonly args: readonly string[];
    readonly env: unknown;
    readonly securityContext: unknown;
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes: readonly unknown[];
};

const deployment = resourceAt('base/deployment.yaml').spec as { readonly template: { readonly spec: PodSpec } };
const pod = deployment.template.spec;
const [container] = pod.containers;

describe('the namespace', () => {
  test('is not examined, and takes restricted Pods alone', () => {
    expect(resourceAt('base/namespace.yaml').metadata.labels).toMatchObject({
      'pullgate.dev/mode': 'off',
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });
});

describe('the Deployment', () => {
  test('never has fewer replicas than wanted, and leaves in its own time', () => {
    expect(deployment).toMatchObject({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: { spec: { terminationGracePeriodSeconds: 110, dnsPolicy: 'Default', serviceAccountName: 'pullgate' } },
    });
  });

  test('runs on Linux, above usual workloads, and says why it ended', () => {
    expect(pod).toMatchObject({ nodeSelector: { 'kubernetes.io/os': 'linux' }, priorityClassName: 'pullgate' });
    expect(container).toMatchObject({ terminationMessagePolicy: 'FallbackToLogsOnError' });
    expect(resourceAt('base/priority-class.yaml')).not.toHaveProperty('globalDefault');
  });

  test('meets the Pod security standard "restricted", with a file system that cannot be written', () => {
    expect(pod).toMatchObject({
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.containers).toHaveLength(1);
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
    expect(pod).not.toHaveProperty('hostNetwork');
    expect(pod.volumes).toEqual([{ name: 'config', configMap: { name: 'pullgate' } }]);
  });

  test('names its namespace to pullgate, which never examines it', () => {
    expect(container?.env).toEqual([
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ]);
  });

  test('asks for health where pullgate answers', () => {
    expect(container).toMatchObject({
      ports: [
        { name: 'webhook', containerPort: 8443 },
        { name: 'ops', containerPort: 8080 },
      ],
      startupProbe: { httpGet: { path: '/healthz', port: 'ops' } },
      livenessProbe: { httpGet: { path: '/healthz', port: 'ops' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'ops' } },
    });
  });

  test('stays ready while it is busy: a late answer is waited for, and several have to fail', () => {
    expect(container).toMatchObject({ readinessProbe: { timeoutSeconds: 5, failureThreshold: 6 } });
  });

  test('has arguments that pullgate understands, and mounts the file that they name', () => {
    const [command, ...args] = container?.args ?? [];
    expect(command).toBe('serve');
    const { values, operands } = parseFlags(serveCommand, args);
    expect([...values]).toEqual([['config', ['/etc/pullgate/config.yaml']]]);
    expect(operands).toEqual([]);
    expect(container?.volumeMounts).toEqual([{ name: 'config', mountPath: '/etc/pullgate', readOnly: true }]);
    expect(Object.keys(resourceAt('base/config-map.yaml').data ?? {})).toEqual(['config.yaml']);
  });

  test('with certificate files it has arguments that pullgate understands, and mounts those files', () => {
    type Operation = { readonly op: string; readonly path: string; readonly value: unknown };
    const operations = contentOf('components/certificate-files/deployment.yaml') as readonly Operation[];
    const added = (list: string) =>
      operations.filter(({ op, path }) => op === 'add' && path === `${list}/-`).map(({ value }) => value);
    const ofContainer = '/spec/template/spec/containers/0';
    const { values } = parseFlags(serveCommand, added(`${ofContainer}/args`).map(String));
    expect(Object.fromEntries(values)).toEqual({
      'tls-cert': ['/etc/pullgate-tls/tls.crt'],
      'tls-key': ['/etc/pullgate-tls/tls.key'],
    });
    expect(added(`${ofContainer}/volumeMounts`)).toEqual([
      { name: 'tls', mountPath: '/etc/pullgate-tls', readOnly: true },
    ]);
    expect(added('/spec/template/spec/volumes')).toEqual([{ name: 'tls', secret: { secretName: 'pullgate-tls' } }]);
    expect(operations).toHaveLength(4);
  });

  test('is found by Service, disruption budget and network policy by its label', () => {
    const label = { 'app.kubernetes.io/name': 'pullgate' };
    expect(deployment).toMatchObject({ selector: { matchLabels: label }, template: { metadata: { labels: label } } });
    expect(resourceAt('base/service.yaml').spec).toEqual({
      selector: label,
      ports: [
        { name: 'webhook', port: 443, targetPort: 'webhook' },
        { name: 'ops', port: 8080, targetPort: 'ops' },
      ],
    });
    expect(resourceAt('base/pod-disruption-budget.yaml').spec).toMatchObject({
      minAvailable: 1,
      selector: { matchLabels: label },
    });
    expect(resourceAt('components/network-policy/network-policy.yaml').spec).toMatchObject({
      podSelector: { matchLabels: label },
    });
  });
});

describe('the configuration', () => {
  test('is read by pullgate, and is the default', async () => {
    const read = await readConfig(await fileWith(resourceAt('base/config-map.yaml').data?.['config.yaml'] ?? ''));
    expect(read).toMatchObject({ ok: true, config: defaultConfig() });
    expect(defaultConfig().mode).toBe('warn');
  });
});

describe('the webhook', () => {
  const { metadata, webhooks = [] } = resourceAt('base/validating-webhook-configuration.yaml');
  const [webhook] = webhooks;
  const rules = (webhook?.rules ?? []) as readonly {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
    readonly operations: readonly string[];
    readonly scope: string;
  }[];

  test('lets everything pass when pullgate is not there, and is asked before anything changes', () => {
    expect(metadata.name).toBe('validate.pullgate.dev');
    expect(webhooks).toHaveLength(1);
    expect(webhook).toMatchObject({
      name: 'validate.pullgate.dev',
      failurePolicy: 'Ignore',
      timeoutSeconds: 5,
      matchPolicy: 'Equivalent',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    });
  });

  test('is the Service, and brings no certificate of its own', () => {
    expect(webhook?.clientConfig).toEqual({
      service: { namespace: 'pullgate', name: 'pullgate', path: '/validate', port: 443 },
    });
  });

  test('waits longer than pullgate takes at most', () => {
    expect(Number(webhook?.timeoutSeconds) * 1000).toBeGreaterThan(defaultConfig().limits.deadlineMs);
  });

  test('is called for every kind of workload that pullgate knows, ephemeral containers, and namespaces', () => {
    const called = rules.flatMap(({ apiGroups, apiVersions, resources: named }) =>
      apiGroups.flatMap((group) =>
        apiVersions.flatMap((version) => named.map((resource) => `${group}/${version} ${resource}`)),
      ),
    );
    const kinds = builtInWorkloadKinds.map(({ group, kind }) => `${group}/v1 ${kind.toLowerCase()}s`);
    expect(called.toSorted()).toEqual([...kinds, '/v1 pods/ephemeralcontainers', '/v1 namespaces'].toSorted());
    for (const { operations } of rules) expect(operations).toEqual(['CREATE', 'UPDATE']);
    for (const { resources: named, scope } of rules)
      expect(scope).toBe(named.includes('namespaces') ? 'Cluster' : 'Namespaced');
  });

  test('leaves out the namespaces that are off, whatever runs', () => {
    expect(webhook?.namespaceSelector).toEqual({
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: [...defaultConfig().exemptNamespaces, 'pullgate'],
        },
        { key: 'pullgate.dev/mode', operator: 'NotIn', values: ['off'] },
      ],
    });
    expect(webhook).not.toHaveProperty('objectSelector');
  });

  test('leaves out mirror Pods, Pods whose spec stays as it is, and whoever was given the right to go past it', () => {
    expect(webhook?.matchConditions).toEqual([
      {
        name: 'no-mirror-pod',
        expression:
          "request.resource.resource != 'pods' || !has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)",
      },
      {
        name: 'pod-spec-changed',
        expression:
          "request.resource.resource != 'pods' || request.operation != 'UPDATE' || object.spec != oldObject.spec",
      },
      {
        name: 'no-bypass',
        expression:
          "!authorizer.group('pullgate.dev').resource('checks').check('bypass').allowed() || authorizer.group('pullgate.dev').resource('checks').check('verb-of-nobody').allowed()",
      },
    ]);
  });
});
