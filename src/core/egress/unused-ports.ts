/**
 * Ports on which no registry listens, but something that must not hear from us: the "bad ports" of the Fetch Standard
 * (section 2.9, port blocking), and those of cluster components, databases and daemons.
 */
export function isUnusedByRegistries(port: number): boolean {
  return port === 0 || unused.has(port);
}

const fetchStandard: readonly number[] = [
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

const others: readonly number[] = [
  445, // SMB
  1433, // SQL Server
  1521, // Oracle Database
  2181, // ZooKeeper
  2375, // Docker daemon
  2376,
  2379, // etcd
  2380,
  2381,
  3306, // MySQL
  3389, // RDP
  4001, // etcd, before it had a number of its own
  4194, // cAdvisor
  5432, // PostgreSQL
  5672, // AMQP
  5900, // VNC
  5984, // CouchDB
  6379, // Redis
  6443, // Kubernetes API server, of this cluster or another
  8200, // Vault
  8500, // Consul
  9042, // Cassandra
  9092, // Kafka
  9100, // node exporter
  9153, // CoreDNS metrics
  9200, // Elasticsearch
  9300,
  10248, // kubelet: health, API, read-only API
  10250,
  10255,
  10249, // kube-proxy
  10256,
  10257, // kube-controller-manager
  10259, // kube-scheduler
  11211, // memcached
  16443, // API server of MicroK8s
  27017, // MongoDB
];

const unused: ReadonlySet<number> = new Set([...fetchStandard, ...others]);
