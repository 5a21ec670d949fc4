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
COPY src src
RUN npm run -s build:run

FROM ${NODE_IMAGE}
COPY --from=build /build/dist /opt/pullgate
# A number, so that the kubelet can see that it is not root.
USER 65532:65532
EXPOSE 8443 8080
# Without --disable-sigusr1, a SIGUSR1 opens Node's inspector, which reads and changes everything in the process.
# No shell between the kubelet's SIGTERM and pullgate.
ENTRYPOINT ["node", "--disable-proto=delete", "--disable-sigusr1", "--max-semi-space-size=8", "/opt/pullgate/main.js"]
CMD ["--help"]
