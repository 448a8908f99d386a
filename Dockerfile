# The bot alone: no simulation, no development packages. The bundle is self-contained, so the image holds no
# node_modules. This image has not been built yet; a test runs the same bundle in an empty folder
# under Node 24 and under the Node at hand.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /build/dist/main.js ./
COPY --from=build /build/dist/chunks ./chunks
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "--disable-warning=DEP0040", "--max-semi-space-size=2", "main.js"]
