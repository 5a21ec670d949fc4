# The base is an official Node 24. For an image that comes out the same tomorrow, name it by tag and digest:
#   docker build --build-arg NODE_IMAGE=node:24-slim@sha256:<digest> -t registry.example.com/pullgate:0.1.0 .
# The digest of today: docker buildx imagetools inspect node:24-slim
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY tools/node-runtime/package.json tools/node-runtime/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE rolldown.config.ts tsconfig.json ./
COPY docs/configuration.schema.json docs/
COPY src src
ARG COMMIT=unknown
RUN PULLGATE_COMMIT=${COMMIT:-unknown} npm run -s build:run

FROM ${NODE_IMAGE}
ARG VERSION=0.0.0
ARG COMMIT=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="pullgate"
LABEL org.opencontainers.image.description="Predicts, before a Pod is admitted, whether the kubelet could pull each of its images"
LABEL org.opencontainers.image.source="https://github.com/pullgate/pullgate"
LABEL org.opencontainers.image.licenses="Apache-2.0"
LABEL org.opencontainers.image.version="${VERSION}"
LABEL org.opencontainers.image.revision="${COMMIT}"
LABEL org.opencontainers.image.created="${CREATED}"
# The base brings npm, yarn and corepack, which nothing here uses.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn*
COPY --from=build /build/dist /opt/pullgate
# A number, so that the kubelet can see that it is not root.
USER 65532:65532
EXPOSE 8443 8080
# Without --disable-sigusr1, a SIGUSR1 opens Node's inspector, which reads and changes everything in the process.
# No shell between the kubelet's SIGTERM and pullgate.
ENTRYPOINT ["node", "--disable-proto=delete", "--disable-sigusr1", "--max-semi-space-size=8", "/opt/pullgate/main.js"]
CMD ["--help"]
