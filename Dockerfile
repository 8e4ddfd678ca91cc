# Two images of the same build: `docker build --target api .` and `docker build --target worker .`

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
RUN npm run build
# What runs needs neither the tools nor the embedded servers. Both omits together also drop peers of tools. Of what is
# optional only the native part of Argon2 is needed, which is put back and tried.
RUN mv node_modules/@node-rs /tmp/node-rs \
  && npm prune --omit=dev --omit=optional --no-audit --no-fund \
  && rm -rf node_modules/@node-rs && mv /tmp/node-rs node_modules/@node-rs \
  && node -e "require('@node-rs/argon2').hashSync('tried')"

FROM node:24-bookworm-slim AS runtime
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/libs ./libs
COPY --from=build /app/apps/api ./apps/api
COPY --from=build /app/apps/worker ./apps/worker
# Writes nothing to its own file system: it may run with a read-only root.
USER node

FROM runtime AS worker
ENV BINNACLE_WORKER_PORT=7421
EXPOSE 7421
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BINNACLE_WORKER_PORT}/readyz`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "apps/worker/dist/main.js"]

FROM runtime AS api
# Nothing but files: what the console is built from is not needed to serve it.
COPY --from=build /app/apps/console/package.json ./apps/console/package.json
COPY --from=build /app/apps/console/dist ./apps/console/dist
ENV BINNACLE_PORT=7420
EXPOSE 7420
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BINNACLE_PORT}/readyz`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "apps/api/dist/main.js"]
