# The program as the workers run it: the sources themselves, which Node 24 runs without a build step, and what
# they depend on. Nothing in the image is a secret; settings come from the environment, secrets best from files
# (NAME_FILE). Needs no capability, no root, no writable file system.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
# For a container of 1 GiB (docs/run-the-workers.md); with more memory, or for analyze over large files, set them anew:
# about three quarters of it are for the heap.
ENV NODE_OPTIONS=--max-old-space-size=640 MALLOC_ARENA_MAX=2
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE NOTICE ./
COPY bin bin
COPY schemas schemas
COPY src src
COPY examples examples
USER node
ENTRYPOINT ["node", "bin/netpol-drift.js"]
CMD ["work"]
